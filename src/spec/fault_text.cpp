// SPDX-License-Identifier: Apache-2.0
#include "spec/fault_text.h"

#include "core/excerpt.h"

#include <fmt/format.h>

namespace weir {

std::string shown(const Node& node) {
  if (node.holds_secret()) {
    return "a secret value";
  }
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
    case Node::Kind::scalar:
      break;
  }
  const char* quote = node.scalar.value.text() != nullptr ? "\"" : "";
  return fmt::format("`{0}{1}{0}`", quote, excerpt(to_text(node.scalar.value), 60));
}

std::string wrong_value(std::string_view name, std::string_view expected, const Node& node) {
  return fmt::format("`{}` must be {}, and is {}", name, expected, shown(node));
}

std::string missing_key(std::string_view name, std::string_view meaning) {
  return fmt::format("`{}` is missing: {}", name, meaning);
}

}  // namespace weir
