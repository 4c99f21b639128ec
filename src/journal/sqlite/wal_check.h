// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <filesystem>

namespace weir {

// Looks at the write-ahead log that a killed process left behind, before SQLite does. SQLite takes
// the first frame that does not match its checksum for the end: right for the torn last
// transaction, wrong for a damaged one in the middle, after which acknowledged transactions would
// vanish without a word. Every transaction is on disk before the next is begun, so two COMMIT
// frames of this log from the bad frame on mean damage. Only while no other process writes. Errors:
// `corrupt`; `unavailable`. Format: https://www.sqlite.org/fileformat2.html#walformat
Result<void> check_wal(const std::filesystem::path& database);

}  // namespace weir
