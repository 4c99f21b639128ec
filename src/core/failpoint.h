// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string_view>

namespace weir {

// A named place between two durable steps where a test can cut the power. The environment chooses:
//   WEIR_FAILPOINT=sink.committed        SIGKILL at the first passage
//   WEIR_FAILPOINT=sink.committed:7      … at the seventh
//   WEIR_FAILPOINT=*:40                  … at the fortieth passage of any failpoint
//   WEIR_FAILPOINT_SIGNAL=15             another signal than SIGKILL
//   WEIR_FAILPOINT_LOG=FILE              appends every failpoint's name when it kills
// Unset, a passage costs one relaxed load.
void pass_failpoint(std::string_view name);

// The same choice, as a test makes it that forks: in a process that has one thread.
void arm_failpoint(std::string_view spec, std::string_view log);

extern std::atomic<bool> failpoints_armed;

inline void failpoint(std::string_view name) {
  if (failpoints_armed.load(std::memory_order_relaxed)) {
    pass_failpoint(name);
  }
}

}  // namespace weir
