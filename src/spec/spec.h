// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/document.h"
#include "spec/fault.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

// What one setting is, for people and machines: the source of parsing, faults, JSON Schema, docs
// and forms alike.
struct SettingSpec {
  std::string name;
  std::string description;
  std::string type;  // JSON Schema's: string, integer, number, boolean, object; empty: any
  Value fallback;    // of the struct's own initialiser
  std::vector<std::string> one_of;
  bool required = false;
  bool secret = false;
  std::string example;
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::vector<SettingSpec> settings;  // of type object: what it holds
};

struct SpecTable {
  std::string description;
  std::vector<SettingSpec> settings;
};

// The parts of Spec that depend on no struct. A reader changes `out` only when it succeeds; a fault
// never shows the value of a secret.
namespace setting {

bool read(const SettingSpec& spec, const Node& node, std::string& out, Faults& faults);
bool read(const SettingSpec& spec, const Node& node, std::int64_t& out, Faults& faults);
bool read(const SettingSpec& spec, const Node& node, double& out, Faults& faults);
bool read(const SettingSpec& spec, const Node& node, bool& out, Faults& faults);
bool read(const SettingSpec& spec, const Node& node, Value& out, Faults& faults);

template <typename M>
bool read(const SettingSpec& spec, const Node& node, std::optional<M>& out, Faults& faults) {
  M value{};
  const bool well = read(spec, node, value, faults);
  if (well) {
    out = std::move(value);
  }
  return well;
}

template <typename M>
struct IsOptional : std::false_type {};
template <typename M>
struct IsOptional<std::optional<M>> : std::true_type {
  using Inner = M;
};

template <typename M>
std::string type_name() {
  if constexpr (IsOptional<M>::value) {
    return type_name<typename IsOptional<M>::Inner>();
  } else if constexpr (std::is_same_v<M, std::string>) {
    return "string";
  } else if constexpr (std::is_same_v<M, bool>) {
    return "boolean";
  } else if constexpr (std::is_same_v<M, std::int64_t>) {
    return "integer";
  } else if constexpr (std::is_same_v<M, double>) {
    return "number";
  } else {
    static_assert(std::is_same_v<M, Value>, "a setting is text, a number, a boolean or a Value");
    return "";
  }
}

Value to_fallback(const std::string& text);  // null when empty: there is no default
Value to_fallback(double number);
inline Value to_fallback(bool boolean) { return boolean; }
inline Value to_fallback(std::int64_t number) { return number; }
inline Value to_fallback(const Value& value) { return value; }
template <typename M>
Value to_fallback(const std::optional<M>& value) {
  return value ? to_fallback(*value) : Value();
}

// Whether `node` can hold settings (a mapping, or nothing at all); faults for members that nobody
// knows and for those that are required and not there.
bool check_members(const std::vector<SettingSpec>& settings, const Node& node,
                   const std::vector<std::string>& also_known, Faults& faults);

}  // namespace setting

// Declares the settings of a struct once. The member's type, its initialiser and the target all
// come from the struct, so the declaration cannot disagree with the code:
//
//   struct MysqlSettings { std::string host; std::int64_t port = 3306; std::string password; };
//   const auto spec = Spec<MysqlSettings>("A MySQL or MariaDB database.")
//       .field(&MysqlSettings::host, "host", "Server name or address.").required()
//       .field(&MysqlSettings::port, "port", "TCP port.").range(1, 65535)
//       .field(&MysqlSettings::password, "password", "Password of `user`.").secret();
//
// Members may be std::string, std::int64_t, double, bool, std::optional of these, or Value (any).
// A number where text is asked for is taken by its digits; text from a reference (${env:PORT}) is
// taken as a number or boolean when it spells one.
template <typename T>
class Spec {
 public:
  explicit Spec(std::string description) { table_.description = std::move(description); }

  template <typename M>
  Spec& field(M T::*member, std::string name, std::string description);
  // A member that is a struct with a declaration of its own: a mapping in the file.
  template <typename M>
  Spec& section(M T::*member, std::string name, const Spec<M>& spec);

  // These speak of the setting declared last.
  Spec& required() { return table_.settings.back().required = true, *this; }
  Spec& secret() { return table_.settings.back().secret = true, *this; }
  Spec& example(std::string text);
  Spec& one_of(std::vector<std::string> words);
  Spec& range(double minimum, double maximum);

  // Fills a T from a mapping. Unknown names, missing ones, wrong types and values out of range are
  // appended as faults, all at once. `also_known` are names that others read from the same mapping.
  T read(const Node& node, const std::vector<std::string>& also_known, Faults& faults) const;

  const SpecTable& table() const { return table_; }

 private:
  using Reader = std::function<void(T&, const SettingSpec&, const Node&, Faults&)>;
  SpecTable table_;
  std::vector<Reader> readers_;  // one a setting
};

// The same declarations as JSON Schema (draft 2020-12), secrets as writeOnly.
std::string to_json_schema(const SpecTable& table);

template <typename T>
template <typename M>
Spec<T>& Spec<T>::field(M T::*member, std::string name, std::string description) {
  SettingSpec spec;
  spec.name = std::move(name);
  spec.description = std::move(description);
  spec.type = setting::type_name<M>();
  spec.fallback = setting::to_fallback(T{}.*member);
  table_.settings.push_back(std::move(spec));
  readers_.push_back([member](T& out, const SettingSpec& known, const Node& node, Faults& faults) {
    setting::read(known, node, out.*member, faults);
  });
  return *this;
}

template <typename T>
template <typename M>
Spec<T>& Spec<T>::section(M T::*member, std::string name, const Spec<M>& spec) {
  SettingSpec object;
  object.name = std::move(name);
  object.description = spec.table().description;
  object.type = "object";
  object.settings = spec.table().settings;
  table_.settings.push_back(std::move(object));
  readers_.push_back([member, spec](T& out, const SettingSpec&, const Node& node, Faults& faults) {
    out.*member = spec.read(node, {}, faults);
  });
  return *this;
}

template <typename T>
Spec<T>& Spec<T>::example(std::string text) {
  table_.settings.back().example = std::move(text);
  return *this;
}

template <typename T>
Spec<T>& Spec<T>::one_of(std::vector<std::string> words) {
  table_.settings.back().one_of = std::move(words);
  return *this;
}

template <typename T>
Spec<T>& Spec<T>::range(double minimum, double maximum) {
  table_.settings.back().minimum = minimum;
  table_.settings.back().maximum = maximum;
  return *this;
}

template <typename T>
T Spec<T>::read(const Node& node, const std::vector<std::string>& also_known,
                Faults& faults) const {
  T out{};
  if (!setting::check_members(table_.settings, node, also_known, faults)) {
    return out;
  }
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    const Node* member = node.member(table_.settings[i].name);
    if (member != nullptr && member->kind != Node::Kind::null) {
      readers_[i](out, table_.settings[i], *member, faults);
    }
  }
  return out;
}

}  // namespace weir
