// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "sink/sink.h"

#include <span>
#include <vector>

namespace weir {

// The settlement of each written record that its conversion or the target has something to say on:
// delivered, warned, the conversion's remark first. In the order of the records; `warnings` in any.
std::vector<Settlement> remarks_on(std::span<const OutgoingRecord> records,
                                   const std::vector<RowWarning>& warnings);

}  // namespace weir
