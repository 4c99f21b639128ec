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

constexpr std::array<SqlFunction, 24> time_functions = {{{"NOW", 0, 0, now},
                                                         {"SYSDATE", 0, 0, now},
                                                         {"CURRENT_TIMESTAMP", 0, 0, now},
                                                         {"CURDATE", 0, 0, today},
                                                         {"CURRENT_DATE", 0, 0, today},
                                                         {"DATE", 1, 1, date},
                                                         {"LAST_DAY", 1, 1, last_day},
                                                         {"YEAR", 1, 1, year},
                                                         {"MONTH", 1, 1, month},
                                                         {"DAY", 1, 1, day},
                                                         {"DAYOFMONTH", 1, 1, day},
                                                         {"HOUR", 1, 1, hour},
                                                         {"MINUTE", 1, 1, minute},
                                                         {"SECOND", 1, 1, second},
                                                         {"DATEDIFF", 2, 2, date_difference},
                                                         {"DATE_ADD", 3, 3, add_interval},
                                                         {"DATE_SUB", 3, 3, subtract_interval},
                                                         {"ADDDATE", 3, 3, add_interval},
                                                         {"SUBDATE", 3, 3, subtract_interval},
                                                         {"DATE_FORMAT", 2, 2, format_date},
                                                         {"FROM_UNIXTIME", 1, 2, from_unix_time},
                                                         {"UNIX_TIMESTAMP", 0, 1, unix_time},
                                                         {"later", 3, 3, add_interval},
                                                         {"earlier", 3, 3, subtract_interval}}};

}  // namespace

std::span<const SqlFunction> sql_time_functions() { return time_functions; }

}  // namespace weir
