// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"
#include "spec/strategy.h"

#include <vector>

namespace weir {

// The declaration of one rule.
const Spec<QualityRule>& quality_spec();

// `quality:` of a pipeline. Unknown names, words and types are appended as errors; whether a rule
// has what it needs is told when it is compiled (transform/quality.h).
std::vector<QualityRule> read_quality(const Node& node, Faults& faults);

}  // namespace weir
