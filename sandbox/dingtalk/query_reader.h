// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/api_error.h"
#include "sandbox/dingtalk/receipt_store.h"
#include "sandbox/dingtalk/settings.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// What a list call asks for, from its parameters. Pure functions.
namespace weir::yida_sandbox {

// What this API calls its parameters.
struct QueryWords {
  std::string_view search;  // searchFieldJson or searchCondition
  std::string_view order;   // orderConfigJson or dynamicOrder; empty: this API sorts by nothing
};

// A parameter of that name that is absent, null or of another type than text asks for nothing: the
// real service ignores what it does not know (dingtalk.md §2.4). Errors: a period, a status, an
// order or a search that is none.
Answer<Query> read_query(const nlohmann::ordered_json& body, const QueryWords& words,
                         const Settings& settings);

struct PageRequest {
  std::uint64_t number = 1;  // from 1
  std::uint64_t size = 10;   // 1 … 100
};
// From the two parameters' texts; empty: absent.
Answer<PageRequest> read_page(std::string_view number_name, const std::string& number,
                              const std::string& size);

// A parameter as text, whether it came as text or as a number; empty: absent.
std::string parameter_text(const nlohmann::ordered_json& body, std::string_view name);

}  // namespace weir::yida_sandbox
