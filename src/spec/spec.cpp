// SPDX-License-Identifier: Apache-2.0
#include "spec/spec.h"

#include "spec/fault_text.h"
#include "spec/plain_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace weir {
namespace {

void refuse(const SettingSpec& spec, const Node& node, const std::string& expected,
            Faults& faults) {
  std::string message = spec.secret
                            ? "`" + spec.name + "` must be " + expected + ", and is a secret value"
                            : wrong_value(spec.name, expected, node);
  if (!spec.example.empty()) {
    message += "; for example `" + spec.name + ": " + spec.example + "`";
  }
  add_error(faults, node.at, message);
}

// The value of a scalar that is asked for as number or boolean: text from a reference counts as if
// it had been typed in plainly.
Value typed_value(const Node& node) {
  if (node.kind != Node::Kind::scalar) {
    return nullptr;
  }
  const std::string* text = node.scalar.value.text();
  return text != nullptr && node.scalar.secret ? plain_scalar(*text) : node.scalar.value;
}

std::string range_text(const SettingSpec& spec) {
  return fmt::format(" from {} to {}", *spec.minimum, *spec.maximum);
}

bool in_range(const SettingSpec& spec, double value) {
  return !spec.minimum || (value >= *spec.minimum && value <= *spec.maximum);
}

template <typename N>
bool read_number(const SettingSpec& spec, const Node& node, const char* what, N& out,
                 Faults& faults) {
  const Value value = typed_value(node);
  const std::string expected = what + (spec.minimum ? range_text(spec) : std::string());
  if (value.number() == nullptr) {
    refuse(spec, node, expected, faults);
    return false;
  }
  const std::string& digits = value.number()->digits;
  const char* end = digits.data() + digits.size();
  N parsed{};
  const auto [stop, code] = std::from_chars(digits.data(), end, parsed);
  if (code != std::errc() || stop != end || !in_range(spec, static_cast<double>(parsed))) {
    refuse(spec, node, expected, faults);
    return false;
  }
  out = parsed;
  return true;
}

Value to_schema(const std::string& description, const std::vector<SettingSpec>& settings);

Value to_schema(const SettingSpec& spec) {
  if (spec.type == "object") {
    return to_schema(spec.description, spec.settings);
  }
  Value schema{Object{}};
  if (!spec.type.empty()) {
    schema.set("type", spec.type);
  }
  schema.set("description", spec.description);
  if (!spec.fallback.is_null()) {
    schema.set("default", spec.fallback);
  }
  if (!spec.one_of.empty()) {
    schema.set("enum", List(spec.one_of.begin(), spec.one_of.end()));
  }
  if (spec.minimum) {
    schema.set("minimum", Number{fmt::format("{}", *spec.minimum)});
    schema.set("maximum", Number{fmt::format("{}", *spec.maximum)});
  }
  if (!spec.example.empty()) {
    schema.set("examples", List{Value(spec.example)});
  }
  if (spec.secret) {
    schema.set("writeOnly", true);
  }
  return schema;
}

Value to_schema(const std::string& description, const std::vector<SettingSpec>& settings) {
  Value properties{Object{}};
  List required;
  for (const SettingSpec& spec : settings) {
    properties.set(spec.name, to_schema(spec));
    if (spec.required) {
      required.emplace_back(spec.name);
    }
  }
  Value schema{Object{}};
  schema.set("type", "object");
  schema.set("description", description);
  schema.set("properties", std::move(properties));
  if (!required.empty()) {
    schema.set("required", std::move(required));
  }
  schema.set("additionalProperties", false);
  return schema;
}

}  // namespace

namespace setting {

bool read(const SettingSpec& spec, const Node& node, std::string& out, Faults& faults) {
  const Number* number = node.kind == Node::Kind::scalar ? node.scalar.value.number() : nullptr;
  const std::string* text = node.kind == Node::Kind::scalar ? node.scalar.value.text() : nullptr;
  if (number == nullptr && text == nullptr) {
    refuse(spec, node, "text (put it into quotes)", faults);
    return false;
  }
  const std::string& read = number != nullptr ? number->digits : *text;
  const auto& words = spec.one_of;
  if (!words.empty() && std::find(words.begin(), words.end(), read) == words.end()) {
    refuse(spec, node, "one of " + quoted_names(words, words.size()), faults);
    if (!spec.secret && !node.scalar.secret) {
      faults.back().message += suggestion(read, words);
    }
    return false;
  }
  out = read;
  return true;
}

bool read(const SettingSpec& spec, const Node& node, std::int64_t& out, Faults& faults) {
  return read_number(spec, node, "a whole number", out, faults);
}

bool read(const SettingSpec& spec, const Node& node, double& out, Faults& faults) {
  return read_number(spec, node, "a number", out, faults);
}

bool read(const SettingSpec& spec, const Node& node, bool& out, Faults& faults) {
  const Value value = typed_value(node);
  if (value.boolean() == nullptr) {
    refuse(spec, node, "`true` or `false`", faults);
    return false;
  }
  out = *value.boolean();
  return true;
}

bool read(const SettingSpec& /*spec*/, const Node& node, Value& out, Faults& /*faults*/) {
  out = node.to_value();
  return true;
}

Value to_fallback(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value to_fallback(double number) { return Number{fmt::format("{}", number)}; }

bool check_members(const std::vector<SettingSpec>& settings, const Node& node,
                   const std::vector<std::string>& also_known, Faults& faults) {
  if (node.kind != Node::Kind::mapping && node.kind != Node::Kind::null) {
    add_error(faults, node.at,
              "a mapping (`name: value` lines) must stand here, and there is " + shown(node));
    return false;
  }
  std::vector<std::string> known = also_known;
  for (const SettingSpec& spec : settings) {
    known.push_back(spec.name);
  }
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    const std::string& name = node.members[i].first;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      add_error(faults, node.member_places[i], unknown_name("setting here", name, known));
    }
  }
  for (const SettingSpec& spec : settings) {
    const Node* member = node.member(spec.name);
    if (spec.required && !node.cut && (member == nullptr || member->kind == Node::Kind::null)) {
      add_error(faults, member == nullptr ? node.at : member->at,
                missing_key(spec.name, spec.description) +
                    (spec.example.empty() ? "" : " Example: `" + spec.example + "`."));
    }
  }
  return true;
}

}  // namespace setting

std::string to_json_schema(const SpecTable& table) {
  Value schema = to_schema(table.description, table.settings);
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema");
  return to_json(schema);
}

}  // namespace weir
