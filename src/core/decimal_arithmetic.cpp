// SPDX-License-Identifier: Apache-2.0
#include "core/decimal_arithmetic.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

namespace weir {
namespace {

using Integer = boost::multiprecision::cpp_int;

// Digits behind the point.
std::int64_t places_of(const Decimal& value) {
  return std::max<std::int64_t>(static_cast<std::int64_t>(value.digits.size()) - value.point, 0);
}

// value × 10^places, which is whole.
Integer scaled(const Decimal& value, std::int64_t places) {
  if (value.is_zero()) {
    return 0;
  }
  std::string digits = value.digits;
  digits.append(static_cast<std::size_t>(value.point + places -
                                         static_cast<std::int64_t>(value.digits.size())),
                '0');
  const Integer integer(digits);
  return value.negative ? Integer(-integer) : integer;
}

Decimal unscaled(const Integer& integer, std::int64_t places) {
  Decimal value;
  std::string digits = integer.str();
  value.negative = digits.front() == '-';
  digits.erase(0, value.negative ? 1 : 0);
  if (integer == 0) {
    return {};
  }
  value.point = static_cast<std::int64_t>(digits.size()) - places;
  digits.erase(digits.find_last_not_of('0') + 1);
  value.digits = std::move(digits);
  return value;
}

}  // namespace

Decimal sum(const Decimal& left, const Decimal& right) {
  const std::int64_t places = std::max(places_of(left), places_of(right));
  return unscaled(scaled(left, places) + scaled(right, places), places);
}

Decimal difference(const Decimal& left, const Decimal& right) { return sum(left, negated(right)); }

Decimal product(const Decimal& left, const Decimal& right) {
  const std::int64_t left_places = places_of(left);
  const std::int64_t right_places = places_of(right);
  return unscaled(scaled(left, left_places) * scaled(right, right_places),
                  left_places + right_places);
}

Decimal quotient(const Decimal& left, const Decimal& right, int places) {
  const std::int64_t own = std::max(places_of(left), places_of(right));
  return unscaled(scaled(left, own + places) / scaled(right, own), places);
}

Decimal negated(Decimal value) {
  value.negative = !value.negative && !value.is_zero();
  return value;
}

}  // namespace weir
