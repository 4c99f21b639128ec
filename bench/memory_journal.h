// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace weir::bench {

// What a run would cost without a journal: hands each page straight on to the sink's side, keeps
// nothing longer than that, and touches no disk. Nothing can be resumed, found or sent again: those
// calls answer `unavailable`, and so does a batch that would have to be withdrawn.
class MemoryJournal final : public Journal {
 public:
  // What it says of every record that comes: all are new, or all are known.
  enum class Says : std::uint8_t { all_new, all_known };
  explicit MemoryJournal(Says says) : says_(says) {}

  std::string uuid() const override;
  Result<PipelineId> pipeline(std::string_view) override { return PipelineId{1}; }
  Result<RunId> begin_run(PipelineId, const RunOpening&) override { return RunId{1}; }
  Result<void> end_run(RunId, Timestamp, std::string_view) override { return {}; }

  // Blocks while `pages_max` pages wait, as a source must not run away from a slow target.
  std::future<Result<std::vector<Intake>>> store(PipelineId, RunId, Redelivery,
                                                 std::vector<IncomingPage> pages,
                                                 std::optional<Cursor> cursor) override;
  bool runs_ahead(std::size_t) const override { return false; }
  void let_catch_up(std::size_t) override {}
  Result<std::vector<Novelty>> compare(PipelineId, const Page& page) override;
  Result<std::optional<Cursor>> cursor(PipelineId) override;
  // What was given is forgotten with the next call.
  Result<WaitingChunk> waiting(PipelineId, std::optional<RecordPlace> after,
                               std::size_t bytes_max) override;
  Result<std::int64_t> count_waiting(PipelineId) override;

  Result<std::uint64_t> raise_fence(PipelineId) override;
  Result<OpenedBatch> open_batch(PipelineId pipeline, std::uint32_t lane, std::uint64_t fence,
                                 Redelivery, std::span<const Candidate> candidates) override;
  Result<void> amend_batch(const BatchKey&, RunId, Timestamp, std::span<const Settlement>) override;
  std::future<Result<void>> settle_batch(const BatchKey&, RunId, Timestamp,
                                         std::vector<Settlement>) override;
  Result<void> withdraw_batch(const BatchKey&) override;
  Result<std::vector<OpenBatch>> open_batches(PipelineId) override;
  std::future<Result<void>> settle(PipelineId, RunId, Timestamp, std::vector<Settlement>) override;

  Result<std::int64_t> requeue_failed(PipelineId, std::span<const std::string>,
                                      const std::optional<RetryDue>&) override;
  Result<Requeued> requeue_for_replay(PipelineId, std::optional<Timestamp>,
                                      std::optional<Timestamp>) override;
  Result<Requeued> requeue_absent(PipelineId, std::span<const std::string>) override;
  Result<RawDropped> drop_raw(const RawLimits& limits) override;
  Result<std::vector<VersionTrace>> trace(PipelineId, std::string_view) override;
  Result<void> records(PipelineId, const RecordFilter&,
                       const std::function<bool(const RecordSummary&)>&) override;
  Result<PageId> last_page() override { return PageId{0}; }
  std::unique_ptr<RecordWalk> walk(PipelineId, PageId) override { return nullptr; }
  Result<std::vector<RunSummary>> runs(std::string_view, std::int64_t) override;

 private:
  static constexpr std::size_t pages_max = 256;
  struct Kept {
    PageId id{};
    std::shared_ptr<const Page> page;
  };
  Intake take(std::shared_ptr<const Page> page);

  const Says says_;
  std::mutex mutex_;
  std::condition_variable taken_;
  std::int64_t last_page_ = 0;
  std::deque<Kept> kept_;
  std::optional<Cursor> cursor_;
  std::uint64_t fence_ = 0;
  std::map<std::uint32_t, std::uint64_t> sequences_;  // by lane
};

}  // namespace weir::bench
