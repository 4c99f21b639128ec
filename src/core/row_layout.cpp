// SPDX-License-Identifier: Apache-2.0
#include "core/row_layout.h"

#include "core/value.h"

#include <algorithm>
#include <utility>

namespace weir {

RowLayout::RowLayout(std::vector<Node> members) : members_(std::move(members)) { number(members_); }

void RowLayout::number(std::vector<Node>& members) {
  for (Node& node : members) {
    node.lead = &node == &members.front() ? "" : ",";
    append_json_text(node.name, node.lead);
    node.lead += ':';
    node.first_cell = cells_;
    if (node.is_cell()) {
      ++cells_;
    } else {
      number(node.children);
    }
  }
}

const RowLayout::Node* RowLayout::find(const std::vector<Node>& members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Node& node) { return node.name == name; });
  return found == members.end() ? nullptr : &*found;
}

}  // namespace weir
