// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

// What a run of a pipeline does. The journal keeps it with the run's result, so that each job's
// last start is known after a restart.
enum class JobKind : std::uint8_t {
  run,      // read and deliver
  read,     // read into the journal alone
  deliver,  // deliver what waits in the journal
  remedy,   // read again what `omissionRemedy` asks for
  retry,    // deliver failed records again
};
std::string_view to_string(JobKind kind);

}  // namespace weir
