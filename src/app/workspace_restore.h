// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace weir {

struct Restored {
  std::filesystem::path root;
  std::filesystem::path aside;  // where the workspace that stood there is now; empty: none did
  std::string made_at;          // of the backup
  bool needs_key = false;       // secrets are sealed in it, and no key lies beside them
};

// Puts the workspace of a backup into the place of `root`: unpacked and checked beside it, then
// swapped in one step, so that the old one stands there or the new one, whole. The old one is kept
// aside, whole; its key, its `.git` and its count of calls, which no backup may turn back, go over
// into the new one. The journal becomes a restored one (journal/sqlite/journal_backup.h).
// Errors: `conflict`: a process is at work on the old one (names it); of unpack_archive();
// `unavailable`, `exhausted`: with these the old one stands as it was.
//
// Failpoints: restore.unpacked, restore.ready (before the swap), restore.swapped.
Result<Restored> restore_workspace(const std::filesystem::path& file,
                                   const std::filesystem::path& root, Clock& clock,
                                   std::stop_token stop);

}  // namespace weir
