// SPDX-License-Identifier: Apache-2.0
#include "expr/scope.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::string_view days_ago = "DAYS_AGO_";
constexpr std::array<std::string_view, 9> variables = {"LAST_SYNC_TIME",
                                                       "CURRENT_TIME",
                                                       "PAGINATION_PAGE_SIZE",
                                                       "PAGINATION_START_ROW",
                                                       "PAGINATION_START_PAGE",
                                                       "PAGE_NO",
                                                       "PAGE_SIZE",
                                                       "MONTH_FIRST_DAY",
                                                       "MONTH_LAST_DAY"};

}  // namespace

const Value* Environment::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

bool Environment::is_variable(std::string_view name) {
  if (name.substr(0, days_ago.size()) == days_ago) {
    const std::string_view days = name.substr(days_ago.size());
    return !days.empty() && days.find_first_not_of("0123456789") == std::string_view::npos;
  }
  return std::find(variables.begin(), variables.end(), name) != variables.end();
}

}  // namespace weir
