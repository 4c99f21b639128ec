// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/dice.h"
#include "sandbox/dingtalk/receipt_generator.h"

#include <cstdint>
#include <string>
#include <vector>

// The form's values of one receipt, component by component, as YiDa writes them. Used by
// receipt_generator.cpp only.
namespace weir::yida_sandbox {

struct DataSource {
  const GeneratorOptions& options;
  const Receipt& receipt;
  Dice dice;
  int version;
  std::string serial;
  std::string_view kind;
};

// All members but the sub-table.
std::vector<Member> plain_members(const DataSource& source);
// The sub-table's rows, each a JSON object.
std::vector<std::string> invoice_rows(const DataSource& source);

}  // namespace weir::yida_sandbox
