// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace weir {

// From which figures on a person is told of a pipeline: under `alerts:` of weir.yaml for all, under
// `alerts:` of a pipeline for it alone. docs/alerts.md is their definition.
struct AlertLimits {
  // A scheduled pipeline that has delivered nothing for longer; zero: however long it takes.
  std::optional<std::chrono::milliseconds> nothing_for;
  // Of the records delivered, those with a warning; 0 to 100.
  std::optional<double> warned_percent;

  // What is not said here is taken from there.
  AlertLimits over(const AlertLimits& others) const;
  bool operator==(const AlertLimits&) const = default;
};

// Where neither file says anything.
inline constexpr double warned_percent_usual = 5;

// Reads them from a mapping (a null node: nothing is said). All faults are appended, with their
// places; what has one is not said. `also_known` as in Spec::read.
AlertLimits read_alert_limits(const Node& node, const std::vector<std::string>& also_known,
                              Faults& faults);

SpecTable alert_limits_table();

}  // namespace weir
