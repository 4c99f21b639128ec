// SPDX-License-Identifier: Apache-2.0
#include "spec/secret_fields.h"

#include "spec/document.h"
#include "spec/field_reader.h"

#include <algorithm>

namespace weir {
namespace {

// Stands for the `${` of a reference while a text is read, so that a literal `${` can be told
// apart.
constexpr std::string_view opening = "\x01\x01{";
constexpr std::string_view mask = "***";

class WrittenReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    return std::string(opening) + std::string(scheme) + ":" + std::string(name) + "}";
  }
};

bool is_one_reference(const std::string& text) {
  return text.starts_with(opening) && text.find('}') == text.size() - 1;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

class Masker {
 public:
  explicit Masker(const std::vector<std::string>& names) : names_(names) {}

  // A list of fields, whichever way it is stored: objects with `field` and `value`, tied by
  // children or parents, or a plain map of names and values.
  void visit(Node& node) {
    const Node* field = node.member("field");
    const bool named = field != nullptr && is_secret(scalar_text(*field).value_or(""));
    for (auto& [name, member] : node.members) {
      if (is_secret(name) || (named && name == "value")) {
        hide(member);
      } else {
        visit(member);
      }
    }
    for (Node& item : node.items) {
      visit(item);
    }
  }
  bool found() const { return found_; }

 private:
  bool is_secret(const std::string& name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }

  void hide(Node& node) {
    if (node.kind == Node::Kind::scalar) {
      const std::string text = to_text(node.scalar.value);
      if (!text.empty() && !is_one_reference(text)) {
        node.scalar.value = Value(mask);
        found_ = true;
      }
    }
    for (auto& member : node.members) {
      hide(member.second);
    }
    for (Node& item : node.items) {
      hide(item);
    }
  }

  const std::vector<std::string>& names_;
  bool found_ = false;
};

// The whole side: exports carry copies of their lists under names of their own (`condition_bk`).
bool mask_side(Node& document, std::string_view side, const std::vector<std::string>& names) {
  Masker masker(names);
  for (auto& [name, node] : document.members) {
    if (name == side) {
      masker.visit(node);
    }
  }
  return masker.found();
}

void write_references(Node& node) {
  if (const std::string* text = node.scalar.value.text()) {
    std::string written = *text;
    replace_all(written, "${", "$${");
    replace_all(written, opening, "${");
    node.scalar.value = Value(std::move(written));
  }
  for (auto& member : node.members) {
    write_references(member.second);
  }
  for (Node& item : node.items) {
    write_references(item);
  }
}

}  // namespace

std::string mask_secret_fields(std::string_view text, const SecretFields& fields) {
  Faults faults;
  Node document = read_document(text, "", WrittenReferences(), faults);
  if (has_errors(faults)) {
    return {};
  }
  const bool in_source = mask_side(document, "source", fields.source);
  const bool in_target = mask_side(document, "target", fields.target);
  if (!in_source && !in_target) {
    return std::string(text);
  }
  write_references(document);
  return to_json(document.to_value());
}

}  // namespace weir
