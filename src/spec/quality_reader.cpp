// SPDX-License-Identifier: Apache-2.0
#include "spec/quality_reader.h"

#include <utility>

namespace weir {

const Spec<QualityRule>& quality_spec() {
  static const auto spec =
      Spec<QualityRule>("What a field of the cleaned record must hold.")
          .field(&QualityRule::field, "field",
                 "A name of the cleaned record; `items.qty`: each row.")
          .required()
          .example("numberField_lgkgut81")
          .field(&QualityRule::rule, "rule", "What is asked of it.")
          .required()
          .one_of(names_of(quality_rule_names))
          .field(&QualityRule::type, "type", "Of rule `type`: what the value must be.")
          .one_of({"string", "integer", "number", "boolean", "date", "list", "object"})
          .field(&QualityRule::min, "min", "Of `range` and `length`: the least, itself allowed.")
          .example("0")
          .field(&QualityRule::max, "max", "Of `range` and `length`: the most, itself allowed.")
          .example("100")
          .field(&QualityRule::pattern, "pattern",
                 "Of `pattern`: a regular expression (RE2) that must be found in the text.")
          .example("^SKD[0-9]{12}$")
          .field(&QualityRule::values, "values",
                 "Of `enum`: a list of the values that are allowed.")
          .example("[COMPLETED, RUNNING]")
          .field(&QualityRule::otherwise, "otherwise", "What becomes of a record that breaks it.")
          .one_of({"reject", "warn"});
  return spec;
}

std::vector<QualityRule> read_quality(const Node& node, Faults& faults) {
  std::vector<QualityRule> rules;
  if (node.kind == Node::Kind::null) {
    return rules;
  }
  if (node.kind != Node::Kind::sequence) {
    add_error(faults, node.at,
              "`quality` must be a list of rules, as in `- {field: a, rule: required}`");
    return rules;
  }
  for (const Node& entry : node.items) {
    const std::size_t before = faults.size();
    QualityRule rule = quality_spec().read(entry, {}, faults);
    rule.at = entry.at;
    if (faults.size() == before) {
      rules.push_back(std::move(rule));
    }
  }
  return rules;
}

}  // namespace weir
