// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/page.h"
#include "core/value.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The durable middle: what came in, what became of each record, where the source stands and which
// batches are on their way to the target. `source` writes on one side, `sink` settles on the other;
// neither knows the store behind this interface.

namespace weir {

enum class PipelineId : std::int64_t {};
enum class RunId : std::int64_t {};
enum class PageId : std::int64_t {};

// Where one version of a record stands in the journal. Ordered by arrival.
struct RecordPlace {
  PageId page{};
  std::uint32_t index = 0;
  auto operator<=>(const RecordPlace&) const = default;
};

enum class Novelty : std::uint8_t {
  new_record,  // id never seen in this pipeline
  changed,     // seen, with other content
  unchanged,   // seen, with this content
};

enum class RecordState : std::uint8_t {
  waiting,    // journalled, not yet decided
  delivered,  // in the target, all its rows
  filtered,   // taken out by the pipeline's own rules
  failed,     // refused by mapping or target, with the reason
  in_doubt,   // the target cannot tell whether it has it
};
std::string_view to_string(RecordState state);
Result<RecordState> parse_record_state(std::string_view text);  // `invalid_config`

// The source's place in its own terms (open windows, watermarks), opaque to the journal.
struct Cursor {
  std::string text;  // JSON, written and read by `source` alone
};

// ---- the source's side -------------------------------------------------------------------------

// How a changed record is judged when an earlier version of it was delivered.
enum class Redelivery : std::uint8_t {
  never,           // idCheck: true
  when_different,  // idCheck: false: only if what would be sent differs from what was sent last
};

struct IncomingPage {
  std::shared_ptr<const Page> page;
  Timestamp received_at;
  std::string origin;  // for people: "modified 2026-01-01..2026-01-31 page 3"
};

struct DueRecord {
  RecordPlace place;
  std::uint32_t page_index = 0;  // into the incoming page's records
};

struct Intake {
  std::vector<Novelty> novelty;  // one per record of the incoming page
  std::vector<DueRecord> due;    // those that must now be judged, in page order
  // Versions that became due by this page. An older version of the same record that still waits may
  // be in flight, so it stays due by itself until it is settled, or refused by open_batch
  // (withdrawn). Always: waiting before + sum(judged) + requeued - sum(withdrawn) = outcomes +
  // waiting after.
  std::int64_t judged = 0;
};

// ---- the target's side -------------------------------------------------------------------------

// A record that is waiting. What it views stands as long as a copy of its chunk's pages.
struct WaitingRecord {
  RecordPlace place;
  std::string_view id;
  std::string_view raw;      // its JSON as received
  std::string_view fault;    // PageRecord::fault
  std::size_t readable = 0;  // as RawRecord has it
  LocatedMembers members{};
};

// Waiting records one after the other, and the pages that hold their text.
struct WaitingChunk {
  std::vector<WaitingRecord> records;
  std::vector<std::shared_ptr<const void>> pages;

  bool empty() const { return records.empty(); }
  std::size_t size() const { return records.size(); }
  const WaitingRecord& operator[](std::size_t index) const { return records[index]; }
  auto begin() const { return records.begin(); }
  auto end() const { return records.end(); }
};

struct Candidate {
  RecordPlace place;
  std::uint64_t sent = 0;  // hash of what would be sent
};

// Batch `sequence` of a lane: 1, 2, 3 … without gaps per pipeline and lane, for ever.
struct BatchKey {
  PipelineId pipeline{};
  std::uint32_t lane = 0;
  std::uint64_t sequence = 0;
  auto operator<=>(const BatchKey&) const = default;
};

struct OpenedBatch {
  BatchKey key;
  // Ready when the opening is on disk, with the error if it never will be. Not valid: it is.
  std::future<Result<void>> on_disk;
  std::vector<bool> accepted;  // one per candidate; a refused one needs no delivery any more:
                               // superseded, delivered meanwhile, or equal to what was sent last
  std::int64_t withdrawn = 0;  // refused candidates that had been counted as due
  // None accepted: no batch is open, `key.sequence` is 0; settling or withdrawing that does
  // nothing.
};

struct OpenBatch {  // left behind by a crash, or by a COMMIT whose answer was lost
  BatchKey key;
  std::uint64_t fence = 0;
  std::vector<RecordPlace> members;
};

struct Settlement {
  RecordPlace place;
  RecordState state = RecordState::delivered;
  std::string reason;      // the system's own message; empty for a clean delivery
  bool warned = false;     // delivered, but cut, rounded or against a quality rule: see reason
  std::uint32_t rows = 1;  // rows written for it
};

struct RecordName {
  std::string id;
  std::string number;
};

struct Requeued {
  std::int64_t records = 0;  // wait again
  // Would, but their raw JSON is past the time that it is kept.
  std::int64_t without_raw = 0;
  std::vector<RecordName> first_without_raw;  // at most names_max of them
  static constexpr std::size_t names_max = 1000;
};

// Up to where raw JSON is kept.
struct RawLimits {
  std::optional<Timestamp> received_before;  // what came before this is given up; empty: any age
  std::optional<std::int64_t> bytes_max;     // of all that is kept, as stored; empty: any size
  // Pipelines in whose records others look things up: pages with a newest version of them stay.
  std::vector<std::string> looked_into;
  bool all_looked_into = false;
};

struct RawDropped {
  std::int64_t pages = 0;
  std::int64_t bytes = 0;       // as they were stored
  std::int64_t bytes_kept = 0;  // of the whole journal, afterwards
  bool more = false;            // another call would give up more
};

// ---- looking -----------------------------------------------------------------------------------

// The row of `weir records`.
struct RecordSummary {
  std::string id;
  std::string number;
  RecordState state = RecordState::waiting;
  std::string reason;
  std::uint32_t attempts = 0;
  Timestamp updated_at;
};

struct AttemptTrace {
  std::uint32_t attempt = 0;
  RunId run{};
  Timestamp at;
  RecordState state = RecordState::waiting;
  std::string reason;
};

struct VersionTrace {  // one journalled version of a record, oldest first in a trace
  RecordPlace place;
  RunId received_in{};
  Timestamp received_at;
  std::string origin;
  std::string raw;           // empty with raw_dropped
  bool raw_dropped = false;  // its raw JSON is past the time that it is kept
  RecordSummary summary;
  bool superseded = false;  // a newer version took its place before it was decided
  std::vector<AttemptTrace> attempts;
  std::string definition;  // the pipeline file as it was in the run that decided it; see RunOpening
};

struct RecordFilter {
  std::optional<RecordState> state;
  std::string find;        // part of id or number; empty: all
  std::int64_t limit = 0;  // 0: all
};

// A record as it stood at one moment.
struct StoredRecord {
  RecordPlace place;
  std::string raw;           // its JSON as received; empty with raw_dropped
  bool raw_dropped = false;  // its raw JSON is past the time that it is kept
};

// A walk over one pipeline's records as they stood at one moment, newest first. One thread at a
// time; it ends before its journal does.
class RecordWalk {
 public:
  virtual ~RecordWalk() = default;
  // The next ones, whole pages of them, about `bytes_max` of raw JSON; empty: no more. Blocks for
  // the disk, and holds no view of the journal between two calls.
  virtual Result<std::vector<StoredRecord>> next(std::size_t bytes_max) = 0;
};

struct RunOpening {
  Timestamp started_at;
  std::string definition;  // the pipeline's text with secrets unresolved: a trace shows with it
                           // what a record was cleaned to and what was sent
};

struct RunSummary {
  RunId run{};
  std::string pipeline;
  Timestamp started_at;
  std::optional<Timestamp> ended_at;  // empty: still running, or killed
  std::string report;                 // the JSON of the run's result; empty until it has ended
};

// One workspace's journal. Any thread may call. Calls that write return when the change is on disk
// (those that give a future: it is ready then); what was acknowledged survives kill -9 and power
// loss, what was not is absent or whole. Writes take effect in the order of the calls.
// Errors of every call: `corrupt` (damaged, names file and place), `exhausted` (disk full),
// `unavailable` (read-only, I/O error); after one of these on a write the journal refuses further
// writes with the same error.
// The waits before the automatic attempts 2, 3, 4 … of a failed record; none follows the last.
using RetryWaits = std::vector<std::chrono::milliseconds>;
inline constexpr std::chrono::seconds retry_waits[] = {
    std::chrono::seconds(20), std::chrono::minutes(5), std::chrono::hours(1), std::chrono::hours(4),
    std::chrono::hours(20)};
inline RetryWaits default_retry_waits() {
  return RetryWaits(std::begin(retry_waits), std::end(retry_waits));
}

// Which failed records have come to their next automatic attempt.
struct RetryDue {
  RetryDue(Timestamp moment, RetryWaits between = default_retry_waits())
      : by(moment), waits(std::move(between)) {}
  Timestamp by;
  RetryWaits waits;

  // After so many attempts, of which the last was then.
  bool has_come(std::size_t attempts, Timestamp last) const {
    return attempts > 0 && attempts <= waits.size() && last + waits[attempts - 1] <= by;
  }
};

class Journal {
 public:
  virtual ~Journal() = default;

  // This journal's own name for itself, made when it was created (RFC 4122 text). The target's mark
  // carries it, so that two workspaces never take each other's mark for their own.
  virtual std::string uuid() const = 0;
  // A backup was put back, and nobody has said since that all is well: the target may hold more
  // than this journal knows of.
  virtual bool is_restored() const { return false; }

  virtual Result<PipelineId> pipeline(std::string_view name) = 0;  // adds it when unknown
  virtual Result<RunId> begin_run(PipelineId pipeline, const RunOpening& opening) = 0;
  virtual Result<void> end_run(RunId run, Timestamp ended_at, std::string_view report) = 0;

  // Stores what is new or changed of the pages and moves the cursor, in one transaction: all or
  // nothing. A page without anything new leaves no trace. Records whose `fault` is set become due
  // like others. Either part may be absent.
  virtual std::future<Result<std::vector<Intake>>> store(PipelineId pipeline, RunId run,
                                                         Redelivery redelivery,
                                                         std::vector<IncomingPage> pages,
                                                         std::optional<Cursor> cursor) = 0;
  // Whether a page of so many bytes, if it were stored now, would have to be read back from disk by
  // a waiting() that is otherwise close behind. False too when waiting() makes no progress.
  virtual bool runs_ahead(std::size_t bytes) const = 0;
  // Then waits for waiting() to come closer, for a few milliseconds at most. Any thread.
  virtual void let_catch_up(std::size_t bytes) = 0;
  // What store() of this page alone would say now, one per record; stores nothing. Blocks.
  virtual Result<std::vector<Novelty>> compare(PipelineId pipeline, const Page& page) = 0;
  virtual Result<std::optional<Cursor>> cursor(PipelineId pipeline) = 0;

  // Waiting records in order of arrival, from after `after` on, at least one and at most about
  // `bytes_max` of raw JSON; empty: no more. Members of open batches are not among them.
  virtual Result<WaitingChunk> waiting(PipelineId pipeline, std::optional<RecordPlace> after,
                                       std::size_t bytes_max) = 0;
  // Those and the members of open batches: all that is not yet decided.
  virtual Result<std::int64_t> count_waiting(PipelineId pipeline) = 0;

  // A number higher than any given before for this pipeline.
  virtual Result<std::uint64_t> raise_fence(PipelineId pipeline) = 0;
  // Step (a) of the commit protocol: exactly these records are batch n of the lane. A lane has at
  // most one open batch. Returns when that is decided: rows may be sent to the target, but must not
  // be committed there before the batch is `on_disk`.
  virtual Result<OpenedBatch> open_batch(PipelineId pipeline, std::uint32_t lane,
                                         std::uint64_t fence, Redelivery redelivery,
                                         std::span<const Candidate> candidates) = 0;
  // Takes members out again, with what became of them; before the target's COMMIT.
  virtual Result<void> amend_batch(const BatchKey& batch, RunId run, Timestamp at,
                                   std::span<const Settlement> removed) = 0;
  // Step (c): the batch is in the target. Members not named in `remarks` are plainly delivered.
  virtual std::future<Result<void>> settle_batch(const BatchKey& batch, RunId run, Timestamp at,
                                                 std::vector<Settlement> remarks) = 0;
  // The batch is not in the target: its members wait again. Its sequence number is used again.
  virtual Result<void> withdraw_batch(const BatchKey& batch) = 0;
  virtual Result<std::vector<OpenBatch>> open_batches(PipelineId pipeline) = 0;
  // Decides records that never reach a batch (filtered, failed in conversion).
  virtual std::future<Result<void>> settle(PipelineId pipeline, RunId run, Timestamp at,
                                           std::vector<Settlement> settlements) = 0;
  // Failed records wait again: all (`ids` empty) or those named, by id or number. `due`: only
  // those whose next automatic attempt has come.
  // Gives the number of records. Errors: `rejected` names ids that are unknown or not failed.
  virtual Result<std::int64_t> requeue_failed(PipelineId pipeline, std::span<const std::string> ids,
                                              const std::optional<RetryDue>& due) = 0;

  // The newest versions received from `from` on and before `until` (empty: unbounded) wait again,
  // to be judged by another mapping: those that are delivered, filtered or failed, and certain.
  // Until it is judged such a record is treated by `when_different` whatever is said to open_batch,
  // by this process or another; refused there, it is what it was before, to the last remark.
  virtual Result<Requeued> requeue_for_replay(PipelineId pipeline, std::optional<Timestamp> from,
                                              std::optional<Timestamp> until) = 0;
  // The newest versions of these ids wait again, if they are delivered, for the target certainly
  // does not hold them: what was sent is forgotten, and nothing but a newer version refuses them.
  // Ids that are unknown or not delivered are passed over.
  virtual Result<Requeued> requeue_absent(PipelineId pipeline,
                                          std::span<const std::string> ids) = 0;
  // One step of giving up raw JSON beyond `limits`: a short transaction over a bounded number of
  // pages, of all pipelines the oldest first. Never of a page with a record that waits, is failed
  // or in doubt. Ids, states and attempts stay, so what is known stays known.
  virtual Result<RawDropped> drop_raw(const RawLimits& limits) = 0;

  // Every version of the records with this id or number, oldest first; empty: unknown.
  virtual Result<std::vector<VersionTrace>> trace(PipelineId pipeline, std::string_view id) = 0;
  // Newest version of each record, in order of arrival; `visit` returns false to stop.
  virtual Result<void> records(PipelineId pipeline, const RecordFilter& filter,
                               const std::function<bool(const RecordSummary&)>& visit) = 0;
  // The page that was stored last; 0: none yet. A moment to walk from.
  virtual Result<PageId> last_page() = 0;
  // The newest version of each record of the pipeline when `moment` was the last page: versions
  // that came later do not exist for this walk, and hide none.
  virtual std::unique_ptr<RecordWalk> walk(PipelineId pipeline, PageId moment) = 0;
  // Newest first. `pipeline` empty: all.
  virtual Result<std::vector<RunSummary>> runs(std::string_view pipeline, std::int64_t limit) = 0;
};

}  // namespace weir
