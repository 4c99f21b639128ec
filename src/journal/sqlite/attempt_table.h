// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/record_status.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <span>
#include <vector>

namespace weir {

// An attempt that a later one has followed, of one record of a page.
struct EndedAttempt {
  std::uint32_t index = 0;  // of the record
  RecordStatus status;      // as it was then
};

// Those of each page that has any. Sparse: the last attempt stands in the record's status, and most
// records have no other. One thread.
class AttemptTable {
 public:
  explicit AttemptTable(Database& database);

  // Adds them, in the order in which they ended, but for those that are there already. `corrupt`
  // when there should be some of a record, by its status, and are none.
  Result<void> append(PageId page, std::span<const EndedAttempt> ended);
  // Of one record, oldest first. `corrupt` when there are none: its status says that there are.
  Result<std::vector<RecordStatus>> read(PackedPlace place);

 private:
  Result<std::vector<EndedAttempt>> attempts_of(PageId page);
  tl::unexpected<Error> missing(PackedPlace place) const;

  Database& database_;
  Statement select_;
  Statement replace_;
};

}  // namespace weir
