// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/strategy.h"

namespace weir {

// Reads a pipeline's `source` or `target`. Wrong types and missing parts are errors; keys that are
// unknown, and keys of the vocabulary that have no effect yet, are kept in Strategy::unknown and
// warned about. Keys that never have an effect on a run (captions, parked filters, editor flags)
// are kept without a word.
Strategy read_strategy(const Node& node, bool is_source, Faults& faults);

}  // namespace weir
