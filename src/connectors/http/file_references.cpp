// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/file_references.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {
namespace {

constexpr int depth_max = 32;
constexpr int nodes_max = 100000;

void set_member(Node& node, const std::string& name, const Location& place, Node value) {
  for (auto& [key, present] : node.members) {
    if (key == name) {
      present = std::move(value);
      return;
    }
  }
  node.members.emplace_back(name, std::move(value));
  node.member_places.push_back(place);
}

Node overlay(Node below, const Node& above) {
  if (below.kind != Node::Kind::mapping || above.kind != Node::Kind::mapping) {
    return above;
  }
  for (std::size_t i = 0; i < above.members.size(); ++i) {
    const auto& [name, value] = above.members[i];
    const Node* present = below.member(name);
    const Location place = i < above.member_places.size() ? above.member_places[i] : above.at;
    set_member(below, name, place, present == nullptr ? value : overlay(*present, value));
  }
  return below;
}

class Resolver {
 public:
  Resolver(const Node& root, Faults& faults) : root_(root), faults_(faults) {}

  Node resolve(const Node& node, int depth) {
    if (depth > depth_max || ++nodes_ > nodes_max) {
      if (!complained_) {
        add_error(faults_, node.at, "`$ref`: refers to itself, or the file grows too large by it");
      }
      complained_ = true;
      return {};
    }
    Node result;
    const Node* reference = node.member("$ref");
    if (reference != nullptr) {
      if (const Node* target = find(*reference)) {
        result = resolve(*target, depth + 1);
      }
    }
    Node own;
    own.kind = node.kind;
    own.scalar = node.scalar;
    own.at = node.at;
    for (std::size_t i = 0; i < node.members.size(); ++i) {
      const auto& [name, value] = node.members[i];
      if (name != "$ref") {
        set_member(own, name, i < node.member_places.size() ? node.member_places[i] : node.at,
                   resolve(value, depth + 1));
      }
    }
    for (const auto& item : node.items) {
      own.items.push_back(resolve(item, depth + 1));
    }
    if (reference == nullptr) {
      return own;
    }
    return own.members.empty() ? result : overlay(std::move(result), own);
  }

 private:
  const Node* find(const Node& reference) {
    const std::string* text = reference.scalar.value.text();
    std::string_view rest = text == nullptr ? std::string_view() : *text;
    const Node* found = rest.starts_with("#/") ? &root_ : nullptr;
    if (found != nullptr) {
      rest.remove_prefix(2);
    }
    while (found != nullptr && !rest.empty()) {
      const std::size_t slash = rest.find('/');
      found = found->member(rest.substr(0, slash));
      rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    }
    if (found == nullptr) {
      add_error(faults_, reference.at,
                "`$ref`: there is no `" + (text == nullptr ? "" : *text) +
                    "` in this file; write \"#/definitions/<name>\"");
    }
    return found;
  }

  const Node& root_;
  Faults& faults_;
  int nodes_ = 0;
  bool complained_ = false;
};

}  // namespace

void resolve_file_references(Node& root, Faults& faults) {
  root = Resolver(root, faults).resolve(root, 0);
}

}  // namespace weir
