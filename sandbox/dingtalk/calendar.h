// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Time as the stand-in knows it: minutes since 1970 in UTC, and days of Asia/Shanghai (UTC+8
// without summer time in every year that occurs here). Pure functions.
namespace weir::yida_sandbox {

using Minute = std::int64_t;

constexpr Minute kMinutesADay = 24 * 60;
constexpr Minute kShanghaiOffset = 8 * 60;

// What the digits before `Z` in createTimeGMT mean: Shanghai's wall clock, or UTC.
enum class StampClock : std::uint8_t { local, utc };

// Days since 1970-01-01 on Shanghai's calendar.
std::int64_t shanghai_day(Minute moment);
// The first minute of such a day.
Minute day_start(std::int64_t day);
// "20260105"
std::string compact_day(std::int64_t day);
// "2026-01-05"
std::string iso_day(std::int64_t day);

// "2026-01-05T09:31Z"
std::string stamp(Minute moment, StampClock clock);
// Any of "2026-01-05", "2026-01-05 09:31[:00]", "2026-01-05T09:31[:00]", read as Shanghai's wall
// clock; with a Z behind it as UTC.
struct ParsedMoment {
  Minute moment = 0;
  bool day_only = false;
};
std::optional<ParsedMoment> parse_moment(std::string_view text);

// "Mon, 05 Jan 2026 01:31:07 GMT", for the Date header.
std::string http_date(std::int64_t seconds_since_1970);

}  // namespace weir::yida_sandbox
