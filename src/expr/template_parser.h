// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "expr/expression.h"

#include <span>
#include <string_view>

namespace weir {

// Takes one text apart; see Template for the grammar. `literal`: spans of the text, ascending and
// apart, that stand for themselves. Errors: `invalid_config`.
Result<Expression> parse_template(std::string_view text, std::span<const TextSpan> literal = {});

}  // namespace weir
