// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/word_meaning.h"
#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"
#include "spec/strategy.h"

#include <array>
#include <string_view>
#include <vector>

namespace weir {

// What `rule` may be. The example is a rule on `x`, kept by the first value, broken by the second.
struct QualityRuleName {
  std::string_view name;
  WordMeaning meaning;
};
inline constexpr std::array<QualityRuleName, 6> quality_rule_names = {
    {{"required",
      {"required", "The value is there, and not empty.", "{field: x, rule: required}", R"("a")",
       R"("")"}},
     {"type",
      {"type",
       "The value is of the type `type`; `integer`, `number`, `boolean` and `date` also as text.",
       "{field: x, rule: type, type: date}", R"("2026-01-05")", R"("soon")"}},
     {"length",
      {"length", "From `min` to `max` characters; of a list, elements.",
       "{field: x, rule: length, max: 2}", R"("甲乙")", R"("甲乙丙")"}},
     {"range",
      {"range", "A number from `min` to `max`, compared exactly.",
       "{field: x, rule: range, min: 0, max: 100.50}", "100.5", "100.51"}},
     {"pattern",
      {"pattern", "A text in which `pattern` is found.",
       "{field: x, rule: pattern, pattern: '^SKD[0-9]+$'}", R"("SKD0007")", R"("SK-7")"}},
     {"enum",
      {"enum", "One of `values`.", "{field: x, rule: enum, values: [DONE, OPEN]}", R"("OPEN")",
       R"("GONE")"}}}};
static_assert(explains_each(quality_rule_names));

// The declaration of one rule.
const Spec<QualityRule>& quality_spec();

// `quality:` of a pipeline. Unknown names, words and types are appended as errors; whether a rule
// has what it needs is told when it is compiled (transform/quality.h).
std::vector<QualityRule> read_quality(const Node& node, Faults& faults);

}  // namespace weir
