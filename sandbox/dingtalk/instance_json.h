// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/receipt_generator.h"

#include <cstddef>
#include <string>
#include <vector>

// Receipts in the shapes that the APIs give them (dingtalk.md §2.3 and §3). Pure functions.
namespace weir::yida_sandbox {

struct Rendering {
  std::string form_uuid;
  StampClock clock = StampClock::local;
  std::size_t inline_rows = 0;  // 0: sub-tables whole
  bool sub_tables = true;
  bool use_alias = false;           // aliases for base keys; companions keep the field's id
  std::string form_name;            // in the title
  int form_version = 0;             // 0: that of the form when the row was made
  std::vector<std::string> fields;  // only these keys of the data; empty: all
};

// An element of GetInstances, and the whole answer of one instance.
void append_process_instance(const ReceiptGenerator& generator, const Receipt& receipt,
                             const Rendering& rendering, std::string& out);
// An element of searchWithIds: without times and version.
void append_batch_instance(const ReceiptGenerator& generator, const Receipt& receipt,
                           const Rendering& rendering, std::string& out);
// An element of forms/instances/search.
void append_search_row(const ReceiptGenerator& generator, const Receipt& receipt,
                       const Rendering& rendering, std::string& out);
// An element of forms/instances/advances/query and queryAll.
void append_advanced_row(const ReceiptGenerator& generator, const Receipt& receipt,
                         const Rendering& rendering, std::string& out);
// The answer of forms/instances/{id}.
std::string form_instance(const ReceiptGenerator& generator, const Receipt& receipt,
                          const Rendering& rendering);

}  // namespace weir::yida_sandbox
