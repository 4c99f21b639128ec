// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command_context.h"
#include "core/value.h"
#include "journal/journal.h"

#include <string>
#include <string_view>
#include <vector>

namespace weir {

// One record's way through a flow's mapping, for people: each step as far as it came. Of
// `filtered`, `fault` and `statement` one is given.
struct Passage {
  // Null: it did not get that far. A list where the user's record(r) made several of it.
  Value cleaned;
  std::vector<std::string> left_out;  // rows of its sub-tables, each with the reason
  std::string filtered;               // why the pipeline's own rules keep it out
  std::string fault;                  // why it cannot be mapped
  std::vector<Value> requests;        // what the target is given, row by row; secrets as ***
  std::string remark;                 // which rules of quality it breaks and may; empty: none
  std::string statement;              // the same in the target's words
};

// `fault`: PageRecord::fault; nothing is mapped then.
Passage pass(const Flow& flow, std::string_view raw, const std::string& id, std::string fault = {});

}  // namespace weir
