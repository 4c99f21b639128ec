// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// A node of a YAML or JSON file with its place: scalar, sequence or mapping. References of the form
// ${env:NAME}, ${file:PATH}, ${secret:NAME} are resolved when the file is read (several may stand
// in one string); a scalar that held one is secret.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };
  Kind kind = Kind::null;
  // Scalars: typed as YAML 1.2 core would (a quoted scalar is text; numbers keep their digits),
  // save that only what JSON spells as a number is one: `007` and `+86…` are text (plain_scalar.h).
  Setting scalar;
  std::vector<Node> items;                            // sequence
  std::vector<std::pair<std::string, Node>> members;  // mapping, in file order; a key occurs once
  std::vector<Location> member_places;                // of the keys
  Location at;
  bool cut = false;  // of a root: a syntax error ended the reading, so what is missing may be there

  // Defined in the .cpp: clang 14 cannot make the destructor of what holds pairs of itself here.
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  const Node* member(std::string_view name) const;
  Value to_value() const;      // the whole tree, secrets included
  bool holds_secret() const;   // here or anywhere below
  Setting to_setting() const;  // the two, with the place
};

// Looks up ${env:…} and its kin; `rejected` names what is missing and how to give it.
class References {
 public:
  virtual ~References() = default;
  virtual Result<std::string> resolve(std::string_view scheme, std::string_view name) const = 0;
};

// The process environment, files relative to `root`, and the secrets kept in `root`/`state`
// (spec/secret_store.h).
class SystemReferences final : public References {
 public:
  explicit SystemReferences(std::filesystem::path root, std::filesystem::path state = ".weir")
      : root_(std::move(root)), state_(std::move(state)) {}
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override;

 private:
  std::filesystem::path root_;
  std::filesystem::path state_;
};

// Reads YAML or JSON text. `name` is the file's name in messages. Syntax faults, double keys and
// references that cannot be resolved are appended (with line); gives the tree as far as it goes.
Node read_document(std::string_view text, const std::string& name, const References& references,
                   Faults& faults);

}  // namespace weir
