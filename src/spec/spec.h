// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/document.h"
#include "spec/fault.h"

#include <functional>
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
  std::string type;  // JSON Schema's: string, integer, number, boolean, object, array
  Value fallback;    // of the struct's own initialiser
  std::vector<std::string> one_of;
  bool required = false;
  bool secret = false;
  std::string example;
};

struct SpecTable {
  std::string description;
  std::vector<SettingSpec> settings;
};

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
template <typename T>
class Spec {
 public:
  explicit Spec(std::string description) { table_.description = std::move(description); }

  template <typename M>
  Spec& field(M T::*member, std::string name, std::string description);
  Spec& required();
  Spec& secret();
  Spec& example(std::string text);
  Spec& one_of(std::vector<std::string> words);
  Spec& range(double minimum, double maximum);

  // Fills a T from a mapping. Unknown names, missing ones, wrong types and values out of range are
  // appended as faults, all at once. `also_known` are names that others read from the same mapping.
  T read(const Node& node, const std::vector<std::string>& also_known, Faults& faults) const;

  const SpecTable& table() const { return table_; }

 private:
  using Reader = std::function<void(T&, const Node&, Faults&)>;
  SpecTable table_;
  std::vector<Reader> readers_;
};

// The same declarations as JSON Schema (draft 2020-12), secrets as writeOnly.
std::string to_json_schema(const SpecTable& table);

}  // namespace weir
