// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "simulation/world.h"

namespace weir::simulation {

// How a process dies before its time: by SIGKILL, which no destructor sees.
struct Kill {
  enum class At : std::uint8_t {
    never,
    failpoint,      // at passage `number` of `name` ("*": any)
    source_called,  // at call `number`, before it leaves
    source_answered,
    sink_called,  // at call `number` of any kind, before its effect
    sink_done,
  };
  At at = At::never;
  std::int64_t number = 1;
  std::string name;
};
std::string describe(const Kill& kill);

// What happens to one process apart from the faults of single calls.
struct Ordeal {
  Kill kill;
  std::int64_t stop_at_call = 0;  // a stop is asked for while this call is answered; 0: none
  // Calls source_from … source_from + source_calls - 1 of this process fail like `source_error`.
  std::int64_t source_from = 0;
  std::int64_t source_calls = 0;
  ErrorKind source_error = ErrorKind::unavailable;
  std::int64_t sink_from = 0;
  std::int64_t sink_calls = 0;
  ErrorKind sink_error = ErrorKind::unavailable;

  bool source_is_out(std::int64_t call) const {
    return call >= source_from && call < source_from + source_calls;
  }
  bool sink_is_out(std::int64_t call) const {
    return call >= sink_from && call < sink_from + sink_calls;
  }
};

// Ends this process here and now if the plan says so.
void die_if(const World& world, const Kill& kill, Kill::At at, std::int64_t number);

}  // namespace weir::simulation
