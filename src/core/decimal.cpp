// SPDX-License-Identifier: Apache-2.0
#include "core/decimal.h"

#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace weir {
namespace {

constexpr std::int64_t exponent_max = 1'000'000'000;
constexpr std::int64_t plain_digits_max = 200;

bool is_decimal_digit(char letter) { return letter >= '0' && letter <= '9'; }

// The exponent behind "e", saturated; nothing: no exponent.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_decimal_digit)) {
    return std::nullopt;
  }
  std::int64_t exponent = 0;
  for (const char digit : text) {
    exponent = std::min(exponent * 10 + (digit - '0'), exponent_max);
  }
  return negative ? -exponent : exponent;
}

void normalise(Decimal& value) {
  const std::size_t first = value.digits.find_first_not_of('0');
  if (first == std::string::npos) {
    value = Decimal();
    return;
  }
  value.digits.erase(value.digits.find_last_not_of('0') + 1);
  value.digits.erase(0, first);
  value.point -= static_cast<std::int64_t>(first);
}

std::strong_ordering compare_size(const Decimal& left, const Decimal& right) {
  if (left.is_zero() || right.is_zero()) {
    return right.is_zero() <=> left.is_zero();
  }
  if (left.point != right.point) {
    return left.point <=> right.point;
  }
  return left.digits.compare(right.digits) <=> 0;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  while (!text.empty() && text.front() == ' ') {
    text.remove_prefix(1);
  }
  while (!text.empty() && text.back() == ' ') {
    text.remove_suffix(1);
  }
  Decimal value;
  value.negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    text.remove_prefix(1);
  }
  const std::size_t mark = text.find_first_of("eE");
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    const auto parsed = parse_exponent(text.substr(mark + 1));
    if (!parsed) {
      return std::nullopt;
    }
    exponent = *parsed;
  }
  const std::string_view mantissa = text.substr(0, mark);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  value.digits = mantissa.substr(0, point);
  if (point < mantissa.size()) {
    value.digits += mantissa.substr(point + 1);
  }
  if (value.digits.empty() ||
      !std::all_of(value.digits.begin(), value.digits.end(), is_decimal_digit)) {
    return std::nullopt;
  }
  value.point = static_cast<std::int64_t>(point) + exponent;
  normalise(value);
  return value;
}

std::strong_ordering compare(const Decimal& left, const Decimal& right) {
  if (left.negative != right.negative) {
    return right.negative <=> left.negative;
  }
  const std::strong_ordering size = compare_size(left, right);
  return left.negative ? 0 <=> size : size;
}

Decimal rounded(const Decimal& value, int places) {
  const std::int64_t kept = value.point + places;
  if (value.is_zero() || kept >= static_cast<std::int64_t>(value.digits.size())) {
    return value;
  }
  if (kept < 0) {
    return {};
  }
  Decimal result = value;
  const auto length = static_cast<std::size_t>(kept);
  const bool up = value.digits[length] >= '5';
  result.digits.resize(length);
  if (up) {
    std::size_t at = length;
    while (at > 0 && result.digits[at - 1] == '9') {
      result.digits[--at] = '0';
    }
    if (at > 0) {
      ++result.digits[at - 1];
    } else {
      result.digits.insert(0, 1, '1');
      ++result.point;
    }
  }
  normalise(result);
  return result;
}

Decimal truncated(const Decimal& value) {
  if (value.is_whole()) {
    return value;
  }
  if (value.point <= 0) {
    return {};
  }
  Decimal result = value;
  result.digits.resize(static_cast<std::size_t>(value.point));
  normalise(result);
  return result;
}

bool fits_plainly(const Decimal& value) {
  return value.point <= plain_digits_max && value.point >= -plain_digits_max &&
         static_cast<std::int64_t>(value.digits.size()) <= plain_digits_max;
}

std::string to_plain(const Decimal& value, std::optional<int> places) {
  std::string whole;
  std::string fraction;
  for (std::int64_t at = std::min<std::int64_t>(value.point, 0); at < value.point; ++at) {
    if (at >= 0) {
      const auto index = static_cast<std::size_t>(at);
      whole += index < value.digits.size() ? value.digits[index] : '0';
    }
  }
  if (value.point < 0) {
    fraction.assign(static_cast<std::size_t>(-value.point), '0');
  }
  const auto from = static_cast<std::size_t>(std::max<std::int64_t>(value.point, 0));
  if (from < value.digits.size()) {
    fraction += value.digits.substr(from);
  }
  if (places) {
    fraction.resize(static_cast<std::size_t>(*places), '0');
  }
  std::string text = value.negative ? "-" : "";
  text += whole.empty() ? "0" : whole;
  return fraction.empty() ? text : text + "." + fraction;
}

Result<Decimal> read_decimal(const Value& value) {
  const Number* number = value.number();
  const std::string* text = number != nullptr ? &number->digits : value.text();
  auto decimal = text != nullptr ? Decimal::parse(*text) : std::nullopt;
  if (!decimal || !fits_plainly(*decimal)) {
    return fail(ErrorKind::rejected, fmt::format("`{}` is no number", excerpt(to_text(value), 60)));
  }
  return std::move(*decimal);
}

}  // namespace weir
