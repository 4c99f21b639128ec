// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "sink/lane_queue.h"
#include "sink/patience.h"
#include "sink/sink.h"
#include "sink/sink_run.h"

#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <vector>

namespace weir {

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
    std::future<Result<void>> on_disk;  // its opening
    bool commit_sent = false;           // its outcome is not known until the mark has been read
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
  Result<void> await_opening(Batch& batch);
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
