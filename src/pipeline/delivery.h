// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/work_crew.h"
#include "journal/journal.h"
#include "sink/sink.h"
#include "sink/sink_runner.h"
#include "transform/transform.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace weir {

// Counts of the records that never reach the target, once the journal has acknowledged it; any
// thread may read.
struct DeliveryCounts {
  std::atomic<std::int64_t> filtered{0};
  std::atomic<std::int64_t> failed{0};
  std::atomic<std::int64_t> recognized{0};  // stood in the target already; see Delivery
};

// Takes the waiting records of a pipeline from the journal, in order of arrival, through the
// transform to the sink. What waited from before and what the source has just stored come the same
// way, so starting and resuming are one code path.
class Delivery {
 public:
  Delivery(Journal& journal, const Transform& transform, SinkRunner& sink, const Clock& clock,
           PipelineId pipeline, RunId run);

  // Of a journal that was restored: a record whose id stands in the target is taken for delivered
  // and not sent. Before run().
  void recognize(std::unique_ptr<KeyReader> target) { target_ = std::move(target); }

  // More may be waiting now. Any thread.
  void wake();
  // Nothing more will be stored: run() ends when it has caught up. Any thread.
  void no_more();

  // Blocks until nothing is waiting and no_more() was said, or the stop, or the sink gave up.
  // Errors are the journal's. One thread, once.
  Result<void> run(std::stop_token stop);

  const DeliveryCounts& counts() const { return counts_; }

 private:
  bool wait_for_more(std::uint64_t seen, std::stop_token stop);
  Result<bool> deliver(WaitingChunk chunk, std::stop_token stop);
  Result<void> settle(std::vector<Settlement> settlements);
  Result<void> recognize_among(std::vector<OutgoingRecord>& outgoing,
                               std::vector<Settlement>& settlements);
  Result<void> await_settled(std::size_t in_flight_max);
  Result<void> deliver_all(std::stop_token stop);

  Journal& journal_;
  const Transform& transform_;
  SinkRunner& sink_;
  const Clock& clock_;
  std::unique_ptr<KeyReader> target_;
  const PipelineId pipeline_;
  const RunId run_;
  DeliveryCounts counts_;
  struct Settling {
    std::future<Result<void>> done;
    std::int64_t filtered = 0;
    std::int64_t failed = 0;
    std::int64_t recognized = 0;
  };
  std::deque<Settling> settling_;

  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::uint64_t wakes_ = 0;
  bool no_more_ = false;
  WorkCrew crew_;  // to judge records, a thread a core
};

}  // namespace weir
