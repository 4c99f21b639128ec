// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_template.h"

#include <string>
#include <vector>

namespace weir {

// One filter of a template, `| name(argument, …)`.
struct TemplateFilter {
  std::string name;
  int arguments_min = 0;
  int arguments_max = 0;
  Result<Value> (*apply)(const Value& input, const std::vector<Value>& arguments,
                         const RequestScope& scope) = nullptr;
};

// Every filter there is. `default` is among them by name only: the template applies it itself.
const std::vector<TemplateFilter>& template_filters();

}  // namespace weir
