// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <vector>

namespace weir {

// What the whole journal knows of itself besides its name. One sealed row; it makes a page, a run
// or a part of the index that is missing noticed, instead of taken for never written.
struct Head {
  std::int64_t last_page = 0;  // pages are 1..last_page without gaps
  std::int64_t last_pipeline = 0;
  std::int64_t last_run = 0;          // runs of pipelines, and the pipelines, likewise
  std::int64_t flushed_page = 0;      // all keys of pages up to this one are in sorted runs
  std::int64_t last_sorted = 0;       // highest number of a sorted run ever given
  std::vector<std::int64_t> sorted;   // the sorted runs that make up the index
  std::vector<std::int64_t> garbage;  // sorted runs, whole or begun, whose chunks are to be deleted
  std::int64_t raw_bytes = 0;         // of the raw JSON kept, as stored; of version 3 and later
  bool operator==(const Head&) const = default;
};

class HeadTable {
 public:
  explicit HeadTable(Database& database);
  Result<Head> load();
  Result<void> save(const Head& head);

 private:
  Database& database_;
  Statement select_;
  Statement replace_;
};

}  // namespace weir
