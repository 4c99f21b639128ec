// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "sink/lane_queue.h"
#include "sink/patience.h"
#include "sink/sink.h"
#include "sink/sink_runner.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace weir {

// What the lanes of one run share. Outlives them.
struct SinkRun {
  SinkRun(Sink& to, Journal& from, Clock& time, PipelineId of, RunId in, Redelivery when,
          std::chrono::milliseconds longest)
      : sink(to),
        journal(from),
        clock(time),
        pipeline(of),
        run(in),
        redelivery(when),
        patience(longest),
        traits(to.traits()) {}

  Sink& sink;
  Journal& journal;
  Clock& clock;
  PipelineId pipeline;
  RunId run;
  Redelivery redelivery;
  std::chrono::milliseconds patience;
  SinkTraits traits;
  SinkCounts counts;
  std::atomic<std::uint64_t> progress{0};  // anything that went well; see Patience
  std::stop_source stopping;

  // Keeps the first error and stops the others.
  void give_up(const Error& error);
  std::optional<Error> error();
  // The result of a call to the journal, as it came. Its errors end the run whatever their kind:
  // unlike those of the target they do not pass.
  Result<void> keep(Result<void> journalled);

 private:
  std::mutex mutex_;
  std::optional<Error> error_;
};

// An open lane whose mark this process owns.
struct ClaimedLane {
  std::unique_ptr<SinkLane> lane;
  Mark mark;
};

// Opens the lane and claims its mark with a new fence, once; counts it as reached. Without
// transactions there is no mark to claim.
Result<ClaimedLane> claim_lane(SinkRun& run, std::uint32_t lane, std::stop_token stop);

// Whether the mark proves batch `key`. Errors: `invalid_config`: the mark is ahead of the journal.
Result<bool> proves(const Mark& mark, const BatchKey& key);

// One lane of a run: one thread, one connection, one batch at a time.
class LaneWorker {
 public:
  LaneWorker(SinkRun& run, std::uint32_t lane, std::size_t queue_bytes);

  LaneQueue& queue() { return queue_; }
  // The thread's body: until the queue ends or the run stops. Never throws.
  void work();

 private:
  struct Batch {
    BatchKey key;
    std::vector<OutgoingRecord> records;
    bool commit_sent = false;  // its outcome is not known until the mark has been read
    // Of the attempt under way:
    std::uint64_t rows = 0;
    std::vector<Settlement> remarks;   // on records that are delivered
    std::vector<std::size_t> refused;  // into `records`, ascending
    std::vector<Settlement> failures;  // one per refused record
  };

  // Outcomes that the journal has not acknowledged yet; only then do they count.
  struct Tally {
    std::int64_t delivered = 0;
    std::int64_t failed = 0;
    std::int64_t in_doubt = 0;
    std::int64_t warned = 0;
    std::int64_t rows = 0;
  };

  Result<void> deliver(std::vector<OutgoingRecord> records);
  Result<void> reach();
  Result<Batch> open_batch(std::vector<OutgoingRecord> records);
  Result<void> complete(Batch batch);
  Result<bool> is_committed(Batch& batch);
  Result<void> attempt(Batch& batch);
  Result<void> write(Batch& batch, std::size_t from, std::size_t count);
  Result<void> amend(Batch& batch);
  Result<void> settle(Batch& batch);
  Result<void> put_back(const Batch& batch, const Error& error);
  Result<std::vector<OutgoingRecord>> deliver_each(Batch batch);
  Result<Settlement> deliver_one(const OutgoingRecord& record, Tally& tally);
  Result<void> check_settlement();
  void count(const Tally& tally);

  SinkRun& run_;
  const std::uint32_t lane_number_;
  LaneQueue queue_;
  Patience patience_;
  ClaimedLane claimed_;
  std::optional<std::future<Result<void>>> settlement_;
  Tally settling_;  // what settlement_ will have decided
};

}  // namespace weir
