// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/run_result.h"
#include "source/source_runner.h"
#include "transform/transform.h"

#include <filesystem>
#include <string>
#include <vector>

#include "simulation/kill.h"

namespace weir::simulation {

// What one process is told to do.
struct Errand {
  enum class Kind : std::uint8_t { run, full, range, retry };
  Kind kind = Kind::run;
  std::optional<Day> range_from;
  std::optional<Day> range_to;
  Ordeal ordeal;
};

struct ProcessEnd {
  bool killed = false;              // by its ordeal
  std::vector<std::string> broken;  // promises that this very process broke, and crashes
  RunStatus status = RunStatus::error;
  std::int64_t requests = 0;
  std::int64_t due = 0;
  std::string reason;
};

// Runs the product on the world in a child of this process, which must have one thread: the real
// runners, journal and ledger of calls in `folder`. Blocks until the child has ended, at most a
// minute.
ProcessEnd run_process(const World& world, const Transform& transform,
                       const std::filesystem::path& folder, const Errand& errand);

}  // namespace weir::simulation
