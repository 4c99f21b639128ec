// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "expr/expression.h"
#include "expr/text_cursor.h"

namespace weir {

// A scalar expression of MySQL, as docs/expressions.md lists what it may hold. The cursor stands
// behind `_function`, and then at the end. Errors: `invalid_config`, with the place, and the
// nearest function.
Result<Calculation> parse_calculation(TextCursor& cursor);

}  // namespace weir
