// SPDX-License-Identifier: Apache-2.0
#include "expr/scope.h"

#include "core/record.h"
#include "expr/time_variable.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::array<std::string_view, 6> variables = {"LAST_SYNC_TIME",
                                                       "PAGINATION_PAGE_SIZE",
                                                       "PAGINATION_START_ROW",
                                                       "PAGINATION_START_PAGE",
                                                       "PAGE_NO",
                                                       "PAGE_SIZE"};

}  // namespace

const Value* ElementScope::find(std::string_view name) const {
  if (name == list_) {
    return &element_;
  }
  const bool inside = name.size() > list_.size() && name[list_.size()] == '.' &&
                      name.substr(0, list_.size()) == list_;
  return inside ? find_in_record(element_, name.substr(list_.size() + 1), "") : outside_.find(name);
}

const Value* Environment::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

bool Environment::is_variable(std::string_view name) {
  return TimeVariable::parse(name).has_value() ||
         std::find(variables.begin(), variables.end(), name) != variables.end();
}

}  // namespace weir
