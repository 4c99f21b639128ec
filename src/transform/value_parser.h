// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "core/word_meaning.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weir {

// `parser` of a field, compiled: what makes another value of the rendered one just before it is
// sent. Several names with commas between them are applied one after the other, each with the same
// `params`. Null stays null. Pure and const.
//   ArrayToString                ["a", "b"] -> "a,b"; params: the separator (`,`)
//   StringToArray                "a,b" -> ["a", "b"]; params: the separator (`,`)
//   ArrayUnique                  a list without what stands in it before
//   ConvertObjectParser          v -> {params: v}
//   ConvertTwoStageObjectParser  v -> {params1: {params2: v}}
//   ConvertObjectsParser         [v, w] -> [{params: v}, {params: w}]
//   ConvertJson                  {"1": v} -> [{"Key": 1, "Value": v}]; text is read as JSON where
//                                it is an object, and else loses its line breaks
//   K3WiseHeiHuCustomParser      v -> [{"keyName": params, "keyValue": v}]
//   workflowRequestTableFields   v -> {"fieldName": the field's name, "fieldValue": v, "view",
//   "edit"
//                                (true), "fieldId"}
class ValueParser {
 public:
  // A parser without its params is an error; one that is not known is a warning, and has no effect.
  static ValueParser compile(const Field& field, Faults& faults);

  bool empty() const { return steps_.empty(); }
  Value apply(Value value) const;

 private:
  enum class Kind : std::uint8_t {
    join,
    split,
    unique,
    object,
    two_stage_object,
    objects,
    key_values,
    name_value,
    workflow_field,
  };
  struct Step {
    Kind kind = Kind::join;
    std::vector<std::string> params;
  };

  static Value apply(const Step& step, Value value);

  std::vector<Step> steps_;
};

// All parsers: the example is a field's `parser`, of the value of a field `x`, and gives what is
// sent.
std::vector<WordMeaning> parser_meanings();

}  // namespace weir
