// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "expr/sql_value.h"

// Arithmetic of MySQL's exact numbers: what they show and what they hold.

namespace weir {

// Errors: `rejected`, more than 65 digits in front of the point.
Result<SqlValue> checked(SqlNumber number);

Result<SqlValue> add_numbers(const SqlNumber& left, const SqlNumber& right);
// A quotient shows four digits more than the dividend; null when the divisor is zero.
Result<SqlValue> divide_numbers(const SqlNumber& left, const SqlNumber& right);

}  // namespace weir
