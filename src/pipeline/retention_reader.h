// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/retention.h"
#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"

namespace weir {

// The declaration of `retention` in weir.yaml, and of what it holds.
SettingSpec retention_setting();
SpecTable retention_table();

// `retention: {age: 90d, size: 10GB}`; either or the whole may be `off`: no limit. What is not said
// or has a fault is as by default.
Retention read_retention(const Node& node, Faults& faults);

}  // namespace weir
