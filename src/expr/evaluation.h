// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "expr/context.h"
#include "expr/expression.h"

namespace weir {

// What an expression comes to. Errors as Template::evaluate.
Result<Value> evaluate_expression(const Expression& expression, const EvaluationContext& context);

}  // namespace weir
