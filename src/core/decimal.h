// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// A number by its digits: ± 0.<digits> × 10^point. Exact, of any length; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;  // no zeros in front or behind
  std::int64_t point = 0;

  // "1.50", "-0.5", "1e3", " 12 ". Nothing: no number. Exponents are held within ±10^9.
  static std::optional<Decimal> parse(std::string_view text);

  bool is_zero() const { return digits.empty(); }
  bool is_whole() const { return point >= static_cast<std::int64_t>(digits.size()); }
};

// By value: 1.5 and 1.50 are equal.
std::strong_ordering compare(const Decimal& left, const Decimal& right);

// Half away from zero. Preconditions: 0 <= places <= 100, fits_plainly(value).
Decimal rounded(const Decimal& value, int places);
// Towards zero.
Decimal truncated(const Decimal& value);

// Can be written without an exponent in at most about 200 digits.
bool fits_plainly(const Decimal& value);
// "-1234.50": without exponent; with exactly `places` digits behind the point, or as many as there
// are. Precondition: fits_plainly, and no more than `places` digits behind the point.
std::string to_plain(const Decimal& value, std::optional<int> places = std::nullopt);

// A number, or a text that is one, that fits plainly. Errors: `rejected`, with the value.
Result<Decimal> read_decimal(const Value& value);

}  // namespace weir
