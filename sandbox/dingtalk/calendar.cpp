// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/calendar.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>

namespace weir::yida_sandbox {
namespace {

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

std::chrono::year_month_day date_of(std::int64_t day) {
  return std::chrono::sys_days(std::chrono::days(day));
}

// Reads `count` digits at the front of `text`, and takes them off.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  int value = 0;
  if (text.size() < count ||
      std::from_chars(text.data(), text.data() + count, value).ptr != text.data() + count) {
    return std::nullopt;
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_day(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) {
    return std::nullopt;
  }
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) {
    return std::nullopt;
  }
  const auto day = take_digits(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::int64_t shanghai_day(Minute moment) {
  return floor_divide(moment + kShanghaiOffset, kMinutesADay);
}

Minute day_start(std::int64_t day) { return day * kMinutesADay - kShanghaiOffset; }

std::string compact_day(std::int64_t day) {
  const auto date = date_of(day);
  return fmt::format("{:04}{:02}{:02}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()));
}

std::string iso_day(std::int64_t day) {
  const auto date = date_of(day);
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()));
}

std::string stamp(Minute moment, StampClock clock) {
  const Minute wall = moment + (clock == StampClock::local ? kShanghaiOffset : 0);
  const std::int64_t day = floor_divide(wall, kMinutesADay);
  const std::int64_t minute = wall - day * kMinutesADay;
  return fmt::format("{}T{:02}:{:02}Z", iso_day(day), minute / 60, minute % 60);
}

std::optional<ParsedMoment> parse_moment(std::string_view text) {
  const auto day = take_day(text);
  if (!day) {
    return std::nullopt;
  }
  if (text.empty()) {
    return ParsedMoment{day_start(*day), true};
  }
  if (!take(text, ' ') && !take(text, 'T')) {
    return std::nullopt;
  }
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) {
    return std::nullopt;
  }
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || (take(text, ':') && !take_digits(text, 2))) {
    return std::nullopt;
  }
  const bool utc = take(text, 'Z');
  if (!text.empty()) {
    return std::nullopt;
  }
  const Minute start = utc ? *day * kMinutesADay : day_start(*day);
  return ParsedMoment{start + *hour * 60 + *minute, false};
}

std::string http_date(std::int64_t seconds_since_1970) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                         "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t day = floor_divide(seconds_since_1970, 86400);
  const std::int64_t second = seconds_since_1970 - day * 86400;
  const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(day))};
  const auto date = date_of(day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday.c_encoding()],
                     unsigned(date.day()), kMonths[unsigned(date.month()) - 1], int(date.year()),
                     second / 3600, second / 60 % 60, second % 60);
}

}  // namespace weir::yida_sandbox
