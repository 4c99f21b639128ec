// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace weir {

// An exclusive lock on a file, held by this process until the object or the process ends (kill -9
// included: the kernel lets it go). Who holds it stands in the file, for people.
class LockFile {
 public:
  // Blocks up to `wait`, or until the stop; tells `on_wait` once who holds it, if it has to.
  // Errors: `conflict` (names holder and file), `cancelled`, `unavailable`, `exhausted` (disk
  // full).
  static Result<LockFile> take(const std::filesystem::path& file, Clock& clock,
                               std::chrono::milliseconds wait,
                               const std::function<void(const std::string& holder)>& on_wait,
                               std::stop_token stop = {});
  ~LockFile();
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace weir
