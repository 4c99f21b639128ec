// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/sqlite/attempt_table.h"
#include "journal/sqlite/entry_cache.h"
#include "journal/sqlite/head_table.h"
#include "journal/sqlite/hot_pages.h"
#include "journal/sqlite/id_index.h"
#include "journal/sqlite/lane_table.h"
#include "journal/sqlite/page_codec.h"
#include "journal/sqlite/page_table.h"
#include "journal/sqlite/pipeline_table.h"
#include "journal/sqlite/raw_table.h"
#include "journal/sqlite/reason_table.h"
#include "journal/sqlite/run_table.h"
#include "journal/sqlite/sqlite_database.h"
#include "journal/sqlite/sqlite_journal.h"
#include "journal/sqlite/status_cache.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace weir {

// All that the writer thread works on: the tables on its connection and what it keeps of them in
// memory. The operations (intake.h, batches.h, decisions.h) run in a transaction of the writer's.
// An operation checks before it changes anything, so one that ends in `internal` or `rejected` has
// done nothing; any other error ends the transaction, and with it the writing.
struct JournalStore {
  JournalStore(Database& database, const Clock& clock, const JournalTuning& tuning);

  // Reads everything that is kept in memory, and replays into the index the keys of the pages that
  // are in no sorted run yet.
  Result<void> load();
  // Writes everything that is kept in memory and was changed.
  Result<void> before_commit();
  // Forgets what is in memory without need. Between two records of an operation.
  Result<void> make_room();

  // The newest version of the record that stands at `place`.
  Result<PackedPlace> newest_version(PackedPlace place);

  // Errors: `internal`: the caller's.
  Result<void> check_pipeline(PipelineId pipeline) const;
  Result<void> check_run(RunId run) const;
  Result<void> check_place(PipelineId pipeline, const RecordPlace& place);
  LaneRow& lane(PipelineId pipeline, std::uint32_t lane);

  Database& database;
  const Clock& clock;
  Head head;
  HeadTable heads;
  PipelineTable pipelines;
  RunTable runs;
  ReasonTable reasons;
  AttemptTable attempts;
  LaneTable lane_rows;
  Lanes lanes;
  PageTable pages;
  RawTable kept_raw;
  StatusCache statuses;
  EntryCache entries;
  IdIndex index;
  RawCodec raw;
  const std::shared_ptr<HotPages> hot;
  const RawStep raw_step;

 private:
  Result<void> replay();

  Head saved_head_;
};

}  // namespace weir
