// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <cstdint>
#include <filesystem>
#include <unordered_set>

namespace weir {

// What the whole transactions of a write-ahead log hold: what SQLite will read from it rather than
// from the database's own file.
struct WalContent {
  std::uint32_t database_pages = 0;  // after the last of them; 0: there is none
  std::unordered_set<std::uint32_t> pages;
};

// Looks at the write-ahead log that a killed process left behind, before SQLite does. SQLite takes
// the first frame that does not match its checksum for the end: right for the torn last
// transaction, wrong for a damaged one in the middle, after which acknowledged transactions would
// vanish without a word. Every transaction is on disk before the next is committed, so two COMMIT
// frames of this log from the bad frame on mean damage. Only while no other process writes. Errors:
// `corrupt`; `unavailable`. Format: https://www.sqlite.org/fileformat2.html#walformat
Result<WalContent> check_wal(const std::filesystem::path& database);

}  // namespace weir
