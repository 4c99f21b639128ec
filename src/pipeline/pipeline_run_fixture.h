// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/hash.h"
#include "journal/sqlite/sqlite_journal.h"
#include "pipeline/definition.h"
#include "pipeline/pipeline_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Whole runs between a list and a table in memory, with a journal on disk.

namespace weir {

// A source whose records are a list, ten a page; any call can be made to fail.
class ListSource final : public Source {
 public:
  void add(const std::string& id, std::string_view amount) {
    raw_.push_back(fmt::format(R"({{"id":"{}","amount":{}}})", id, amount));
    ids_.push_back(id);
  }
  void fill(int count) {
    for (int i = static_cast<int>(raw_.size()), end = i + count; i < end; ++i) {
      add(fmt::format("r{}", i), std::to_string(i) + ".50");
    }
  }
  void change(std::size_t index, std::string_view amount) {
    raw_[index] = fmt::format(R"({{"id":"{}","amount":{}}})", ids_[index], amount);
  }

  SourceTraits traits() const override {
    SourceTraits traits;
    traits.page_size = page_size;
    traits.windowed = false;
    traits.calls_per_second = 1e6;
    return traits;
  }
  RecordShape shape() const override { return {}; }
  Result<void> check(Faults&, CallGate*) override { return {}; }

  Result<SourcePage> read(const PageRequest& request, std::stop_token) override {
    if (request.number >= fails_from_page) {
      return tl::unexpected(failure);
    }
    SourcePage answer;
    answer.total = static_cast<std::int64_t>(raw_.size());
    const auto begin = static_cast<std::size_t>((request.number - 1) * page_size);
    const auto end = std::min(raw_.size(), begin + page_size);
    for (std::size_t i = begin; i < end; ++i) {
      PageRecord record;
      record.id = ids_[i];
      record.number = "no-" + ids_[i];
      record.content = hash64(raw_[i]);
      record.offset = answer.page.bytes.size();
      record.length = raw_[i].size();
      answer.page.bytes += raw_[i];
      answer.page.records.push_back(std::move(record));
    }
    return answer;
  }

  std::int64_t fails_from_page = 1'000'000;
  Error failure{ErrorKind::throttled, "too many calls", {}, {}};

 private:
  static constexpr std::int64_t page_size = 10;
  std::vector<std::string> raw_;
  std::vector<std::string> ids_;
};

// A target with transactions, held in memory; any step can be made to fail.
class HookedSink final : public Sink {
 public:
  using Hook = std::function<Result<void>(std::string_view step, std::span<const OutgoingRecord>)>;

  class Lane final : public SinkLane {
   public:
    Lane(HookedSink& sink, std::uint32_t number) : sink_(sink), number_(number) {}

    Result<Mark> claim(std::uint64_t fence) override {
      const std::scoped_lock lock(sink_.mutex_);
      Mark& mark = sink_.marks_[number_];
      if (mark.fence > fence) {
        return fail(ErrorKind::conflict, "a higher fence");
      }
      mark.fence = fence_ = fence;
      return mark;
    }
    Result<void> begin() override {
      pending_.clear();
      return {};
    }
    Result<WriteReport> write(std::span<const OutgoingRecord> records) override {
      WEIR_CHECK(sink_.hook_("write", records));
      for (const OutgoingRecord& record : records) {
        pending_.emplace_back(record.id, to_json(record.rows.tree(0)));
      }
      return WriteReport{records.size(), {}};
    }
    Result<void> write_mark(std::uint64_t sequence) override {
      sequence_ = sequence;
      return {};
    }
    Result<void> commit() override {
      WEIR_CHECK(sink_.hook_("before commit", {}));
      {
        const std::scoped_lock lock(sink_.mutex_);
        Mark& mark = sink_.marks_[number_];
        if (mark.fence != fence_) {
          return fail(ErrorKind::conflict, "fenced");
        }
        mark.sequence = sequence_;
        sink_.rows_.insert(sink_.rows_.end(), pending_.begin(), pending_.end());
      }
      return sink_.hook_("after commit", {});
    }
    void rollback() override { pending_.clear(); }

   private:
    HookedSink& sink_;
    const std::uint32_t number_;
    std::uint64_t fence_ = 0;
    std::uint64_t sequence_ = 0;
    std::vector<std::pair<std::string, std::string>> pending_;
  };

  SinkTraits traits() const override {
    SinkTraits traits;
    traits.batch_records = 7;
    return traits;
  }
  Result<void> check(const std::optional<Value>&, Faults&) override { return {}; }
  Result<std::unique_ptr<SinkLane>> open_lane(std::uint32_t lane, std::stop_token) override {
    WEIR_CHECK(hook_("open", {}));
    return std::make_unique<Lane>(*this, lane);
  }
  std::string describe(const OutgoingRecord& record) const override {
    return to_json(record.rows.tree(0));
  }

  void on_step(Hook hook) { hook_ = std::move(hook); }
  std::vector<std::pair<std::string, std::string>> rows() const {
    const std::scoped_lock lock(mutex_);
    return rows_;
  }

 private:
  Hook hook_ = [](auto&&...) { return Result<void>(); };
  mutable std::mutex mutex_;
  std::map<std::uint32_t, Mark> marks_;
  std::vector<std::pair<std::string, std::string>> rows_;
};

inline constexpr std::string_view list_definition = R"(
sync: {by: full}
source: {connection: s, api: list, id: id, number: number}
target:
  connection: t
  api: execute
  request:
    - field: main_params
      type: object
      children: [{field: id, value: "{id}"}, {field: amount, value: "{amount}"}]
)";

// Every look-up gives C1, or this failure.
class LookupSurroundings final : public Surroundings {
 public:
  Result<Value> find(const CollectionQuery&) const override {
    return failure ? Result<Value>(tl::unexpected(*failure)) : Value("C1");
  }
  Result<Value> call(std::string_view, std::span<const Value>) const override { return Value(); }

  std::optional<Error> failure;
};

class PipelineRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("weir-pipeline-run-{}-{}", ::getpid(), ++count_);
    compile("{amount}");
    JournalOptions options;
    options.folder = folder_;
    journal = open_sqlite_journal(options).value();
  }
  void TearDown() override {
    journal.reset();
    std::filesystem::remove_all(folder_);
  }

  void compile(const std::string& amount) {
    std::string text(list_definition);
    text.replace(text.find("{amount}"), std::string_view("{amount}").size(), amount);
    Faults faults;
    definition_ = read_definition("p", text, SystemReferences("."), faults);
    ASSERT_FALSE(has_errors(faults)) << to_string(faults.front());
    transform_ = Transform::compile(definition_->source, definition_->target, source.shape(),
                                    TimeZone::utc(), faults, {nullptr, &surroundings, nullptr});
    ASSERT_TRUE(transform_) << to_string(faults.front());
  }

  RunResult run(std::stop_token stop = {}, bool ask_source = true) {
    const RunParts parts{ask_source ? &source : nullptr, sink, *transform_, *journal, clock_};
    RunRequest request;
    request.pipeline = "p";
    request.definition = list_definition;
    request.redelivery = redelivery;
    request.plan.kind = WindowKind::full;
    request.patience = std::chrono::milliseconds(50);
    request.requeue = requeue;
    request.deliver = deliver;
    RunResult result = run_pipeline(parts, request, std::move(stop));
    EXPECT_EQ(imbalance(result.books), "") << to_json(result);
    return result;
  }

  void expect_each_once(std::size_t count) const {
    std::set<std::string> ids;
    for (const auto& [id, row] : sink.rows()) {
      EXPECT_TRUE(ids.insert(id).second) << id << " stands twice";
    }
    EXPECT_EQ(ids.size(), count);
  }

  ListSource source;
  HookedSink sink;
  LookupSurroundings surroundings;
  std::unique_ptr<Journal> journal;
  Redelivery redelivery = Redelivery::never;
  bool deliver = true;
  std::function<Result<std::int64_t>(PipelineId)> requeue;

 private:
  static inline int count_ = 0;
  std::filesystem::path folder_;
  std::optional<Definition> definition_;
  std::unique_ptr<const Transform> transform_;
  SystemClock clock_;
};

}  // namespace weir
