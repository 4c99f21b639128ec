// SPDX-License-Identifier: Apache-2.0
#include "sink/sink_runner.h"

#include "core/hash.h"
#include "core/thread_name.h"
#include "sink/lane_worker.h"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace weir {
namespace {

// Per lane: enough for a full batch beside the one that is being written.
constexpr std::size_t queue_bytes = std::size_t{1} << 20;

}  // namespace

struct SinkRunner::State {
  template <typename... Arguments>
  explicit State(Arguments&&... arguments) : run(std::forward<Arguments>(arguments)...) {}

  SinkRun run;
  std::vector<std::unique_ptr<LaneWorker>> workers;
  std::mutex mutex;  // of the threads' start and end
  std::vector<std::jthread> threads;
  bool ended = false;

  bool start();
  void join();
  Result<void> resolve(const OpenBatch& batch, std::stop_token stop);
  Result<ClaimedLane> claim(std::uint32_t lane, std::stop_token stop);
};

// Threads start with the first records: a run without any makes no connection.
bool SinkRunner::State::start() {
  const std::scoped_lock lock(mutex);
  if (ended) {
    return false;
  }
  if (threads.empty()) {
    for (auto& worker : workers) {
      threads.emplace_back([&worker = *worker] {
        name_thread("weir-lane");
        worker.work();
      });
    }
  }
  return true;
}

void SinkRunner::State::join() {
  const std::scoped_lock lock(mutex);
  ended = true;
  for (std::jthread& thread : threads) {
    thread.join();
  }
  threads.clear();
}

Result<ClaimedLane> SinkRunner::State::claim(std::uint32_t lane, std::stop_token stop) {
  Patience patience(run.clock, run.patience, run.progress,
                    hash64("recover", static_cast<std::uint64_t>(run.run)));
  for (;;) {
    auto claimed = claim_lane(run, lane, stop);
    if (claimed || run.error()) {
      return claimed;
    }
    WEIR_CHECK(patience.wait_out(claimed.error(), stop));
  }
}

Result<void> SinkRunner::State::resolve(const OpenBatch& batch, std::stop_token stop) {
  std::vector<Settlement> remarks;
  bool settles = true;
  if (run.traits.transactional) {
    WEIR_TRY(const ClaimedLane claimed, claim(batch.key.lane, std::move(stop)));
    WEIR_TRY(settles, proves(claimed.mark, batch.key));
  } else {
    for (const RecordPlace& place : batch.members) {
      remarks.push_back({place, RecordState::in_doubt,
                         "the process ended while this record was on its way, and the target "
                         "keeps no mark that could tell whether it arrived",
                         false, 0});
    }
  }
  if (!settles) {
    return run.keep(run.journal.withdraw_batch(batch.key));
  }
  WEIR_CHECK(run.keep(
      run.journal.settle_batch(batch.key, run.run, run.clock.now(), std::move(remarks)).get()));
  run.counts.recovered += static_cast<std::int64_t>(batch.members.size());
  return {};
}

SinkRunner::SinkRunner(Sink& sink, Journal& journal, Clock& clock, PipelineId pipeline, RunId run,
                       Redelivery redelivery, std::chrono::milliseconds patience)
    : state_(std::make_unique<State>(sink, journal, clock, pipeline, run, redelivery, patience)) {
  for (std::uint32_t lane = 0; lane < state_->run.traits.lanes; ++lane) {
    state_->workers.push_back(std::make_unique<LaneWorker>(state_->run, lane, queue_bytes));
  }
}

SinkRunner::~SinkRunner() {
  stop();
  state_->join();
}

Result<void> SinkRunner::recover(std::stop_token stop) {
  WEIR_TRY(const std::vector<OpenBatch> batches,
           state_->run.journal.open_batches(state_->run.pipeline));
  std::stop_source either;
  const auto forward = [&either] { either.request_stop(); };
  const std::stop_callback outer(std::move(stop), forward);
  const std::stop_callback inner(state_->run.stopping.get_token(), forward);
  for (const OpenBatch& batch : batches) {
    WEIR_CHECK(state_->resolve(batch, either.get_token()));
  }
  return {};
}

bool SinkRunner::push(std::vector<OutgoingRecord> records, std::stop_token stop) {
  if (!state_->start()) {
    return false;
  }
  std::vector<std::vector<OutgoingRecord>> lanes(state_->workers.size());
  for (auto& lane : lanes) {
    lane.reserve(records.size() / lanes.size() * 5 / 4 + 1);
  }
  for (OutgoingRecord& record : records) {
    lanes[hash64(record.id) % lanes.size()].push_back(std::move(record));
  }
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (!lanes[i].empty() && !state_->workers[i]->queue().push(std::move(lanes[i]), stop)) {
      return false;
    }
  }
  return true;
}

Result<void> SinkRunner::finish() {
  for (auto& worker : state_->workers) {
    worker->queue().close();
  }
  state_->join();
  if (auto error = state_->run.error()) {
    return tl::unexpected(std::move(*error));
  }
  return {};
}

void SinkRunner::stop() {
  state_->run.stopping.request_stop();
  for (auto& worker : state_->workers) {
    worker->queue().abandon();
  }
}

const SinkCounts& SinkRunner::counts() const { return state_->run.counts; }

}  // namespace weir
