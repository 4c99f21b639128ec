// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_template.h"
#include "connectors/http/template_filters.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The inside of one `{{ … }}`: a name or a literal, and filters. Used by request_template.cpp only.

namespace weir {

// A name or a literal.
struct TemplateOperand {
  std::vector<std::string> path;  // empty: the literal counts
  Value literal;
};

struct TemplateFilterCall {
  const TemplateFilter* filter = nullptr;
  std::vector<TemplateOperand> arguments;
};

struct TemplateExpression {
  TemplateOperand head;
  std::vector<TemplateFilterCall> filters;
};

// Nothing: a fault was appended.
std::optional<TemplateExpression> parse_template_expression(std::string_view text,
                                                            const Location& at,
                                                            const TemplateNames& names,
                                                            Faults& faults);

// Null: no value. Errors: `rejected`, a filter that cannot take its input.
Result<Value> evaluate_template_expression(const TemplateExpression& expression,
                                           const RequestScope& scope);

}  // namespace weir
