// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <optional>
#include <string_view>
#include <vector>

namespace weir {

// A list of a record that a name leads into: `items.qty` is `qty` of each row of `items`.
struct SubTable {
  const Value* rows = nullptr;  // a list; of the record
  std::string_view name;        // "items": of the name that was asked for
  std::string_view column;      // "qty"
};

// The first list on the name's way, looked up as find_in_record does. Nothing: the name leads to a
// value of its own, or into no list.
std::optional<SubTable> find_sub_table(const Value& record, std::string_view name,
                                       std::string_view around);

// What a row holds under a column: one value, none, or through lists of its own several.
std::vector<const Value*> cells_of(const Value& row, std::string_view column);

}  // namespace weir
