// SPDX-License-Identifier: Apache-2.0
#include "lua/decimal_arithmetic.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::exact {
namespace {

const Decimal one{false, "1", 1};

std::int64_t places_of(const Decimal& value) {
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(value.digits.size()) - value.point);
}

// |value| × 10^places, as digits without zeros in front.
std::string whole_digits(const Decimal& value, std::int64_t places) {
  if (value.is_zero()) {
    return {};
  }
  std::string digits = value.digits;
  digits.resize(static_cast<std::size_t>(value.point + places), '0');
  return digits;
}

// digits × 10^-places.
Decimal made(bool negative, std::string_view digits, std::int64_t places) {
  Decimal value;
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) {
    return value;
  }
  value.negative = negative;
  value.point = static_cast<std::int64_t>(digits.size() - first) - places;
  value.digits = digits.substr(first, digits.find_last_not_of('0') + 1 - first);
  return value;
}

int digit_from_end(std::string_view digits, std::size_t position) {
  return position < digits.size() ? digits[digits.size() - 1 - position] - '0' : 0;
}

std::string add_digits(std::string_view left, std::string_view right) {
  const std::size_t length = std::max(left.size(), right.size()) + 1;
  std::string digits(length, '0');
  int carry = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const int place = digit_from_end(left, i) + digit_from_end(right, i) + carry;
    digits[length - 1 - i] = static_cast<char>('0' + place % 10);
    carry = place / 10;
  }
  return digits;
}

// Precondition: left >= right.
std::string subtract_digits(std::string_view left, std::string_view right) {
  std::string digits(left.size(), '0');
  int borrowed = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    int place = digit_from_end(left, i) - digit_from_end(right, i) - borrowed;
    borrowed = place < 0 ? 1 : 0;
    place += 10 * borrowed;
    digits[left.size() - 1 - i] = static_cast<char>('0' + place);
  }
  return digits;
}

// Neither has zeros in front.
bool is_less(std::string_view left, std::string_view right) {
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

struct Division {
  std::string digits;
  bool exact = true;
};

Division divide_digits(std::string_view left, std::string_view right) {
  Division division;
  std::string rest;
  for (const char digit : left) {
    if (!rest.empty() || digit != '0') {
      rest += digit;
    }
    char times = '0';
    while (!is_less(rest, right)) {
      rest = subtract_digits(rest, right);
      rest.erase(0, std::min(rest.find_first_not_of('0'), rest.size()));
      ++times;
    }
    division.digits += times;
  }
  division.exact = rest.empty();
  return division;
}

}  // namespace

Decimal negated(Decimal value) {
  value.negative = !value.is_zero() && !value.negative;
  return value;
}

Decimal sum(const Decimal& left, const Decimal& right) {
  const std::int64_t places = std::max(places_of(left), places_of(right));
  const std::string left_digits = whole_digits(left, places);
  const std::string right_digits = whole_digits(right, places);
  if (left.negative == right.negative) {
    return made(left.negative, add_digits(left_digits, right_digits), places);
  }
  return is_less(left_digits, right_digits)
             ? made(right.negative, subtract_digits(right_digits, left_digits), places)
             : made(left.negative, subtract_digits(left_digits, right_digits), places);
}

Decimal difference(const Decimal& left, const Decimal& right) { return sum(left, negated(right)); }

Decimal product(const Decimal& left, const Decimal& right) {
  const std::size_t length = left.digits.size() + right.digits.size();
  std::vector<int> places(length, 0);
  for (std::size_t i = 0; i < left.digits.size(); ++i) {
    for (std::size_t j = 0; j < right.digits.size(); ++j) {
      places[i + j] += digit_from_end(left.digits, i) * digit_from_end(right.digits, j);
    }
  }
  std::string digits(length, '0');
  int carry = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const int place = places[i] + carry;
    digits[length - 1 - i] = static_cast<char>('0' + place % 10);
    carry = place / 10;
  }
  const std::int64_t behind = static_cast<std::int64_t>(length) - left.point - right.point;
  return made(left.negative != right.negative, digits, behind);
}

Decimal quotient(const Decimal& left, const Decimal& right) {
  const std::int64_t places = std::max(places_of(left), places_of(right));
  constexpr int guarded = quotient_places + 1;
  const Division division =
      divide_digits(whole_digits(left, places + guarded), whole_digits(right, places));
  return rounded(made(left.negative != right.negative, division.digits, guarded), quotient_places);
}

Decimal whole_quotient(const Decimal& left, const Decimal& right) {
  const std::int64_t places = std::max(places_of(left), places_of(right));
  const Division division = divide_digits(whole_digits(left, places), whole_digits(right, places));
  const bool negative = left.negative != right.negative;
  const Decimal towards_zero = made(negative, division.digits, 0);
  return negative && !division.exact ? difference(towards_zero, one) : towards_zero;
}

Decimal floor(const Decimal& value) {
  return value.negative && !value.is_whole() ? difference(truncated(value), one) : truncated(value);
}

Decimal ceiling(const Decimal& value) { return negated(floor(negated(value))); }

}  // namespace weir::exact
