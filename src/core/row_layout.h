// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The names that all mapped rows of a pipeline have in common: a tree of objects whose leaves are
// the cells, numbered in the order of the names. Said once for a pipeline, so that no row has to
// carry names. Immutable: any number of threads may read.
class RowLayout {
 public:
  struct Node {
    std::string name;
    std::vector<Node> children;  // none: a cell, whatever value it holds
    // Set by RowLayout:
    std::string lead = {};       // its name as JSON, with what stands in front: `,"no":`
    std::size_t first_cell = 0;  // its own, or its first child's
    bool is_cell() const { return children.empty(); }
  };

  explicit RowLayout(std::vector<Node> members);

  const std::vector<Node>& members() const { return members_; }
  std::size_t cells() const { return cells_; }

  // The first of that name; nullptr: there is none.
  static const Node* find(const std::vector<Node>& members, std::string_view name);

 private:
  void number(std::vector<Node>& members);

  std::vector<Node> members_;
  std::size_t cells_ = 0;
};

}  // namespace weir
