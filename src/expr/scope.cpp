// SPDX-License-Identifier: Apache-2.0
#include "expr/scope.h"

#include "core/record.h"
#include "expr/time_variable.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

struct RequestVariable {
  std::string_view name;
  WordMeaning meaning;
};

constexpr std::string_view third_page = R"({"from": "2026-01-05", "size": 100, "page": 3})";
constexpr std::array<RequestVariable, 6> variables = {
    {{"LAST_SYNC_TIME",
      {"LAST_SYNC_TIME", "Where the window that is asked for begins; 0 when it has no beginning.",
       "{{LAST_SYNC_TIME}}000", third_page, R"("1767542400000")"}},
     {"PAGINATION_PAGE_SIZE",
      {"PAGINATION_PAGE_SIZE", "Records a page.", "{{PAGINATION_PAGE_SIZE}}", third_page, "100"}},
     {"PAGINATION_START_ROW",
      {"PAGINATION_START_ROW", "Records before this page.", "{{PAGINATION_START_ROW}}", third_page,
       "200"}},
     {"PAGINATION_START_PAGE",
      {"PAGINATION_START_PAGE", "The page's number, as the source counts.",
       "{{PAGINATION_START_PAGE}}", third_page, "3"}},
     {"PAGE_NO",
      {"PAGE_NO", "The page's number, as the source counts.", "{{PAGE_NO}}", third_page, "3"}},
     {"PAGE_SIZE", {"PAGE_SIZE", "Records a page.", "{{PAGE_SIZE}}", third_page, "100"}}}};
static_assert(explains_each(variables));

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
         std::any_of(variables.begin(), variables.end(),
                     [&](const RequestVariable& variable) { return variable.name == name; });
}

std::vector<WordMeaning> Environment::meanings() { return meanings_of(variables); }

}  // namespace weir
