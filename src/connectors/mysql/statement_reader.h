// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/bound_statement.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <vector>

namespace weir {

// The statements of a target of api `execute` and of api `batchexecute`, as target.h describes
// them, main_sql first. All faults are appended; where one is an error, what is given is not whole.
// The strategy must outlive what is given.
std::vector<BoundStatement> read_execute(const Strategy& strategy, Faults& faults);
std::vector<BoundStatement> read_batch_execute(const Strategy& strategy, Faults& faults);

}  // namespace weir
