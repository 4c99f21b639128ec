// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "simulation/profile.h"

namespace weir::simulation {

// What the command line of `weir_simulation` asks for.
struct Options {
  std::optional<std::uint64_t> seed;  // replay this one schedule, and show its log
  std::int64_t repeat = 1;            // … so often, or until it breaks
  std::uint64_t first_seed = 0;       // 0: chosen by chance
  std::int64_t schedules = 3000;
  std::int64_t minutes = 0;  // not 0: for so long instead of so many
  std::int64_t jobs = 2;     // processes side by side
  bool self_test = false;    // break the promises on purpose and see that the checker complains
  Sabotage sabotage = Sabotage::none;
  std::filesystem::path folder;      // for journals; a folder in memory where there is one
  std::filesystem::path logs = ".";  // where the logs of broken schedules go
};

// Nothing: it was told what is wrong, or the help.
std::optional<Options> read_options(int count, char** arguments);

}  // namespace weir::simulation
