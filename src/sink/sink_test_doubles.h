// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "sink/sink.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// A target and a journal in memory that keep their contracts to the letter and fail on demand, at
// every call, before or after it took effect: what no real server does when asked.

namespace weir::testing {

struct Trouble {
  Error error;
  bool took_effect = false;  // the call succeeded, only its answer was lost
};

inline Trouble trouble(ErrorKind kind, bool took_effect = false) {
  return {{kind, "trouble: " + std::string(to_string(kind)), "1", std::nullopt}, took_effect};
}

// A transactional store. Any thread may call.
class MemoryTarget {
 public:
  // Asked before each call: "open", "claim", "begin", "write", "mark", "commit".
  std::function<std::optional<Trouble>(const std::string& call, std::uint32_t lane)> faults;
  std::function<bool(const OutgoingRecord&)> is_bad = [](const OutgoingRecord&) { return false; };

  std::vector<std::string> rows;  // ids in order of their commit
  std::map<std::uint32_t, Mark> marks;
  std::vector<std::string> calls;
  std::mutex mutex;

  std::optional<Trouble> ask(const std::string& call, std::uint32_t lane) {
    const std::scoped_lock lock(mutex);
    calls.push_back(call);
    return faults ? faults(call, lane) : std::nullopt;
  }
};

class MemoryLane final : public SinkLane {
 public:
  MemoryLane(MemoryTarget& target, std::uint32_t lane, bool transactional)
      : target_(target), lane_(lane), transactional_(transactional) {}

  Result<Mark> claim(std::uint64_t fence) override {
    return guarded("claim", [&]() -> Result<Mark> {
      Mark& mark = target_.marks[lane_];
      if (mark.fence > fence) {
        return fail(ErrorKind::conflict, "a higher fence stands there");
      }
      mark.fence = fence;
      fence_ = fence;
      return mark;
    });
  }
  Result<void> begin() override {
    return guarded("begin", [&]() -> Result<void> {
      pending_.clear();
      sequence_.reset();
      return {};
    });
  }
  Result<WriteReport> write(std::span<const OutgoingRecord> records) override {
    return guarded("write", [&]() -> Result<WriteReport> {
      for (const OutgoingRecord& record : records) {
        if (target_.is_bad(record)) {
          return fail(ErrorKind::rejected, "bad row " + record.id, "1062");
        }
      }
      WriteReport report;
      for (std::size_t i = 0; i < records.size(); ++i) {
        (transactional_ ? pending_ : target_.rows).push_back(records[i].id);
        if (records[i].id.starts_with("warned")) {
          report.warnings.push_back({i, "rounded"});
          report.warnings.push_back({i, "cut"});
        }
      }
      report.rows = records.size();
      return report;
    });
  }
  Result<void> write_mark(std::uint64_t sequence) override {
    return guarded("mark", [&]() -> Result<void> {
      if (target_.marks[lane_].fence != fence_) {
        return fail(ErrorKind::conflict, "the fence was raised");
      }
      sequence_ = sequence;
      return {};
    });
  }
  Result<void> commit() override {
    return guarded("commit", [&]() -> Result<void> {
      target_.rows.insert(target_.rows.end(), pending_.begin(), pending_.end());
      target_.marks[lane_].sequence = sequence_.value();
      pending_.clear();
      return {};
    });
  }
  void rollback() override { pending_.clear(); }

 private:
  template <typename Call>
  auto guarded(const std::string& name, Call call) -> decltype(call()) {
    const auto found = target_.ask(name, lane_);
    const std::scoped_lock lock(target_.mutex);
    if (found && !found->took_effect) {
      return tl::unexpected(found->error);
    }
    auto result = call();
    return found && result ? tl::unexpected(found->error) : std::move(result);
  }

  MemoryTarget& target_;
  const std::uint32_t lane_;
  const bool transactional_;
  std::uint64_t fence_ = 0;
  std::vector<std::string> pending_;
  std::optional<std::uint64_t> sequence_;
};

class MemorySink final : public Sink {
 public:
  MemorySink(MemoryTarget& target, SinkTraits traits) : target_(target), traits_(traits) {}
  SinkTraits traits() const override { return traits_; }
  Result<void> check(const std::optional<Value>&, std::vector<Fault>&) override { return {}; }
  Result<std::unique_ptr<SinkLane>> open_lane(std::uint32_t lane, std::stop_token) override {
    if (const auto found = target_.ask("open", lane)) {
      return tl::unexpected(found->error);
    }
    return std::make_unique<MemoryLane>(target_, lane, traits_.transactional);
  }
  std::string describe(const OutgoingRecord& record) const override { return record.id; }

 private:
  MemoryTarget& target_;
  const SinkTraits traits_;
};

// The target's side of a journal. Checks the order of calls as it goes: `violations` stays empty.
class MemoryJournal final : public Journal {
 public:
  std::map<RecordPlace, Settlement> settled;
  std::map<std::uint32_t, OpenBatch> open;  // by lane
  std::map<std::uint32_t, std::uint64_t> last_settled;
  std::uint64_t fence = 0;
  std::set<RecordPlace> refused;  // by open_batch
  std::optional<Error> broken;    // every write fails with it
  std::optional<Error> unsynced;  // no opened batch comes to the disk
  std::vector<std::string> violations;
  std::vector<std::size_t> batch_sizes;
  std::function<void(std::span<const Candidate>)> on_open;
  std::mutex mutex;

  std::string uuid() const override { return "00000000-0000-4000-8000-000000000001"; }
  Result<std::uint64_t> raise_fence(PipelineId) override {
    const std::scoped_lock lock(mutex);
    if (broken) {
      return tl::unexpected(*broken);
    }
    return ++fence;
  }
  Result<OpenedBatch> open_batch(PipelineId pipeline, std::uint32_t lane, std::uint64_t with,
                                 Redelivery, std::span<const Candidate> candidates) override {
    const std::scoped_lock lock(mutex);
    if (broken) {
      return tl::unexpected(*broken);
    }
    require(open.count(lane) == 0, "a lane has two open batches");
    if (on_open) {
      on_open(candidates);
    }
    OpenedBatch opened;
    opened.key = {pipeline, lane, last_settled[lane] + 1};
    OpenBatch batch{opened.key, with, {}};
    for (const Candidate& candidate : candidates) {
      const bool accepted = refused.count(candidate.place) == 0;
      require(settled.count(candidate.place) == 0, "a settled record goes out again");
      opened.accepted.push_back(accepted);
      opened.withdrawn += accepted ? 0 : 1;
      if (accepted) {
        batch.members.push_back(candidate.place);
      }
    }
    if (unsynced) {
      std::promise<Result<void>> never;
      never.set_value(tl::unexpected(*unsynced));
      opened.on_disk = never.get_future();
    }
    batch_sizes.push_back(batch.members.size());
    open[lane] = std::move(batch);
    return opened;
  }
  Result<void> amend_batch(const BatchKey& key, RunId, Timestamp,
                           std::span<const Settlement> removed) override {
    const std::scoped_lock lock(mutex);
    if (broken) {
      return tl::unexpected(*broken);
    }
    std::vector<RecordPlace>& members = open.at(key.lane).members;
    for (const Settlement& settlement : removed) {
      const auto found = std::find(members.begin(), members.end(), settlement.place);
      require(found != members.end(), "a record is removed that is no member");
      members.erase(found);
      settled[settlement.place] = settlement;
    }
    return {};
  }
  std::future<Result<void>> settle_batch(const BatchKey& key, RunId, Timestamp,
                                         std::vector<Settlement> remarks) override {
    const std::scoped_lock lock(mutex);
    std::promise<Result<void>> done;
    if (broken) {
      done.set_value(tl::unexpected(*broken));
      return done.get_future();
    }
    const OpenBatch& batch = open.at(key.lane);
    require(batch.key == key, "another batch is settled than was opened");
    for (const RecordPlace& place : batch.members) {
      settled[place] = {place, RecordState::delivered, {}, false, 1};
    }
    for (const Settlement& remark : remarks) {
      settled[remark.place] = remark;
    }
    last_settled[key.lane] = key.sequence;
    open.erase(key.lane);
    done.set_value({});
    return done.get_future();
  }
  Result<void> withdraw_batch(const BatchKey& key) override {
    const std::scoped_lock lock(mutex);
    if (broken) {
      return tl::unexpected(*broken);
    }
    require(open.count(key.lane) == 1 && open.at(key.lane).key == key,
            "a batch is withdrawn that is not open");
    open.erase(key.lane);
    return {};
  }
  Result<std::vector<OpenBatch>> open_batches(PipelineId) override {
    const std::scoped_lock lock(mutex);
    std::vector<OpenBatch> batches;
    for (const auto& [lane, batch] : open) {
      batches.push_back(batch);
    }
    return batches;
  }
  std::size_t count(RecordState state) {
    const std::scoped_lock lock(mutex);
    return static_cast<std::size_t>(
        std::count_if(settled.begin(), settled.end(),
                      [&](const auto& each) { return each.second.state == state; }));
  }

  // The sink calls none of these.
  Result<PipelineId> pipeline(std::string_view) override { return unused(); }
  Result<RunId> begin_run(PipelineId, const RunOpening&) override { return unused(); }
  Result<void> end_run(RunId, Timestamp, std::string_view) override { return unused(); }
  std::future<Result<std::vector<Intake>>> store(PipelineId, RunId, Redelivery,
                                                 std::vector<IncomingPage>,
                                                 std::optional<Cursor>) override {
    return {};
  }
  bool runs_ahead(std::size_t) const override { return false; }
  void let_catch_up(std::size_t) override {}
  Result<std::vector<Novelty>> compare(PipelineId, const Page&) override { return unused(); }
  Result<std::optional<Cursor>> cursor(PipelineId) override { return unused(); }
  Result<WaitingChunk> waiting(PipelineId, std::optional<RecordPlace>, std::size_t) override {
    return unused();
  }
  Result<std::int64_t> count_waiting(PipelineId) override { return unused(); }
  std::future<Result<void>> settle(PipelineId, RunId, Timestamp, std::vector<Settlement>) override {
    return {};
  }
  Result<std::int64_t> requeue_failed(PipelineId, std::span<const std::string>,
                                      const std::optional<RetryDue>&) override {
    return unused();
  }
  Result<Requeued> requeue_for_replay(PipelineId, std::optional<Timestamp>,
                                      std::optional<Timestamp>) override {
    return unused();
  }
  Result<Requeued> requeue_absent(PipelineId, std::span<const std::string>) override {
    return unused();
  }
  Result<RawDropped> drop_raw(const RawLimits&) override { return unused(); }
  Result<std::vector<VersionTrace>> trace(PipelineId, std::string_view) override {
    return unused();
  }
  Result<void> records(PipelineId, const RecordFilter&,
                       const std::function<bool(const RecordSummary&)>&) override {
    return unused();
  }
  Result<PageId> last_page() override { return unused(); }
  std::unique_ptr<RecordWalk> walk(PipelineId, PageId) override { return nullptr; }
  Result<std::vector<RunSummary>> runs(std::string_view, std::int64_t) override { return unused(); }

 private:
  void require(bool holds, const char* otherwise) {
    if (!holds) {
      violations.emplace_back(otherwise);
    }
  }
  static tl::unexpected<Error> unused() { return fail(ErrorKind::internal, "not of this side"); }
};

}  // namespace weir::testing
