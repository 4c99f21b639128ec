// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spec/document.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <vector>

namespace weir {

// The names of `beatFlat`: a list of them, or one text of them with commas between. An entry that
// is no name, or stands there twice, is appended as an error.
std::vector<TableName> read_beat_flat(const Node& node, Faults& faults);

// Some strategies carry `beatFlat` among the fields of otherRequest: taken out of there, for it is
// nothing that the other system is asked.
std::vector<TableName> take_beat_flat(std::vector<Field>& other_request, Faults& faults);

}  // namespace weir
