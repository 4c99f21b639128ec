// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/head_table.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/memory_table.h"
#include "journal/sqlite/run_merger.h"
#include "journal/sqlite/sorted_run.h"
#include "journal/sqlite/sqlite_journal.h"

#include <memory>
#include <optional>
#include <vector>

namespace weir {

// The writer's index of ids and numbers: the newest keys in memory, all older ones in sorted runs
// that are merged eight to one, a bounded step a transaction. Appending to a run instead of
// touching a leaf of a tree per key is what keeps a random id at a fraction of a microsecond. One
// thread.
class IdIndex {
 public:
  // `head` is the journal's; the index keeps its own members of it up to date.
  IdIndex(Database& database, Head& head, const JournalTuning& tuning);

  Result<void> load();
  // A key that is on disk already, but in no run yet: after opening.
  void replay(const IndexEntry& entry) { memory_.insert(entry); }
  void insert(const IndexEntry& entry);
  // It will be looked for or inserted soon.
  void prefetch(const IndexKey& key) const { memory_.prefetch(key); }
  // The place of the newest version; memory first, then the runs whose filter says maybe.
  Result<std::optional<PackedPlace>> find(const IndexKey& id);
  std::optional<PackedPlace> find_in_memory(const IndexKey& id) const { return memory_.find(id); }
  Result<std::optional<PackedPlace>> find_in_runs(const IndexKey& id);
  Result<std::vector<PackedPlace>> find_numbers(std::uint64_t high);

  // Inside the transaction: flushes a full memory, then does a step of merging and of deleting that
  // is in proportion to the keys inserted since the last call.
  Result<void> before_commit();

 private:
  Result<void> flush();
  void begin_merge();
  Result<void> merge(std::size_t keys);
  Result<void> collect_garbage();
  void sort_runs();

  Head& head_;
  const JournalTuning tuning_;
  SortedRunStore store_;
  MemoryTable memory_;
  std::vector<std::shared_ptr<const SortedRun>> runs_;  // newest first
  std::unique_ptr<RunMerger> merger_;
  std::size_t inserted_ = 0;
};

}  // namespace weir
