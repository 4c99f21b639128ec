// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expr/template.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/value_parser.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir {

// A field of a pipeline's request, compiled: children become an object (a list's items, for type
// array), a field without a value is null and left out, number types become numbers; its parser has
// the last word. Its templates may name the variables that Environment::is_variable knows.
class FieldTemplate {
 public:
  // Templates that cannot be compiled, or that name anything else, are appended as errors.
  static FieldTemplate compile(const Field& field, Faults& faults);

  // The value where every call gives the same one.
  std::optional<Value> fixed_value() const;
  // Errors: as Template::evaluate.
  Result<Value> evaluate(const EvaluationContext& context) const;

 private:
  bool is_fixed() const;
  Value typed(Value value) const;

  std::string name_;
  std::string type_;
  std::optional<Template> value_;
  std::vector<FieldTemplate> children_;
  ValueParser parser_;
};

}  // namespace weir
