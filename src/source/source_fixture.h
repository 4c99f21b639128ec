// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/hash.h"
#include "journal/journal.h"
#include "source/source.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// For tests of this folder: a journal in memory, as far as a source uses one, and a source whose
// rows and mishaps a test writes down.

namespace weir::source_test {

class MemoryJournal final : public Journal {
 public:
  std::string uuid() const override { return "00000000-0000-4000-8000-000000000000"; }
  Result<PipelineId> pipeline(std::string_view) override { return PipelineId{1}; }
  Result<RunId> begin_run(PipelineId, const RunOpening&) override { return RunId{1}; }
  Result<void> end_run(RunId, Timestamp, std::string_view) override { return {}; }

  std::future<Result<std::vector<Intake>>> store(PipelineId, RunId, Redelivery,
                                                 std::vector<IncomingPage> pages,
                                                 std::optional<Cursor> cursor) override {
    const std::scoped_lock lock(mutex_);
    if (answers_when_waited_for) {
      most_unanswered = std::max(most_unanswered, ++unanswered_);
      auto answer = [this, stored = take_all(pages, cursor)] {
        --unanswered_;
        return stored;
      };
      return std::async(std::launch::deferred, std::move(answer));
    }
    std::promise<Result<std::vector<Intake>>> promise;
    promise.set_value(take_all(pages, cursor));
    return promise.get_future();
  }
  bool runs_ahead(std::size_t) const override { return bool{on_catching_up}; }
  void let_catch_up(std::size_t) override { on_catching_up(); }
  Result<std::vector<Novelty>> compare(PipelineId, const Page& page) override {
    const std::scoped_lock lock(mutex_);
    ++comparisons;
    std::map<std::string, std::uint64_t> known = contents;
    return take(page, known).novelty;
  }
  Result<std::optional<Cursor>> cursor(PipelineId) override {
    const std::scoped_lock lock(mutex_);
    return cursors.empty() ? std::optional<Cursor>() : Cursor{cursors.back()};
  }

  // What the sink's side would use.
  Result<WaitingChunk> waiting(PipelineId, std::optional<RecordPlace>, std::size_t) override {
    return WaitingChunk{};
  }
  Result<std::int64_t> count_waiting(PipelineId) override { return 0; }
  Result<std::uint64_t> raise_fence(PipelineId) override { return 1; }
  Result<OpenedBatch> open_batch(PipelineId, std::uint32_t, std::uint64_t, Redelivery,
                                 std::span<const Candidate>) override {
    return OpenedBatch{};
  }
  Result<void> amend_batch(const BatchKey&, RunId, Timestamp,
                           std::span<const Settlement>) override {
    return {};
  }
  std::future<Result<void>> settle_batch(const BatchKey&, RunId, Timestamp,
                                         std::vector<Settlement>) override {
    return {};
  }
  Result<void> withdraw_batch(const BatchKey&) override { return {}; }
  Result<std::vector<OpenBatch>> open_batches(PipelineId) override {
    return std::vector<OpenBatch>();
  }
  std::future<Result<void>> settle(PipelineId, RunId, Timestamp, std::vector<Settlement>) override {
    return {};
  }
  Result<std::int64_t> requeue_failed(PipelineId, std::span<const std::string>,
                                      const std::optional<RetryDue>&) override {
    return 0;
  }
  Result<Requeued> requeue_for_replay(PipelineId, std::optional<Timestamp>,
                                      std::optional<Timestamp>) override {
    return Requeued{};
  }
  Result<Requeued> requeue_absent(PipelineId, std::span<const std::string>) override {
    return Requeued{};
  }
  Result<RawDropped> drop_raw(const RawLimits&) override { return RawDropped{}; }
  Result<std::vector<VersionTrace>> trace(PipelineId, std::string_view) override {
    return std::vector<VersionTrace>();
  }
  Result<void> records(PipelineId, const RecordFilter&,
                       const std::function<bool(const RecordSummary&)>&) override {
    return {};
  }
  Result<PageId> last_page() override { return PageId{}; }
  std::unique_ptr<RecordWalk> walk(PipelineId, PageId) override { return nullptr; }
  Result<std::vector<RunSummary>> runs(std::string_view, std::int64_t) override {
    return std::vector<RunSummary>();
  }

  std::map<std::string, std::uint64_t> contents;  // id -> content
  std::vector<std::string> origins;
  std::vector<std::string> cursors;
  std::optional<Error> failure;
  int comparisons = 0;
  bool answers_when_waited_for = false;  // store() does, then by one thread alone
  std::size_t most_unanswered = 0;
  std::function<void()> on_catching_up;  // set: the delivery is always behind

 private:
  Result<std::vector<Intake>> take_all(const std::vector<IncomingPage>& pages,
                                       const std::optional<Cursor>& cursor) {
    if (failure) {
      return tl::unexpected(*failure);
    }
    std::vector<Intake> intakes;
    for (const auto& incoming : pages) {
      intakes.push_back(take(*incoming.page, contents));
      origins.push_back(incoming.origin);
    }
    if (cursor) {
      cursors.push_back(cursor->text);
    }
    return intakes;
  }

  static Intake take(const Page& page, std::map<std::string, std::uint64_t>& contents) {
    Intake intake;
    for (const auto& record : page.records) {
      const auto [place, added] = contents.try_emplace(record.id, record.content);
      const bool changed = !added && place->second != record.content;
      place->second = record.content;
      intake.novelty.push_back(added     ? Novelty::new_record
                               : changed ? Novelty::changed
                                         : Novelty::unchanged);
      intake.judged += added || changed ? 1 : 0;
    }
    return intake;
  }

  std::mutex mutex_;
  std::size_t unanswered_ = 0;
};

struct Row {
  std::string id;
  Day modified;
  std::string content = "a";
  std::optional<Timestamp> changed_at{};
  std::optional<Timestamp> created_at{};
  bool in_part = false;  // the list gives it so; complete() gives the rest
  std::string fault{};
};

// What a source that is asked for the newest change first does with that.
enum class SortsBy { change, creation, nothing };

class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(Clock& clock) : clock_(clock) {
    static std::atomic<int> number{0};
    traits_.account = "test " + std::to_string(++number);  // no budget is shared between tests
    traits_.page_size = 10;
    traits_.calls_per_second = 1000;
  }

  SourceTraits traits() const override {
    const std::scoped_lock lock(mutex_);
    return traits_;
  }
  RecordShape shape() const override { return {}; }
  Result<void> check(std::vector<Fault>&, CallGate*) override { return {}; }

  Result<SourcePage> read(const PageRequest& request, std::stop_token stop) override {
    if (request.gate != nullptr) {
      auto ticket = request.gate->enter(stop);
      if (!ticket) {
        return tl::unexpected(ticket.error());
      }
      const Monotonic left = clock_.monotonic();
      request.gate->leave(*ticket, left);
      const std::scoped_lock lock(mutex_);
      leavings.push_back(left);
    }
    const std::scoped_lock lock(mutex_);
    asked.push_back(request);
    if (on_read) {
      if (auto error = on_read(request)) {
        return tl::unexpected(*error);
      }
    }
    return answer(request);
  }

  Result<SourcePage> complete(SourcePage page, std::span<const std::size_t> records, CallGate* gate,
                              std::stop_token stop) override {
    for (const std::size_t index : records) {
      auto ticket = gate->enter(stop);
      if (!ticket) {
        return tl::unexpected(ticket.error());
      }
      gate->leave(*ticket, clock_.monotonic());
      const std::scoped_lock lock(mutex_);
      PageRecord& record = page.page.records[index];
      completed.push_back(record.id);
      if (on_complete) {
        if (auto error = on_complete(record.id)) {
          return tl::unexpected(*error);
        }
      }
      record.offset = page.page.bytes.size();
      record.length = whole_record.size();
      page.page.bytes += whole_record;
    }
    return page;
  }

  // Called with the lock held; may change what follows, an error is the answer.
  std::function<std::optional<Error>(const PageRequest&)> on_read;
  std::function<std::optional<Error>(const std::string& id)> on_complete;
  static constexpr std::string_view whole_record = "{\"whole\":true}";
  std::vector<Row> rows;
  SourceTraits traits_;
  bool names_total = true;
  bool names_next = false;        // paging by tokens
  bool ignores_number = false;    // the first page, always
  std::optional<Timestamp> time;  // the Date header
  std::int64_t hides_page = 0;    // comes empty, once
  std::int64_t true_cap = 0;      // pages beyond it are empty; 0: none
  SortsBy sorts_by = SortsBy::change;
  std::vector<PageRequest> asked;
  std::vector<std::string> completed;  // ids, one an attempt
  std::vector<Monotonic> leavings;

 private:
  std::vector<const Row*> select(const PageRequest& request) const {
    std::vector<const Row*> found;
    const Window& window = request.window;
    for (const auto& row : rows) {
      const Day day = window.kind == WindowKind::created && row.created_at
                          ? std::chrono::floor<std::chrono::days>(*row.created_at)
                          : row.modified;
      if ((!window.from || *window.from <= day) && (!window.to || day <= *window.to)) {
        found.push_back(&row);
      }
    }
    if (request.newest_first && sorts_by != SortsBy::nothing) {
      const auto key = sorts_by == SortsBy::change ? &Row::changed_at : &Row::created_at;
      std::stable_sort(found.begin(), found.end(),
                       [&](const Row* a, const Row* b) { return a->*key > b->*key; });
    }
    return found;
  }

  SourcePage answer(const PageRequest& request) {
    const std::vector<const Row*> found = select(request);
    const std::int64_t number = names_next && !request.token.empty() ? std::stoll(request.token)
                                : ignores_number                     ? 1
                                                                     : request.number;
    const auto size = static_cast<std::size_t>(traits_.page_size);
    const std::size_t begin = (static_cast<std::size_t>(number) - 1) * size;
    SourcePage page;
    for (std::size_t i = begin; i < std::min(begin + size, found.size()); ++i) {
      if (true_cap > 0 && static_cast<std::int64_t>(i) >= true_cap) {
        break;
      }
      PageRecord record;
      record.id = found[i]->id;
      record.content = hash64(found[i]->content);
      record.offset = page.page.bytes.size();
      record.length = 2;
      record.changed_at = found[i]->changed_at;
      record.created_at = found[i]->created_at;
      record.fault = found[i]->fault;
      if (found[i]->in_part) {
        page.incomplete.push_back(page.page.records.size());
      }
      page.page.bytes += "{}";
      page.page.records.push_back(std::move(record));
    }
    if (traits_.cap_may_rise && number * traits_.page_size > *traits_.result_cap &&
        !page.page.records.empty()) {
      traits_.result_cap = true_cap;
      traits_.cap_may_rise = false;
    }
    if (hides_page == request.number) {
      hides_page = 0;
      page.page = Page{};
    }
    if (names_total) {
      page.total = std::ssize(found);
    }
    if (names_next) {
      page.next = begin + size < found.size() ? std::to_string(number + 1) : "";
    }
    page.server_time = time;
    return page;
  }

  Clock& clock_;
  mutable std::mutex mutex_;
};

}  // namespace weir::source_test
