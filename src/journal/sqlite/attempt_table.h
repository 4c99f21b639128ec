// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/record_status.h"
#include "journal/sqlite/sqlite_database.h"

#include <vector>

namespace weir {

// Attempts that a later one has followed. Sparse: the last attempt stands in the record's status,
// and most records have no other. One thread.
class AttemptTable {
 public:
  explicit AttemptTable(Database& database);

  // Adds the attempt that `status` stands for, unless it is there already.
  Result<void> append(PackedPlace place, const RecordStatus& status);
  // Oldest first. `corrupt` when there are none: the status says that there are.
  Result<std::vector<RecordStatus>> read(PackedPlace place);

 private:
  Database& database_;
  Statement select_;
  Statement replace_;
};

}  // namespace weir
