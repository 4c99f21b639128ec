// SPDX-License-Identifier: Apache-2.0
#include "bench/memory_journal.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace weir::bench {
namespace {

template <typename T>
std::future<T> ready(T value) {
  std::promise<T> promise;
  promise.set_value(std::move(value));
  return promise.get_future();
}

tl::unexpected<Error> forgotten() {
  return fail(ErrorKind::unavailable,
              "this run has no journal, so nothing of it can be undone, found or sent again");
}

}  // namespace

// Another one each time, as a mark of an earlier run must prove nothing.
std::string MemoryJournal::uuid() const {
  static const auto started = std::chrono::system_clock::now().time_since_epoch().count();
  return fmt::format("00000000-0000-4000-8000-{:012x}", started & 0xffffffffffff);
}

Intake MemoryJournal::take(std::shared_ptr<const Page> page) {
  Intake intake;
  const std::size_t count = page->records.size();
  if (says_ == Says::all_known) {
    intake.novelty.assign(count, Novelty::unchanged);
    return intake;
  }
  intake.novelty.assign(count, Novelty::new_record);
  intake.judged = static_cast<std::int64_t>(count);
  const PageId id{++last_page_};
  for (std::uint32_t i = 0; i < count; ++i) {
    intake.due.push_back({{id, i}, i});
  }
  if (count > 0) {
    kept_.push_back({id, std::move(page)});
  }
  return intake;
}

std::future<Result<std::vector<Intake>>> MemoryJournal::store(PipelineId, RunId, Redelivery,
                                                              std::vector<IncomingPage> pages,
                                                              std::optional<Cursor> cursor) {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [this] { return kept_.size() < pages_max; });
  std::vector<Intake> intakes;
  for (IncomingPage& page : pages) {
    intakes.push_back(take(std::move(page.page)));
  }
  if (cursor) {
    cursor_ = std::move(cursor);
  }
  return ready(Result<std::vector<Intake>>(std::move(intakes)));
}

Result<std::vector<Novelty>> MemoryJournal::compare(PipelineId, const Page& page) {
  return std::vector<Novelty>(page.records.size(),
                              says_ == Says::all_known ? Novelty::unchanged : Novelty::new_record);
}

Result<std::optional<Cursor>> MemoryJournal::cursor(PipelineId) {
  const std::scoped_lock lock(mutex_);
  return cursor_;
}

Result<WaitingChunk> MemoryJournal::waiting(PipelineId, std::optional<RecordPlace> after,
                                            std::size_t bytes_max) {
  const std::scoped_lock lock(mutex_);
  while (after && !kept_.empty() && kept_.front().id <= after->page) {
    kept_.pop_front();
  }
  taken_.notify_all();
  WaitingChunk chunk;
  std::size_t bytes = 0;
  for (auto page = kept_.begin(); page != kept_.end() && bytes < bytes_max; ++page) {
    std::uint32_t index = 0;
    for (const PageRecord& record : page->page->records) {
      chunk.records.push_back(
          {{page->id, index++}, record.id, page->page->raw(record), record.fault});
      bytes += record.length;
    }
    chunk.pages.push_back(page->page);
  }
  return chunk;
}

Result<std::int64_t> MemoryJournal::count_waiting(PipelineId) { return 0; }

Result<std::uint64_t> MemoryJournal::raise_fence(PipelineId) {
  const std::scoped_lock lock(mutex_);
  return ++fence_;
}

Result<OpenedBatch> MemoryJournal::open_batch(PipelineId pipeline, std::uint32_t lane,
                                              std::uint64_t, Redelivery,
                                              std::span<const Candidate> candidates) {
  const std::scoped_lock lock(mutex_);
  OpenedBatch opened;
  opened.key = {pipeline, lane, ++sequences_[lane]};
  opened.accepted.assign(candidates.size(), true);
  return opened;
}

Result<void> MemoryJournal::amend_batch(const BatchKey&, RunId, Timestamp,
                                        std::span<const Settlement>) {
  return {};
}

std::future<Result<void>> MemoryJournal::settle_batch(const BatchKey&, RunId, Timestamp,
                                                      std::vector<Settlement>) {
  return ready(Result<void>());
}

Result<void> MemoryJournal::withdraw_batch(const BatchKey&) { return forgotten(); }
Result<std::vector<OpenBatch>> MemoryJournal::open_batches(PipelineId) {
  return std::vector<OpenBatch>();
}

std::future<Result<void>> MemoryJournal::settle(PipelineId, RunId, Timestamp,
                                                std::vector<Settlement>) {
  return ready(Result<void>());
}

Result<std::int64_t> MemoryJournal::requeue_failed(PipelineId, std::span<const std::string>,
                                                   const std::optional<RetryDue>&) {
  return forgotten();
}
Result<Requeued> MemoryJournal::requeue_for_replay(PipelineId, std::optional<Timestamp>,
                                                   std::optional<Timestamp>) {
  return forgotten();
}
Result<Requeued> MemoryJournal::requeue_absent(PipelineId, std::span<const std::string>) {
  return forgotten();
}
Result<RawDropped> MemoryJournal::drop_raw(const RawLimits&) { return forgotten(); }
Result<std::vector<VersionTrace>> MemoryJournal::trace(PipelineId, std::string_view) {
  return forgotten();
}
Result<void> MemoryJournal::records(PipelineId, const RecordFilter&,
                                    const std::function<bool(const RecordSummary&)>&) {
  return forgotten();
}
Result<std::vector<RunSummary>> MemoryJournal::runs(std::string_view, std::int64_t) {
  return forgotten();
}

}  // namespace weir::bench
