// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "simulation/process.h"

namespace weir::simulation {

struct Verdict {
  std::vector<std::string> complaints;
  std::int64_t processes = 0;
  std::int64_t kills = 0;
  std::int64_t calls = 0;
  std::int64_t changes = 0;
  std::int64_t rows = 0;  // in the table at the end
};

// One schedule from beginning to end: a world, processes one after the other with changes between
// and during them, then rest, and the checker. `folder` is emptied before and after, but
// for the file `log` in it. The calling process must have one thread.
Verdict run_schedule(std::uint64_t seed, Sabotage sabotage, const std::filesystem::path& folder);

}  // namespace weir::simulation
