// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <filesystem>
#include <utility>

namespace weir {

// The small file that keeps open troubles, and what channels have still to tell, over a restart.
// It is replaced as a whole: after a kill or a power cut it is the one before or the new one.
class AlertStore {
 public:
  explicit AlertStore(std::filesystem::path file) : file_(std::move(file)) {}

  // Null when there is none yet. Errors: `unavailable` (not readable), `corrupt` (no JSON).
  Result<Value> read() const;
  // Blocks for the disk. Errors: `unavailable`, with the file and the system's reason.
  Result<void> write(const Value& state) const;

 private:
  std::filesystem::path file_;
};

}  // namespace weir
