// SPDX-License-Identifier: Apache-2.0
#include "spec/tree_builder.h"

#include "spec/plain_scalar.h"
#include "spec/references.h"

#include <yaml-cpp/exceptions.h>

#include <utility>

namespace weir {
namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t nodes_max = 200'000;  // aliases count as what they stand for
constexpr const char* core = "tag:yaml.org,2002:";

std::size_t count_nodes(const Node& node) {
  std::size_t total = 1;
  for (const Node& item : node.items) {
    total += count_nodes(item);
  }
  for (const auto& member : node.members) {
    total += count_nodes(member.second);
  }
  return total;
}

}  // namespace

Node TreeBuilder::take() {
  while (!open_.empty()) {
    close();
  }
  return std::move(root_);
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (ended_) {
    throw YAML::ParserException(mark, "a second document begins here; one file holds one");
  }
  root_.at = place(mark);
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  count(1, mark);
  if (key_is_next()) {
    begin_key("null", false, mark);
    return;
  }
  // The event of an empty value comes with the place of whatever follows it.
  Node node;
  node.at = !open_.empty() && open_.back().has_key ? open_.back().key_at : place(mark);
  node.scalar.at = node.at;
  complete(std::move(node), anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchored_.find(anchor);
  if (found == anchored_.end()) {
    throw YAML::ParserException(mark, "an alias stands inside what it names");
  }
  count(count_nodes(found->second), mark);
  if (key_is_next()) {
    const std::string* text = found->second.scalar.value.text();
    if (text == nullptr) {
      throw YAML::ParserException(mark, "a key must be text");
    }
    begin_key(*text, false, mark);
    return;
  }
  complete(found->second, 0);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  count(1, mark);
  if (key_is_next()) {
    begin_key(value, tag == "?", mark);
    return;
  }
  Node node;
  node.kind = Node::Kind::scalar;
  node.at = place(mark);
  node.scalar.at = node.at;
  ResolvedText resolved = resolve_references(value, node.at, references_, faults_);
  node.scalar.secret = resolved.secret;
  node.scalar.resolved = std::move(resolved.resolved);
  const bool quoted = tag == "!" || tag == std::string(core) + "str";
  if (!quoted && tag != "?") {
    check_tag(tag, "int float bool null", mark);
  }
  if (quoted || resolved.secret) {
    node.scalar.value = std::move(resolved.text);
  } else {
    node.scalar.value = plain_scalar(resolved.text);
  }
  complete(std::move(node), anchor);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
  check_tag(tag, "seq", mark);
  Node node;
  node.kind = Node::Kind::sequence;
  open(std::move(node), anchor, mark);
}

void TreeBuilder::OnSequenceEnd() { close(); }

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  check_tag(tag, "map", mark);
  Node node;
  node.kind = Node::Kind::mapping;
  open(std::move(node), anchor, mark);
}

void TreeBuilder::OnMapEnd() { close(); }

bool TreeBuilder::key_is_next() const {
  return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().has_key;
}

void TreeBuilder::begin_key(std::string key, bool may_merge, const YAML::Mark& mark) {
  Open& mapping = open_.back();
  mapping.has_key = true;
  mapping.is_merge = may_merge && key == "<<";
  mapping.key = std::move(key);
  mapping.key_at = place(mark);
}

void TreeBuilder::open(Node node, YAML::anchor_t anchor, const YAML::Mark& mark) {
  count(1, mark);
  if (key_is_next()) {
    throw YAML::ParserException(mark, "a key must be text; put text with brackets into quotes");
  }
  if (open_.size() >= depth_max) {
    throw YAML::ParserException(mark, "more than 64 levels deep");
  }
  node.at = place(mark);
  node.scalar.at = node.at;
  Open opened;
  opened.node = std::move(node);
  opened.anchor = anchor;
  open_.push_back(std::move(opened));
}

void TreeBuilder::close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  merge(closed);
  complete(std::move(closed.node), closed.anchor);
}

void TreeBuilder::complete(Node node, YAML::anchor_t anchor) {
  if (anchor != 0) {
    anchored_[anchor] = node;
  }
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == Node::Kind::sequence) {
    parent.node.items.push_back(std::move(node));
  } else if (parent.has_key) {
    parent.has_key = false;
    add_member(parent, std::move(node));
  }
}

void TreeBuilder::add_member(Open& mapping, Node node) {
  if (mapping.is_merge) {
    mapping.merges.push_back(std::move(node));
    return;
  }
  const auto [known, added] = mapping.lines.emplace(mapping.key, mapping.key_at.line);
  if (!added) {
    add_error(faults_, mapping.key_at,
              "`" + mapping.key + "` stands twice here, first in line " +
                  std::to_string(known->second) + "; keep one of them");
    return;
  }
  mapping.node.members.emplace_back(mapping.key, std::move(node));
  mapping.node.member_places.push_back(mapping.key_at);
}

void TreeBuilder::merge(Open& mapping) {
  std::vector<Node> sources;
  for (Node& merged : mapping.merges) {
    if (merged.kind == Node::Kind::sequence) {
      for (Node& item : merged.items) {
        sources.push_back(std::move(item));
      }
    } else {
      sources.push_back(std::move(merged));
    }
  }
  for (Node& source : sources) {
    if (source.kind != Node::Kind::mapping) {
      add_error(faults_, source.at, "`<<` must name a mapping, or a list of mappings");
      continue;
    }
    for (std::size_t i = 0; i < source.members.size(); ++i) {
      if (mapping.lines.emplace(source.members[i].first, source.member_places[i].line).second) {
        mapping.node.members.push_back(std::move(source.members[i]));
        mapping.node.member_places.push_back(source.member_places[i]);
      }
    }
  }
}

void TreeBuilder::count(std::size_t nodes, const YAML::Mark& mark) {
  nodes_ += nodes;
  if (nodes_ > nodes_max) {
    throw YAML::ParserException(mark, "more than 200,000 values, aliases written out");
  }
}

void TreeBuilder::check_tag(const std::string& tag, const char* expected, const YAML::Mark& mark) {
  if (tag.empty() || tag == "?" || tag == "!") {
    return;
  }
  const std::string prefix = core;
  if (tag.rfind(prefix, 0) == 0) {
    const std::string name = tag.substr(prefix.size());
    if ((" " + std::string(expected) + " ").find(" " + name + " ") != std::string::npos) {
      return;
    }
  }
  add_error(faults_, place(mark), "the tag `" + tag + "` means nothing here; leave it out");
}

}  // namespace weir
