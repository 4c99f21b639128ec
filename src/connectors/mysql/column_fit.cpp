// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/column_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace weir {
namespace {

bool is_one_of(std::string_view type, std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_decimal_digit) -
                                  text.begin());
}

// A number as SQL reads it from text: sign, digits, point, digits, exponent.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
  bool exponent = false;
};

std::optional<Decimal> parse_decimal(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  const std::size_t last = text.find_last_not_of(' ');
  if (first == std::string_view::npos) {
    return std::nullopt;
  }
  text = text.substr(first, last - first + 1);
  text.remove_prefix(text.front() == '-' || text.front() == '+' ? 1 : 0);
  Decimal decimal;
  decimal.whole = text.substr(0, count_digits(text));
  text.remove_prefix(decimal.whole.size());
  if (!text.empty() && text.front() == '.') {
    decimal.fraction = text.substr(1, count_digits(text.substr(1)));
    text.remove_prefix(1 + decimal.fraction.size());
  }
  if (decimal.whole.empty() && decimal.fraction.empty()) {
    return std::nullopt;
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    text.remove_prefix(!text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0);
    decimal.exponent = count_digits(text) > 0;
    text.remove_prefix(count_digits(text));
  }
  return text.empty() ? std::optional(decimal) : std::nullopt;
}

// "2026-01-05", with any separators the server takes, or digits alone.
bool looks_like_date(std::string_view text) {
  const std::size_t digits =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_decimal_digit));
  return digits >= 3 && !text.empty() && is_decimal_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_decimal_digit(c) ||
                  std::string_view("-/.: T+Z").find(c) != std::string_view::npos;
         });
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (text.size() <= longest) {
    return fmt::format("`{}`", text);
  }
  std::size_t cut = longest;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
    --cut;
  }
  return fmt::format("`{}…`", text.substr(0, cut));
}

std::optional<Misfit> misfit_number(const ColumnFacts& column, std::string_view text,
                                    bool integer) {
  const auto decimal = parse_decimal(text);
  if (!decimal) {
    return Misfit{Severity::error, shown(text) + " is no number"};
  }
  if (decimal->exponent) {
    return std::nullopt;
  }
  const std::size_t scale =
      integer ? 0 : static_cast<std::size_t>(std::max(0, column.scale.value_or(0)));
  const std::size_t last = decimal->fraction.find_last_not_of('0');
  const std::size_t places = last == std::string_view::npos ? 0 : last + 1;
  if ((integer || column.type == "decimal") && places > scale) {
    return Misfit{Severity::warning,
                  fmt::format("{} has more decimals and would be rounded", shown(text))};
  }
  const std::size_t zeros = std::min(decimal->whole.find_first_not_of('0'), decimal->whole.size());
  const std::size_t digits = decimal->whole.size() - zeros;
  if (column.type == "decimal" && column.precision &&
      digits + scale > static_cast<std::size_t>(*column.precision)) {
    return Misfit{Severity::warning, shown(text) + " is too large"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Misfit> misfit(const ColumnFacts& column, const Value& value) {
  if (value.is_null()) {
    if (column.nullable) {
      return std::nullopt;
    }
    return Misfit{Severity::warning, "there is no value, and the column is NOT NULL"};
  }
  const std::string text =
      value.boolean() != nullptr ? (*value.boolean() ? "1" : "0") : to_text(value);
  if (is_one_of(column.type, {"tinyint", "smallint", "mediumint", "int", "bigint", "year"})) {
    return misfit_number(column, text, true);
  }
  if (is_one_of(column.type, {"decimal", "float", "double"})) {
    return misfit_number(column, text, false);
  }
  if (is_one_of(column.type, {"date", "datetime", "timestamp"}) && !looks_like_date(text)) {
    return Misfit{Severity::error, shown(text) + " is no date"};
  }
  if (is_one_of(column.type, {"char", "varchar", "tinytext", "text", "mediumtext", "longtext"}) &&
      column.length && count_characters(text) > *column.length) {
    return Misfit{Severity::warning,
                  fmt::format("{} has {} characters, the column takes {}", shown(text),
                              count_characters(text), *column.length)};
  }
  return std::nullopt;
}

}  // namespace weir
