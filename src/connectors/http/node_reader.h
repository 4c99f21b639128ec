// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Steps into a JSON value: names, and digits for list items.
using JsonPath = std::vector<std::string>;

// The value at the path; nullptr: not there.
const Value* find_path(const Value& value, const JsonPath& path);

// Reads one mapping of a connector file: what is asked for is known, everything else is a fault
// (with the nearest known name) when the reader goes out of scope. A node that is no mapping is a
// fault, and reads as empty.
class NodeReader {
 public:
  NodeReader(const Node& node, std::string what, Faults& faults);
  ~NodeReader();
  NodeReader(const NodeReader&) = delete;
  NodeReader& operator=(const NodeReader&) = delete;

  // nullptr: not there (or null).
  const Node* child(std::string_view name);
  const Node* required_child(std::string_view name);
  std::string text(std::string_view name, std::string fallback = {});
  std::string required_text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name);
  bool flag(std::string_view name, bool fallback = false);
  // One text, or a list of texts.
  std::vector<std::string> texts(std::string_view name);
  // `[data, orders]`, or `data.orders`.
  JsonPath path(std::string_view name);
  // ISO 8601: "PT5M", "P7D", "PT1S".
  std::optional<std::chrono::seconds> duration(std::string_view name);
  // The items of a sequence, or the one thing that stands there.
  std::vector<const Node*> items(std::string_view name);
  // One of the words, by its place in the list; complains about others.
  std::size_t choice(std::string_view name, const std::vector<std::string>& words,
                     std::size_t fallback);

  void complain(const Node* at, const std::string& what);
  const Location& at() const { return node_.at; }
  Faults& faults() { return faults_; }

 private:
  const Node& node_;
  std::string what_;
  Faults& faults_;
  std::vector<std::string> known_;
};

// The text of a scalar of any type ("7" for a number); nothing: no scalar.
std::optional<std::string> text_of_scalar(const Node& node);

}  // namespace weir
