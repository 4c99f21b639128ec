// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decimal.h"

namespace weir {

// Exact. Precondition of all: fits_plainly(left), fits_plainly(right); a result may no longer.
Decimal sum(const Decimal& left, const Decimal& right);
Decimal difference(const Decimal& left, const Decimal& right);
Decimal product(const Decimal& left, const Decimal& right);
// Cut towards zero behind `places` digits. Preconditions: 0 <= places <= 200, right is not zero.
Decimal quotient(const Decimal& left, const Decimal& right, int places);
Decimal negated(Decimal value);

}  // namespace weir
