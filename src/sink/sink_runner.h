// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "sink/sink.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace weir {

// Counts of one run, updated while it goes; any thread may read. An outcome counts when the journal
// has acknowledged it, so that the books balance also after the journal has failed.
struct SinkCounts {
  std::atomic<std::int64_t> delivered{0};
  std::atomic<std::int64_t> failed{0};
  std::atomic<std::int64_t> in_doubt{0};
  std::atomic<std::int64_t> warned{0};  // of the delivered
  std::atomic<std::int64_t> rows{0};
  std::atomic<std::int64_t> withdrawn{0};  // OpenedBatch::withdrawn
  // Records of an earlier process's batches that recover() settled; not among the above.
  std::atomic<std::int64_t> recovered{0};
  std::atomic<bool> reached{false};  // the target has answered at least once
};

// Carries mapped records into the target, exactly once: a lane is a hash of the record's id and one
// thread with one connection; per batch it (a) has the journal make durable which records batch n
// holds, (b) writes rows and mark in one transaction, (c) has the journal settle batch n. A bad row
// is found by bisection and settled as failed; what passes (lost connection, lock wait, read-only,
// too many connections) is waited for, with back-off, until `patience` has gone by without
// progress. A lost answer to COMMIT is resolved by raising the fence and reading the mark.
class SinkRunner {
 public:
  SinkRunner(Sink& sink, Journal& journal, Clock& clock, PipelineId pipeline, RunId run,
             Redelivery redelivery, std::chrono::milliseconds patience);
  ~SinkRunner();  // stops and joins

  // Settles the batches that an earlier process left open, by the target's marks. Before push().
  // Errors as run's end: unavailable (never reached), unauthorized, conflict, invalid_config (the
  // mark is ahead of the journal: an older journal was put back).
  Result<void> recover(std::stop_token stop);

  // Hands records over, in any number; blocks while the lanes have enough to do. False: the runner
  // has given up (or was stopped), the records stay waiting in the journal.
  bool push(std::vector<OutgoingRecord> records, std::stop_token stop);

  // No more will come: writes what is there, settles it, ends the lanes. The error that made it
  // give up, if one did; records not settled stay waiting.
  Result<void> finish();
  // Ends soon: the batches under way are completed, the rest stays waiting. Then finish().
  void stop();

  const SinkCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
