// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/time_zone.h"
#include "core/value.h"

#include <chrono>
#include <optional>
#include <string_view>

// The two families of forms that parse_business_time (core/time_zone.h) knows. Pure.

namespace weir {

// A time as it is spelled, and the offset that stood behind it (Z, +08:00), if one did.
struct WrittenTime {
  LocalTime local;
  std::optional<std::chrono::minutes> offset;
  bool has_time = false;  // false: a day alone
};

// "2026-01-05", "2026/1/5", "20260105", each with " 09:31", "T09:31:00", "T09:31:00.123" and Z or
// ±hh:mm behind it; "20260105093100". Nothing: another form, or no such day or hour.
std::optional<WrittenTime> parse_written_time(std::string_view text);

// 9 or 10 digits are seconds, 11 to 13 milliseconds (10^11 ms is in 1973, 10^10 s in 2286); with a
// minus, before 1970. Nothing: another number of digits, or no digits.
std::optional<Timestamp> parse_epoch(std::string_view text);

// The moment that a text of either family names, in `zone` where no offset says otherwise. With
// `wall_time` its digits are wall time of `zone` whatever offset stands behind them. Nothing: no
// such form.
std::optional<Timestamp> parse_moment(std::string_view text, const TimeZone& zone, bool wall_time);

// A text or a whole number as parse_business_time reads it; `wall_time` as above. Errors:
// `rejected`, with the value.
Result<LocalTime> read_business_time(const Value& value, const TimeZone& zone, bool wall_time);

}  // namespace weir
