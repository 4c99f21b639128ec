// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_date_format.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string>

namespace weir {
namespace {

constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};

std::string_view ending_of(unsigned day) {
  if (day >= 11 && day <= 13) {
    return "th";
  }
  return day % 10 == 1 ? "st" : day % 10 == 2 ? "nd" : day % 10 == 3 ? "rd" : "th";
}

struct CalendarParts {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned weekday = 0;
  std::int64_t day_of_year = 0;
  std::int64_t hour = 0;
  std::int64_t half_day_hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t millisecond = 0;
};

CalendarParts parts_of(LocalTime moment) {
  const auto start = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(start);
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> clock(moment - start);
  CalendarParts parts;
  parts.year = int(date.year());
  parts.month = unsigned(date.month());
  parts.day = unsigned(date.day());
  parts.weekday = std::chrono::weekday(start).c_encoding();
  parts.day_of_year = (start - std::chrono::local_days(date.year() / 1 / 1)).count() + 1;
  parts.hour = clock.hours().count();
  parts.half_day_hour = parts.hour % 12 == 0 ? 12 : parts.hour % 12;
  parts.minute = clock.minutes().count();
  parts.second = clock.seconds().count();
  parts.millisecond = clock.subseconds().count();
  return parts;
}

std::string spell_day(char code, const CalendarParts& parts) {
  switch (code) {
    case 'a':
      return std::string(weekdays[parts.weekday].substr(0, 3));
    case 'b':
      return std::string(month_names[parts.month - 1].substr(0, 3));
    case 'c':
      return fmt::to_string(parts.month);
    case 'D':
      return fmt::format("{}{}", parts.day, ending_of(parts.day));
    case 'd':
      return fmt::format("{:02}", parts.day);
    case 'e':
      return fmt::to_string(parts.day);
    case 'j':
      return fmt::format("{:03}", parts.day_of_year);
    case 'M':
      return std::string(month_names[parts.month - 1]);
    case 'm':
      return fmt::format("{:02}", parts.month);
    case 'W':
      return std::string(weekdays[parts.weekday]);
    case 'w':
      return fmt::to_string(parts.weekday);
    case 'Y':
      return fmt::format("{:04}", parts.year);
    default:
      return fmt::format("{:02}", parts.year % 100);
  }
}

std::string spell_clock(char code, const CalendarParts& parts) {
  switch (code) {
    case 'f':
      return fmt::format("{:03}000", parts.millisecond);
    case 'H':
      return fmt::format("{:02}", parts.hour);
    case 'h':
    case 'I':
      return fmt::format("{:02}", parts.half_day_hour);
    case 'i':
      return fmt::format("{:02}", parts.minute);
    case 'k':
      return fmt::to_string(parts.hour);
    case 'l':
      return fmt::to_string(parts.half_day_hour);
    case 'p':
      return parts.hour < 12 ? "AM" : "PM";
    case 'r':
      return fmt::format("{:02}:{:02}:{:02} {}", parts.half_day_hour, parts.minute, parts.second,
                         parts.hour < 12 ? "AM" : "PM");
    case 'T':
      return fmt::format("{:02}:{:02}:{:02}", parts.hour, parts.minute, parts.second);
    default:
      return fmt::format("{:02}", parts.second);
  }
}

}  // namespace

Result<SqlValue> format_sql_time(const SqlTime& time, std::string_view pattern) {
  const CalendarParts parts = parts_of(time.moment);
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%' || at + 1 == pattern.size()) {
      text += pattern[at];
      continue;
    }
    const char code = pattern[++at];
    const auto is_one_of = [code](std::string_view codes) {
      return codes.find(code) != std::string_view::npos;
    };
    if (is_one_of("UuVvXx")) {
      return fail(ErrorKind::rejected,
                  fmt::format("DATE_FORMAT does not number weeks here: `%{}`", code));
    }
    text += is_one_of("abcDdejMmWwYy")  ? spell_day(code, parts)
            : is_one_of("fHhIiklprTSs") ? spell_clock(code, parts)
                                        : std::string(1, code);
  }
  return SqlValue(std::move(text));
}

}  // namespace weir
