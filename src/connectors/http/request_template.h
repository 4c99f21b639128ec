// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "spec/document.h"
#include "spec/fault.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Templates of connector files: `{{ name.member | filter(argument) }}`, compiled once when the file
// is read, evaluated for every request. docs/connector-files.md lists names and filters.

namespace weir {

// The names that templates may use at one place of a file: root -> members. A root whose list is
// empty takes any member. Unknown names are faults.
using TemplateNames = std::map<std::string, std::vector<std::string>, std::less<>>;

// The values of one evaluation. Not shared between threads.
class RequestScope {
 public:
  explicit RequestScope(TimeZone zone) : zone_(zone) {}
  void set(std::string_view root, Value value);
  // nullptr: no such name.
  const Value* find(const std::vector<std::string>& path) const;
  const TimeZone& zone() const { return zone_; }

 private:
  TimeZone zone_;  // what `format` and `epoch_ms` take wall time for
  std::vector<std::pair<std::string, Value>> roots_;
};

// A text with placeholders. One placeholder alone keeps the type of its value; inside text it
// becomes text. If one of its names has no value (and no `default`), the whole has none: null, and
// whatever it would have filled is left out.
class RequestTemplate {
 public:
  RequestTemplate() = default;  // the empty text
  static RequestTemplate compile(std::string_view text, const Location& at,
                                 const TemplateNames& names, Faults& faults);

  // Errors: `rejected`, a filter that cannot take its input.
  Result<Value> evaluate(const RequestScope& scope) const;
  // As evaluate, as text; null gives the empty text.
  Result<std::string> evaluate_text(const RequestScope& scope) const;

  struct Part;

 private:
  std::shared_ptr<const std::vector<Part>> parts_;
};

// A tree of a file whose texts are templates.
class ValueTemplate {
 public:
  static ValueTemplate compile(const Node& node, const TemplateNames& names, Faults& faults);
  static ValueTemplate of(RequestTemplate text);
  // Members and items whose template has no value are left out; a literal null stays.
  Result<Value> evaluate(const RequestScope& scope) const;

 private:
  Result<Value> evaluate_object(const RequestScope& scope) const;
  Result<Value> evaluate_list(const RequestScope& scope) const;

  Node::Kind kind_ = Node::Kind::null;
  bool literal_ = true;
  Value value_;                                                 // literals
  RequestTemplate text_;                                        // templates
  std::vector<std::pair<std::string, ValueTemplate>> members_;  // names are empty in sequences
};

}  // namespace weir
