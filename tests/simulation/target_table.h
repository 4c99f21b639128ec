// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sink/sink.h"

#include <cstdint>
#include <vector>

#include "simulation/world.h"

namespace weir::simulation {

// What the target's log says of a lane's mark.
Mark mark_of(const World& world, std::uint32_t lane);

struct TargetRow {
  std::uint32_t row = no_row;
  std::uint32_t version = 0;
  std::uint64_t content = 0;
};
// The table as it stands: every row ever inserted, in order; with a key (`idCheck: false` writes
// upserts) only the last of each id.
std::vector<TargetRow> table_of(const World& world);

// The row that a request makes.
TargetEntry entry_of(const Value& request);

}  // namespace weir::simulation
