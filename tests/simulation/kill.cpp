// SPDX-License-Identifier: Apache-2.0
#include "simulation/kill.h"

#include <fmt/format.h>

#include <csignal>

namespace weir::simulation {

std::string describe(const Kill& kill) {
  switch (kill.at) {
    case Kill::At::never:
      return "no kill";
    case Kill::At::failpoint:
      return fmt::format("kill at failpoint {}:{}", kill.name, kill.number);
    case Kill::At::source_called:
      return fmt::format("kill before source call {}", kill.number);
    case Kill::At::source_answered:
      return fmt::format("kill after source call {}", kill.number);
    case Kill::At::sink_called:
      return fmt::format("kill before sink call {}", kill.number);
    case Kill::At::sink_done:
      return fmt::format("kill after sink call {}", kill.number);
  }
  return "?";
}

void die_if(const World& world, const Kill& kill, Kill::At at, std::int64_t number) {
  if (kill.at == at && kill.number == number) {
    world.log("  killed: " + describe(kill));
    ::raise(SIGKILL);
  }
}

}  // namespace weir::simulation
