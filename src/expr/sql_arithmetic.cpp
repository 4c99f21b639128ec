// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_arithmetic.h"

#include "core/decimal_arithmetic.h"
#include "expr/sql_node.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace weir {
namespace {

using Numbers = std::span<const SqlValue>;
constexpr int digits_max = 65;
constexpr int group = 9;  // MySQL holds digits in groups of nine

int groups_of(int places) { return (places + group - 1) / group * group; }

// An approximate number shows the digits that it has.
SqlNumber made(Decimal value, int scale, int held, bool approximate) {
  SqlNumber number;
  number.held = std::min(held, sql_scale_max);
  number.value = rounded(value, number.held);
  number.scale = std::min(scale, sql_scale_max);
  number.approximate = approximate;
  return number;
}

SqlNumber negative(SqlNumber number) {
  number.value = negated(std::move(number.value));
  return number;
}

Result<SqlValue> add(Numbers values, const EvaluationContext&) {
  return add_numbers(sql_number(values[0]), sql_number(values[1]));
}

Result<SqlValue> subtract(Numbers values, const EvaluationContext&) {
  return add_numbers(sql_number(values[0]), negative(sql_number(values[1])));
}

Result<SqlValue> multiply(Numbers values, const EvaluationContext&) {
  const SqlNumber left = sql_number(values[0]);
  const SqlNumber right = sql_number(values[1]);
  return checked(made(product(left.value, right.value), left.scale + right.scale,
                      left.held + right.held, left.approximate || right.approximate));
}

Result<SqlValue> divide(Numbers values, const EvaluationContext&) {
  return divide_numbers(sql_number(values[0]), sql_number(values[1]));
}

Result<SqlValue> divide_whole(Numbers values, const EvaluationContext&) {
  const Decimal divisor = sql_number(values[1]).value;
  if (divisor.is_zero()) {
    return SqlValue();
  }
  return checked(made(quotient(sql_number(values[0]).value, divisor, 0), 0, 0, false));
}

// The rest has the sign of the dividend.
Result<SqlValue> remainder(Numbers values, const EvaluationContext&) {
  const SqlNumber left = sql_number(values[0]);
  const SqlNumber right = sql_number(values[1]);
  if (right.value.is_zero()) {
    return SqlValue();
  }
  const Decimal times = quotient(left.value, right.value, 0);
  return checked(made(difference(left.value, product(times, right.value)),
                      std::max(left.scale, right.scale), std::max(left.held, right.held),
                      left.approximate || right.approximate));
}

Result<SqlValue> minus(Numbers values, const EvaluationContext&) {
  return SqlValue(negative(sql_number(values[0])));
}

Result<SqlValue> absolute(Numbers values, const EvaluationContext&) {
  SqlNumber number = sql_number(values[0]);
  number.value.negative = false;
  return SqlValue(std::move(number));
}

// Half away from zero; places may be less than none.
Result<SqlValue> round_number(Numbers values, const EvaluationContext&) {
  const SqlNumber number = sql_number(values[0]);
  const auto wanted = values.size() > 1 ? sql_whole(values[1]) : std::int64_t{0};
  const auto places =
      static_cast<int>(std::clamp<std::int64_t>(wanted, -digits_max, sql_scale_max));
  const bool whole = number.scale == 0 && !number.approximate;
  if (places >= 0) {
    return checked(made(whole ? number.value : rounded(number.value, places), whole ? 0 : places,
                        whole ? 0 : places, number.approximate));
  }
  Decimal moved = number.value;
  moved.point += places;
  moved = rounded(moved, 0);
  moved.point -= moved.is_zero() ? 0 : places;
  return checked(made(std::move(moved), 0, 0, number.approximate));
}

Result<SqlValue> floor_number(Numbers values, const EvaluationContext&) {
  const Decimal value = sql_number(values[0]).value;
  const Decimal cut = truncated(value);
  const bool below = value.negative && compare(cut, value) != 0;
  return checked(made(below ? difference(cut, *Decimal::parse("1")) : cut, 0, 0, false));
}

Result<SqlValue> ceil_number(Numbers values, const EvaluationContext&) {
  const Decimal value = sql_number(values[0]).value;
  const Decimal cut = truncated(value);
  const bool above = !value.negative && compare(cut, value) != 0;
  return checked(made(above ? sum(cut, *Decimal::parse("1")) : cut, 0, 0, false));
}

constexpr std::array<SqlFunction, 13> number_functions = {
    {{"+", {"a + b", "The sum.", "{{n}} + 0.25", R"({"n": 7.50})", "7.75"}, 2, 2, add},
     {"-", {"a - b", "The difference.", "{{n}} - 0.25", R"({"n": 7.50})", "7.25"}, 2, 2, subtract},
     {"*", {"a * b", "The product.", "{{n}} * 3", R"({"n": 7.50})", "22.50"}, 2, 2, multiply},
     {"/",
      {"a / b", "The quotient, with four places more than `a`; null when `b` is zero.", "{{n}} / 4",
       R"({"n": 7.50})", "1.875000"},
      2,
      2,
      divide},
     {"div",
      {"a DIV b", "The quotient cut to a whole number; null when `b` is zero.", "{{n}} DIV 2",
       R"({"n": 7.50})", "3"},
      2,
      2,
      divide_whole},
     {"%",
      {"a % b, a MOD b", "The rest, with the sign of `a`; null when `b` is zero.", "{{n}} % 2",
       R"({"n": 7.50})", "1.50"},
      2,
      2,
      remainder},
     {"minus",
      {"-a", "The number with the other sign.", "-{{n}}", R"({"n": 7.50})", "-7.50"},
      1,
      1,
      minus},
     {"MOD",
      {"MOD(a, b)", "The rest, with the sign of `a`; null when `b` is zero.", "MOD({{n}}, 2)",
       R"({"n": 7.50})", "1.50"},
      2,
      2,
      remainder},
     {"ROUND",
      {"ROUND(a), ROUND(a, n)", "`a` with n places (0), half away from zero; n may be below zero.",
       "ROUND({{n}})", R"({"n": 7.50})", "8"},
      1,
      2,
      round_number},
     {"FLOOR",
      {"FLOOR(a)", "The next whole number below, or itself.", "FLOOR({{n}})", R"({"n": 7.50})",
       "7"},
      1,
      1,
      floor_number},
     {"CEIL",
      {"CEIL(a)", "The next whole number above, or itself.", "CEIL({{n}})", R"({"n": 7.50})", "8"},
      1,
      1,
      ceil_number},
     {"CEILING",
      {"CEILING(a)", "As `CEIL`.", "CEILING({{n}})", R"({"n": 7.50})", "8"},
      1,
      1,
      ceil_number},
     {"ABS",
      {"ABS(a)", "The number without its sign.", "ABS(-{{n}})", R"({"n": 7.50})", "7.50"},
      1,
      1,
      absolute}}};
static_assert(explains_each(number_functions));

}  // namespace

Result<SqlValue> checked(SqlNumber number) {
  if (number.value.point > digits_max) {
    return fail(ErrorKind::rejected, "the result has more than 65 digits");
  }
  return SqlValue(std::move(number));
}

Result<SqlValue> add_numbers(const SqlNumber& left, const SqlNumber& right) {
  return checked(made(sum(left.value, right.value), std::max(left.scale, right.scale),
                      std::max(left.held, right.held), left.approximate || right.approximate));
}

Result<SqlValue> divide_numbers(const SqlNumber& left, const SqlNumber& right) {
  if (right.value.is_zero()) {
    return SqlValue();
  }
  constexpr int more = 4;  // div_precision_increment
  if (left.approximate || right.approximate) {
    constexpr int digits = 17;
    const auto whole = static_cast<int>(left.value.point - right.value.point) + 1;
    const int places = std::clamp(digits - whole, 0, sql_scale_max);
    return checked(made(quotient(left.value, right.value, places), places, places, true));
  }
  const int own = groups_of(left.held) + groups_of(right.held);
  const int spare = own - left.held - right.held;
  const int held = groups_of(own + std::max(more - spare, 0));
  return checked(made(quotient(left.value, right.value, std::min(held, sql_scale_max)),
                      left.scale + more, held, false));
}

std::span<const SqlFunction> sql_number_functions() { return number_functions; }

}  // namespace weir
