// SPDX-License-Identifier: Apache-2.0
#include "spec/carried_text.h"

#include "spec/document.h"
#include "spec/field_reader.h"

#include <algorithm>

namespace weir {
namespace {

// Stands for the `${` of a reference while a text is read; a literal `${` is told apart by it.
constexpr std::string_view reference_opening = "\x01\x02{";

class SeenReferences final : public References {
 public:
  explicit SeenReferences(std::vector<std::string>& seen) : seen_(seen) {}
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    const std::string inner = std::string(scheme) + ":" + std::string(name) + "}";
    if (std::find(seen_.begin(), seen_.end(), "${" + inner) == seen_.end()) {
      seen_.push_back("${" + inner);
    }
    return std::string(reference_opening) + inner;
  }

 private:
  std::vector<std::string>& seen_;
};

class Replacer {
 public:
  Replacer(const std::vector<std::string>& names,
           const std::function<std::string(const std::string&)>& name_of, CarriedText& carried)
      : names_(names), name_of_(name_of), carried_(carried) {}

  void visit(Node& node) {
    const Node* field = node.member("field");
    const std::string named = field != nullptr ? scalar_text(*field).value_or("") : "";
    for (auto& [name, member] : node.members) {
      if (is_secret_name(name)) {
        replace(member, name);
      } else if (name == "value" && is_secret_name(named)) {
        replace(member, named);
      } else {
        visit(member);
      }
    }
    for (Node& item : node.items) {
      visit(item);
    }
  }

 private:
  bool is_secret_name(const std::string& name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }

  void replace(Node& node, const std::string& field) {
    if (node.kind == Node::Kind::scalar) {
      const std::string text = to_text(node.scalar.value);
      const bool reference =
          text.starts_with(reference_opening) && text.find('}') == text.size() - 1;
      if (!text.empty() && !reference) {
        const std::string name = name_of_(field);
        node.scalar.value = Value(std::string(reference_opening) + "secret:" + name + "}");
        carried_.references.push_back("${secret:" + name + "}");
        carried_.replaced.push_back(field);
      }
    }
    for (auto& member : node.members) {
      replace(member.second, field);
    }
    for (Node& item : node.items) {
      replace(item, field);
    }
  }

  const std::vector<std::string>& names_;
  const std::function<std::string(const std::string&)>& name_of_;
  CarriedText& carried_;
};

void replace_each(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string quoted(std::string text) {
  replace_each(text, "${", "$${");
  replace_each(text, reference_opening, "${");
  return to_json(Value(std::move(text)));
}

// Block style; every text in JSON's quotes, which are YAML's too.
void write_node(const Value& value, const std::string& indent, std::string& out) {
  const auto nested = [&](const Value& inner) {
    const bool empty = (inner.list() != nullptr && inner.list()->empty()) ||
                       (inner.object() != nullptr && inner.object()->empty());
    if (!empty && (inner.list() != nullptr || inner.object() != nullptr)) {
      out += "\n";
      write_node(inner, indent + "  ", out);
    } else {
      out += " " + (inner.text() != nullptr ? quoted(*inner.text()) : to_json(inner)) + "\n";
    }
  };
  if (const Object* object = value.object()) {
    for (const auto& [name, member] : *object) {
      out += indent + to_json(Value(name)) + ":";
      nested(member);
    }
  } else if (const List* list = value.list()) {
    for (const Value& item : *list) {
      out += indent + "-";
      nested(item);
    }
  }
}

}  // namespace

CarriedText carry_text(std::string_view text, const std::vector<std::string>& secret_fields,
                       const std::function<std::string(const std::string& field)>& name_of) {
  CarriedText carried;
  Faults faults;
  Node document = read_document(text, "", SeenReferences(carried.references), faults);
  if (has_errors(faults)) {
    carried.well = false;
    return carried;
  }
  Replacer(secret_fields, name_of, carried).visit(document);
  if (carried.replaced.empty()) {
    carried.text = text;
  } else {
    write_node(document.to_value(), "", carried.text);
  }
  return carried;
}

}  // namespace weir
