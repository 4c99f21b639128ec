// SPDX-License-Identifier: Apache-2.0
#include "core/decimal_arithmetic.h"
#include "expr/sql_date_format.h"
#include "expr/sql_node.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

// Functions of time. The wall is that of the context's zone; what is no time gives null.

namespace weir {
namespace {

using Times = std::span<const SqlValue>;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::milliseconds;
using std::chrono::year_month_day;

constexpr std::int64_t amount_max = 1'000'000'000;

local_days day_of(LocalTime moment) { return std::chrono::floor<days>(moment); }
year_month_day date_of(const SqlTime& time) { return year_month_day(day_of(time.moment)); }

// MySQL's times end with the year 9999.
SqlValue in_range(SqlTime time) {
  const int year = static_cast<int>(date_of(time).year());
  return year >= 0 && year <= 9999 ? SqlValue(time) : SqlValue();
}

Result<SqlValue> now(Times, const EvaluationContext& context) {
  const LocalTime local = context.zone.to_local(context.now);
  return SqlValue(SqlTime{std::chrono::floor<std::chrono::seconds>(local), true, 0});
}

Result<SqlValue> today(Times, const EvaluationContext& context) {
  return SqlValue(SqlTime{LocalTime(day_of(context.zone.to_local(context.now))), false, 0});
}

Result<SqlValue> date(Times values, const EvaluationContext&) {
  const auto time = sql_time(values[0]);
  return time ? SqlValue(SqlTime{LocalTime(day_of(time->moment)), false, 0}) : SqlValue();
}

Result<SqlValue> last_day(Times values, const EvaluationContext&) {
  const auto time = sql_time(values[0]);
  if (!time) {
    return SqlValue();
  }
  const year_month_day date = date_of(*time);
  const local_days last(date.year() / date.month() / std::chrono::last);
  return SqlValue(SqlTime{LocalTime(last), false, 0});
}

template <typename Part>
Result<SqlValue> part_of(const SqlValue& value, Part part) {
  const auto time = sql_time(value);
  return time ? sql_integer(static_cast<std::int64_t>(part(*time))) : SqlValue();
}

std::int64_t seconds_of_day(const SqlTime& time) {
  return (time.moment - day_of(time.moment)) / std::chrono::seconds(1);
}

Result<SqlValue> year(Times values, const EvaluationContext&) {
  return part_of(values[0], [](const SqlTime& time) { return int(date_of(time).year()); });
}
Result<SqlValue> month(Times values, const EvaluationContext&) {
  return part_of(values[0], [](const SqlTime& time) { return unsigned(date_of(time).month()); });
}
Result<SqlValue> day(Times values, const EvaluationContext&) {
  return part_of(values[0], [](const SqlTime& time) { return unsigned(date_of(time).day()); });
}
Result<SqlValue> hour(Times values, const EvaluationContext&) {
  return part_of(values[0], [](const SqlTime& time) { return seconds_of_day(time) / 3600; });
}
Result<SqlValue> minute(Times values, const EvaluationContext&) {
  return part_of(values[0], [](const SqlTime& time) { return seconds_of_day(time) / 60 % 60; });
}
Result<SqlValue> second(Times values, const EvaluationContext&) {
  return part_of(values[0], [](const SqlTime& time) { return seconds_of_day(time) % 60; });
}

Result<SqlValue> date_difference(Times values, const EvaluationContext&) {
  const auto left = sql_time(values[0]);
  const auto right = sql_time(values[1]);
  return left && right ? sql_integer((day_of(left->moment) - day_of(right->moment)).count())
                       : SqlValue();
}

// A day that the month does not have becomes its last.
SqlValue later_by_months(SqlTime time, std::int64_t months) {
  const year_month_day date = date_of(time);
  const auto month = date.year() / date.month() + std::chrono::months(months);
  const year_month_day last(local_days(month / std::chrono::last));
  const local_days moved(month / std::min(date.day(), last.day()));
  time.moment = LocalTime(moved) + (time.moment - LocalTime(day_of(time.moment)));
  return in_range(time);
}

SqlValue later_by(SqlTime time, std::int64_t amount, const std::string& unit) {
  if (std::abs(amount) > amount_max) {
    return SqlValue();
  }
  if (unit == "MONTH" || unit == "QUARTER" || unit == "YEAR") {
    const std::int64_t months = unit == "MONTH" ? 1 : unit == "QUARTER" ? 3 : 12;
    return amount * months > 120'000 || amount * months < -120'000
               ? SqlValue()
               : later_by_months(time, amount * months);
  }
  if (unit == "DAY" || unit == "WEEK") {
    const std::int64_t count = amount * (unit == "WEEK" ? 7 : 1);
    if (std::abs(count) > 4'000'000) {
      return SqlValue();
    }
    time.moment += days(count);
    return in_range(time);
  }
  time.has_time = true;
  time.moment += std::chrono::seconds(amount * (unit == "HOUR" ? 3600 : unit == "MINUTE" ? 60 : 1));
  return in_range(time);
}

Result<SqlValue> add_interval(Times values, const EvaluationContext&) {
  const auto time = sql_time(values[0]);
  return time ? later_by(*time, sql_whole(values[1]), sql_text(values[2])) : SqlValue();
}

Result<SqlValue> subtract_interval(Times values, const EvaluationContext&) {
  const auto time = sql_time(values[0]);
  return time ? later_by(*time, -sql_whole(values[1]), sql_text(values[2])) : SqlValue();
}

Result<SqlValue> format_date(Times values, const EvaluationContext&) {
  const auto time = sql_time(values[0]);
  return time ? format_sql_time(*time, sql_text(values[1])) : Result<SqlValue>(SqlValue());
}

Result<SqlValue> from_unix_time(Times values, const EvaluationContext& context) {
  const SqlNumber number = sql_number(values[0]);
  constexpr std::int64_t seconds_digits_max = 12;
  if (number.value.negative || number.value.point > seconds_digits_max) {
    return SqlValue();
  }
  Decimal moved = number.value;
  moved.point += moved.is_zero() ? 0 : 3;
  const std::int64_t count = std::stoll(to_plain(truncated(moved)));
  const SqlValue time = in_range(
      {context.zone.to_local(Timestamp(milliseconds(count))), true, std::min(number.scale, 6)});
  if (values.size() == 1 || is_null(time)) {
    return time;
  }
  return format_sql_time(std::get<SqlTime>(time), sql_text(values[1]));
}

Result<SqlValue> unix_time(Times values, const EvaluationContext& context) {
  if (values.empty()) {
    return sql_integer(context.now.time_since_epoch() / std::chrono::seconds(1));
  }
  const auto time = sql_time(values[0]);
  if (!time) {
    return SqlValue();
  }
  const std::int64_t count = context.zone.to_utc(time->moment).time_since_epoch().count();
  if (count < 0) {
    return sql_integer(0);
  }
  SqlNumber number = sql_number(sql_integer(count));
  number.value.point -= number.value.is_zero() ? 0 : 3;
  number.value = time->precision > 0 ? number.value : truncated(number.value);
  number.scale = number.held = time->precision;
  return SqlValue(std::move(number));
}

constexpr std::array<SqlFunction, 24> time_functions = {
    {{"NOW",
      {"NOW()", "The moment, in the zone.", "NOW()", "{}", R"("2026-01-05 09:31:07")"},
      0,
      0,
      now},
     {"SYSDATE",
      {"SYSDATE()", "As `NOW`.", "SYSDATE()", "{}", R"("2026-01-05 09:31:07")"},
      0,
      0,
      now},
     {"CURRENT_TIMESTAMP",
      {"CURRENT_TIMESTAMP()", "As `NOW`.", "CURRENT_TIMESTAMP()", "{}", R"("2026-01-05 09:31:07")"},
      0,
      0,
      now},
     {"CURDATE",
      {"CURDATE()", "The day, in the zone.", "CURDATE()", "{}", R"("2026-01-05")"},
      0,
      0,
      today},
     {"CURRENT_DATE",
      {"CURRENT_DATE()", "As `CURDATE`.", "CURRENT_DATE()", "{}", R"("2026-01-05")"},
      0,
      0,
      today},
     {"DATE",
      {"DATE(t)", "The day of a time.", "DATE({{t}})", R"({"t": "2026-01-05 09:31:07"})",
       R"("2026-01-05")"},
      1,
      1,
      date},
     {"LAST_DAY",
      {"LAST_DAY(t)", "The last day of the month.", "LAST_DAY({{t}})",
       R"({"t": "2026-01-05 09:31:07"})", R"("2026-01-31")"},
      1,
      1,
      last_day},
     {"YEAR",
      {"YEAR(t)", "The year.", "YEAR({{t}})", R"({"t": "2026-01-05 09:31:07"})", "2026"},
      1,
      1,
      year},
     {"MONTH",
      {"MONTH(t)", "The month, 1 to 12.", "MONTH({{t}})", R"({"t": "2026-01-05 09:31:07"})", "1"},
      1,
      1,
      month},
     {"DAY",
      {"DAY(t)", "The day of the month.", "DAY({{t}})", R"({"t": "2026-01-05 09:31:07"})", "5"},
      1,
      1,
      day},
     {"DAYOFMONTH",
      {"DAYOFMONTH(t)", "As `DAY`.", "DAYOFMONTH({{t}})", R"({"t": "2026-01-05 09:31:07"})", "5"},
      1,
      1,
      day},
     {"HOUR",
      {"HOUR(t)", "The hour.", "HOUR({{t}})", R"({"t": "2026-01-05 09:31:07"})", "9"},
      1,
      1,
      hour},
     {"MINUTE",
      {"MINUTE(t)", "The minute.", "MINUTE({{t}})", R"({"t": "2026-01-05 09:31:07"})", "31"},
      1,
      1,
      minute},
     {"SECOND",
      {"SECOND(t)", "The second.", "SECOND({{t}})", R"({"t": "2026-01-05 09:31:07"})", "7"},
      1,
      1,
      second},
     {"DATEDIFF",
      {"DATEDIFF(a, b)", "Days from `b` to `a`.", "DATEDIFF({{t}}, '2026-01-01')",
       R"({"t": "2026-01-05 09:31:07"})", "4"},
      2,
      2,
      date_difference},
     {"DATE_ADD",
      {"DATE_ADD(t, INTERVAL n unit)",
       "n units later: SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR.",
       "DATE_ADD({{t}}, INTERVAL 1 MONTH)", R"({"t": "2026-01-05 09:31:07"})",
       R"("2026-02-05 09:31:07")"},
      3,
      3,
      add_interval},
     {"DATE_SUB",
      {"DATE_SUB(t, INTERVAL n unit)", "n units earlier.", "DATE_SUB({{t}}, INTERVAL 1 HOUR)",
       R"({"t": "2026-01-05 09:31:07"})", R"("2026-01-05 08:31:07")"},
      3,
      3,
      subtract_interval},
     {"ADDDATE",
      {"ADDDATE(t, INTERVAL n unit), ADDDATE(t, n)", "n units, or days, later.",
       "ADDDATE('2026-01-05', 30)", "{}", R"("2026-02-04")"},
      3,
      3,
      add_interval},
     {"SUBDATE",
      {"SUBDATE(t, INTERVAL n unit), SUBDATE(t, n)", "n units, or days, earlier.",
       "SUBDATE('2026-01-05', 5)", "{}", R"("2025-12-31")"},
      3,
      3,
      subtract_interval},
     {"DATE_FORMAT",
      {"DATE_FORMAT(t, pattern)",
       "The time in MySQL's pattern: %Y %m %d %H %i %s and others, but no weeks.",
       "DATE_FORMAT({{t}}, '%Y%m%d')", R"({"t": "2026-01-05 09:31:07"})", R"("20260105")"},
      2,
      2,
      format_date},
     {"FROM_UNIXTIME",
      {"FROM_UNIXTIME(n), FROM_UNIXTIME(n, pattern)", "The time of Unix seconds, in the zone.",
       "FROM_UNIXTIME({{n}} / 1000)", R"({"n": 1767576660000})", R"("2026-01-05 09:31:00.0000")"},
      1,
      2,
      from_unix_time},
     {"UNIX_TIMESTAMP",
      {"UNIX_TIMESTAMP(), UNIX_TIMESTAMP(t)", "Unix seconds of the moment, or of a time.",
       "UNIX_TIMESTAMP({{t}})", R"({"t": "2026-01-05 09:31:07"})", "1767576667"},
      0,
      1,
      unix_time},
     {"later",
      {"t + INTERVAL n unit", "n units later.", "{{t}} + INTERVAL 1 DAY",
       R"({"t": "2026-01-05 09:31:07"})", R"("2026-01-06 09:31:07")"},
      3,
      3,
      add_interval},
     {"earlier",
      {"t - INTERVAL n unit", "n units earlier.", "{{t}} - INTERVAL 1 DAY",
       R"({"t": "2026-01-05 09:31:07"})", R"("2026-01-04 09:31:07")"},
      3,
      3,
      subtract_interval}}};
static_assert(explains_each(time_functions));

}  // namespace

std::span<const SqlFunction> sql_time_functions() { return time_functions; }

}  // namespace weir
