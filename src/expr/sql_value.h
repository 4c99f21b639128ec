// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decimal.h"
#include "core/error.h"
#include "core/time_zone.h"
#include "core/value.h"

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// The values that a `_function` computes with, and how one kind becomes another: MySQL's rules.

namespace weir {

// Digits behind the point, at most.
inline constexpr int sql_scale_max = 38;

struct SqlNumber {
  Decimal value;
  int scale = 0;  // digits shown behind the point
  int held = 0;   // digits held behind it: a quotient holds more than it shows
  // It came of text or has an exponent: shown with the digits that it has. MySQL computes such
  // numbers in doubles; here they are exact, but for quotients, which have 17 digits.
  bool approximate = false;
};

struct SqlTime {  // wall time
  LocalTime moment;
  bool has_time = true;
  int precision = 0;  // digits of the fraction of a second, up to 6
};

using SqlValue = std::variant<std::monostate, SqlNumber, std::string, SqlTime>;

inline bool is_null(const SqlValue& value) { return std::holds_alternative<std::monostate>(value); }
SqlValue sql_integer(std::int64_t number);
SqlValue sql_boolean(bool truth);

// Errors: `rejected`, a list or an object.
Result<SqlValue> to_sql(const Value& value);
Value from_sql(const SqlValue& value);

// Of no null.
std::string sql_text(const SqlValue& value);
// What a text begins with, zero if with no number; a time as 20260105093100.
SqlNumber sql_number(const SqlValue& value);
// Nothing: no time.
std::optional<SqlTime> sql_time(const SqlValue& value);
bool sql_truth(const SqlValue& value);
// Rounded half away from zero, kept within ±10^15.
std::int64_t sql_whole(const SqlValue& value);

// Of no nulls: two texts by characters (ASCII letters in any case, blanks at the end not counted),
// times as times, all else as numbers. Nothing: they cannot be compared.
std::optional<std::strong_ordering> compare_sql(const SqlValue& left, const SqlValue& right);
std::string fold_case(std::string_view text);

}  // namespace weir
