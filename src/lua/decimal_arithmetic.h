// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decimal.h"

namespace weir::exact {

// Exact sums and products. Precondition of all: the operands fit plainly.
Decimal sum(const Decimal& left, const Decimal& right);
Decimal difference(const Decimal& left, const Decimal& right);
Decimal product(const Decimal& left, const Decimal& right);

// Exact where it ends within `quotient_places` digits behind the point, else rounded there, half
// away from zero. Precondition: `right` is not zero.
inline constexpr int quotient_places = 20;
Decimal quotient(const Decimal& left, const Decimal& right);

// The greatest whole number that is no greater than the quotient. Precondition as above.
Decimal whole_quotient(const Decimal& left, const Decimal& right);
// The greatest whole number that is no greater; the smallest that is no smaller.
Decimal floor(const Decimal& value);
Decimal ceiling(const Decimal& value);

Decimal negated(Decimal value);

}  // namespace weir::exact
