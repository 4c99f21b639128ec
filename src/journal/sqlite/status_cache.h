// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/attempt_table.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/lane_table.h"
#include "journal/sqlite/page_table.h"
#include "journal/sqlite/pipeline_table.h"
#include "journal/sqlite/raw_table.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace weir {

// The states of the pages at hand, in the writer: changed any number of times in memory, written
// once a transaction, with the counters of page and pipeline and what holds the page's raw JSON.
// One thread.
class StatusCache {
 public:
  // `lanes`: whose open batches hold the records that are `in_batch`.
  StatusCache(Database& database, PageTable& pages, AttemptTable& attempts, RawTable& kept_raw,
              PipelineTable& pipelines, const Lanes& lanes, std::size_t pages_max);

  // The status to read; stands until the next call of make_room().
  Result<const RecordStatus*> look(PackedPlace place);
  // The status to change.
  Result<RecordStatus*> change(PackedPlace place);
  // Another attempt will follow the one that the status tells of, which is kept.
  Result<void> end_attempt(PackedPlace place);
  // It is a member of the batch that its lane is about to open; nothing to write for its page.
  Result<void> join_batch(PackedPlace place);
  Result<PipelineId> pipeline_of(PageId page);
  Result<const std::vector<RecordStatus>*> page(PageId page);
  void add(PageId page, PageStatus status);

  // Writes what was changed; inside the transaction, before its COMMIT.
  Result<void> flush();
  // Forgets the pages unused for longest when there are too many; writes them first if need be.
  // Between two records only, for it ends the life of every status given out.
  Result<void> make_room();

 private:
  struct Slot {
    PageStatus status;
    StatusCounts written;             // as the counters stand in the tables
    std::vector<EndedAttempt> ended;  // not written yet
    std::uint64_t used = 0;
    bool changed = false;
  };

  Result<Slot*> slot_of(PageId page);
  Result<RecordStatus*> status_of(PackedPlace place);
  void mark_members(PageId page, PageStatus& status) const;
  Result<void> write(PageId page, Slot& slot);

  Database& database_;
  PageTable& pages_;
  AttemptTable& attempts_;
  RawTable& kept_raw_;
  PipelineTable& pipelines_;
  const Lanes& lanes_;
  const std::size_t pages_max_;
  std::unordered_map<std::int64_t, Slot> slots_;
  std::vector<std::int64_t> changed_;
  std::uint64_t now_ = 0;
  std::pair<std::int64_t, Slot*> last_{};  // the slot asked for last: neighbours come together
};

}  // namespace weir
