// SPDX-License-Identifier: Apache-2.0
#include "reference/key_example.h"

#include "spec/document.h"
#include "spec/references.h"

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <utility>

namespace weir {

std::span<const std::pair<std::string_view, std::string_view>> vocabulary_files();

namespace {

class ReferencesAsWritten final : public References {
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    return fmt::format("${{{}:{}}}", scheme, name);
  }
};

std::string member_text(const Node& example, const char* name) {
  const Node* member = example.member(name);
  return member != nullptr ? to_text(member->to_value()) : "";
}

}  // namespace

std::string example_name(const VocabularyKey& key) {
  return fmt::format("{}.{}", to_string(key.place), key.name);
}

std::optional<KeyExample> find_example(const VocabularyKey& key) {
  const std::string file = example_name(key) + ".yaml";
  for (const auto& [name, text] : vocabulary_files()) {
    if (name == file) {
      Faults faults;
      const Node example = read_document(text, file, ReferencesAsWritten(), faults);
      return KeyExample{member_text(example, "pipeline"), member_text(example, "record"),
                        member_text(example, "command"), member_text(example, "with"),
                        member_text(example, "without")};
    }
  }
  return std::nullopt;
}

}  // namespace weir
