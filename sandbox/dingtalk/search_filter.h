// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/api_error.h"
#include "sandbox/dingtalk/json_text.h"
#include "sandbox/dingtalk/receipt_form.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::yida_sandbox {

// searchFieldJson and searchCondition (dingtalk.md §2.4): an object is the fuzzy mode (text is
// "contains", numbers and dates are [from, to]), an array holds conditions that are AND-ed.
// Immutable; any thread may call.
class SearchFilter {
 public:
  // Nothing, "{}" and "[]" match every row. Errors: an unknown field ("field is null"), an unknown
  // type of condition, what is no JSON.
  static Answer<SearchFilter> parse(std::string_view json);

  bool empty() const { return conditions_.empty(); }
  // Whether `kind` is all that is looked at: then no form data need be made.
  bool only_kind() const;
  bool matches_kind(std::string_view kind) const;
  // matches_kind(销售收款), known beforehand: most rows are of it.
  bool matches_sales() const { return matches_sales_; }
  // `node` is the name of the step that the approval is at.
  bool matches(const std::vector<Member>& data, std::string_view node) const;
  // Whether one of these fields is looked at.
  bool uses(const std::vector<std::string>& fields) const;

 private:
  struct Condition;
  static Answer<Condition> read_condition(const std::string& name,
                                          const nlohmann::ordered_json& entry, bool fuzzy);
  std::vector<std::shared_ptr<const Condition>> conditions_;
  bool matches_sales_ = true;
};

}  // namespace weir::yida_sandbox
