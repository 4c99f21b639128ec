// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/mapped_rows.h"
#include "core/row_layout.h"
#include "core/value.h"

#include <memory>
#include <utility>
#include <vector>

namespace weir::testing {

// The members that all of these have in common as objects are named in the layout.
inline std::vector<RowLayout::Node> layout_of(const std::vector<const Value*>& values) {
  std::vector<RowLayout::Node> members;
  const Object* first = values.front()->object();
  for (std::size_t i = 0; first != nullptr && i < first->size(); ++i) {
    const auto& name = (*first)[i].first;
    std::vector<const Value*> inside;
    for (const Value* value : values) {
      const Object* object = value->object();
      if (object == nullptr || object->size() != first->size() || (*object)[i].first != name) {
        return {};
      }
      inside.push_back(&(*object)[i].second);
    }
    members.push_back({name, layout_of(inside)});
  }
  return members;
}

inline void append_cells(const std::vector<RowLayout::Node>& members, const Value& value,
                         MappedRows& rows) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Value& member = (*value.object())[i].second;
    if (members[i].is_cell()) {
      rows.append(member);
    } else {
      append_cells(members[i].children, member, rows);
    }
  }
}

// Rows of what a pipeline's `request` would map to: objects with the same members.
inline MappedRows rows_of(const std::vector<Value>& requests) {
  std::vector<const Value*> values;
  for (const Value& request : requests) {
    values.push_back(&request);
  }
  MappedRows rows(std::make_shared<const RowLayout>(layout_of(values)));
  for (const Value& request : requests) {
    append_cells(rows.layout()->members(), request, rows);
    rows.end_row();
  }
  return rows;
}

}  // namespace weir::testing
