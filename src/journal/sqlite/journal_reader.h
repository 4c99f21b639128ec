// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/attempt_table.h"
#include "journal/sqlite/head_table.h"
#include "journal/sqlite/hot_pages.h"
#include "journal/sqlite/lane_table.h"
#include "journal/sqlite/memory_table.h"
#include "journal/sqlite/page_codec.h"
#include "journal/sqlite/page_table.h"
#include "journal/sqlite/pipeline_table.h"
#include "journal/sqlite/reason_table.h"
#include "journal/sqlite/run_table.h"
#include "journal/sqlite/sorted_run.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace weir {

// How far a RecordWalk has come, from the newest page down.
struct WalkPlace {
  PipelineId pipeline{};
  std::int64_t moment = 0;    // the last page that exists for it
  std::int64_t below = 0;     // pages from this one up have been visited
  std::int64_t followed = 0;  // pages up to this one were asked which versions they replace
  std::unordered_set<PackedPlace> kept;  // versions that were replaced after the moment
};

// One reading connection: the Journal's questions, each answered from one snapshot of what is
// committed. Knows nothing of the writer, which may be another process. One thread at a time.
class JournalReader {
 public:
  static Result<std::unique_ptr<JournalReader>> open(const std::filesystem::path& file);

  Result<std::optional<PipelineId>> find_pipeline(std::string_view name);
  Result<std::optional<Cursor>> cursor(PipelineId pipeline);
  Result<std::int64_t> count_waiting(PipelineId pipeline);
  Result<std::vector<OpenBatch>> open_batches(PipelineId pipeline);
  Result<std::vector<RunSummary>> runs(std::string_view pipeline, std::int64_t limit);

  // `hot`: looked into first, and told what was handed over whole.
  Result<WaitingChunk> waiting(PipelineId pipeline, std::optional<RecordPlace> after,
                               std::size_t bytes_max, HotPages& hot);
  Result<void> records(PipelineId pipeline, const RecordFilter& filter,
                       const std::function<bool(const RecordSummary&)>& visit);
  Result<std::vector<VersionTrace>> trace(PipelineId pipeline, std::string_view name);
  Result<PageId> last_page();
  Result<std::vector<StoredRecord>> walk(WalkPlace& at, std::size_t bytes_max);

 private:
  // Holds the view of one moment until it ends.
  class Snapshot {
   public:
    explicit Snapshot(Database& database) : database_(database) {}
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    Result<void> begin();

   private:
    Database& database_;
  };

  explicit JournalReader(std::unique_ptr<Database> database);

  // Reads the head; every question begins with it.
  Result<void> look(Snapshot& snapshot);
  Result<PipelineRow> pipeline_row(PipelineId pipeline);
  Result<PageEntries> entries_of(PageId page, std::size_t records);
  // The places of all that is in an open batch of the pipeline, sorted.
  Result<std::vector<PackedPlace>> batch_members(const PipelineRow& pipeline);
  // An index that lists pages out of order is damaged: it has lost one and names another twice.
  Result<void> check_order(PageId before, PageId page) const;

  // The index, without its filters: a chunk a run is read, instead of megabytes for one question.
  Result<void> follow_tail();
  Result<void> follow_runs();
  Result<std::optional<PackedPlace>> find_id(PipelineId pipeline, std::string_view id);
  Result<std::vector<PackedPlace>> find_number(PipelineId pipeline, std::string_view number);

  struct WaitingPage;
  class ChunkFiller;
  Result<bool> add_waiting(const WaitingPage& page, HotPages& hot, ChunkFiller& filler);
  Result<bool> add_stored(const WaitingPage& page, ChunkFiller& filler);
  Result<void> check_waiting(const PipelineRow& pipeline);

  struct RecordScan;
  Result<void> scan_all(RecordScan& scan);
  Result<void> scan_indexed(RecordScan& scan, RecordState state);
  Result<void> scan_page(RecordScan& scan, PageId page, const PageStatus& status);
  Result<RecordSummary> summary(const PageEntry& entry, const RecordStatus& status);

  Result<void> keep_replaced_later(WalkPlace& at);
  Result<std::size_t> add_newest(const WalkPlace& at, PageId page, const PageStatus& status,
                                 std::vector<StoredRecord>& records);

  Result<std::vector<PackedPlace>> versions_of(PipelineId pipeline, std::string_view name);
  Result<VersionTrace> trace_version(PackedPlace place);
  Result<std::vector<AttemptTrace>> attempts_of(PackedPlace place, const RecordStatus& status);

  std::unique_ptr<Database> database_;
  HeadTable heads_;
  PipelineTable pipelines_;
  RunTable runs_;
  ReasonTable reasons_;
  AttemptTable attempts_;
  LaneTable lanes_;
  PageTable pages_;
  SortedRunStore sorted_;
  RawCodec codec_;
  Statement select_waiting_;
  Statement sum_waiting_;
  Statement select_pages_;
  Statement select_pages_below_;
  Statement select_pages_after_;

  Head head_;  // of the present snapshot
  std::map<std::int64_t, SortedRun> sorted_runs_;
  MemoryTable tail_;  // keys of pages tail_from_ + 1 .. tail_to_
  std::int64_t tail_from_ = 0;
  std::int64_t tail_to_ = 0;
};

}  // namespace weir
