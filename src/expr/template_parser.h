// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "expr/expression.h"
#include "expr/template_options.h"

#include <string_view>

namespace weir {

// Takes one text apart; see Template for the grammar. Errors: `invalid_config`.
Result<Expression> parse_template(std::string_view text, const TemplateOptions& options = {});

}  // namespace weir
