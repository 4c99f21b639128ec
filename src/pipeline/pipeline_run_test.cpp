// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline_run.h"

#include "core/content_hash.h"
#include "core/hash.h"
#include "journal/sqlite/sqlite_journal.h"
#include "pipeline/definition.h"
#include "spec/document.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace weir {
namespace {

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
class MemorySink final : public Sink {
 public:
  using Hook = std::function<Result<void>(std::string_view step, std::span<const OutgoingRecord>)>;

  class Lane final : public SinkLane {
   public:
    Lane(MemorySink& sink, std::uint32_t number) : sink_(sink), number_(number) {}

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
    MemorySink& sink_;
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

constexpr std::string_view definition_text = R"(
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

class PipelineRunTest : public testing::Test {
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
    std::string text(definition_text);
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
    request.definition = definition_text;
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
  MemorySink sink;
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

TEST_F(PipelineRunTest, delivers_each_record_once_and_then_nothing) {
  source.fill(95);
  const RunResult first = run();
  EXPECT_EQ(first.status, RunStatus::succeeded) << first.reason;
  EXPECT_EQ(first.books.delivered, 95);
  const RunResult second = run();
  EXPECT_EQ(second.books.unchanged, 95);
  EXPECT_EQ(second.books.due, 0);
  expect_each_once(95);
}

TEST_F(PipelineRunTest, what_is_made_due_again_is_in_the_books_and_goes_out_only_where_it_differs) {
  source.fill(30);
  run();
  source.change(3, "99.00");
  run();  // journalled, and by idCheck not delivered
  requeue = [this](PipelineId pipeline) -> Result<std::int64_t> {
    WEIR_TRY(const Requeued requeued, journal->requeue_for_replay(pipeline, {}, {}));
    return requeued.records;
  };
  const RunResult replayed = run({}, false);
  EXPECT_EQ(replayed.status, RunStatus::succeeded) << replayed.reason;
  EXPECT_EQ(replayed.books.backlog, 30);
  EXPECT_EQ(replayed.books.due, 1);
  EXPECT_EQ(replayed.books.delivered, 1);
  EXPECT_EQ(sink.rows().back().second, R"({"main_params":{"id":"r3","amount":99.00}})");
}

TEST_F(PipelineRunTest, a_changed_record_is_delivered_again_only_when_it_would_differ) {
  redelivery = Redelivery::when_different;
  source.fill(20);
  run();
  source.change(3, "99.00");
  const RunResult again = run();
  EXPECT_EQ(again.books.changed, 1);
  EXPECT_EQ(again.books.delivered, 1);
  EXPECT_EQ(sink.rows().back().second, R"({"main_params":{"id":"r3","amount":99.00}})");
}

TEST_F(PipelineRunTest, a_bad_record_fails_alone_and_waits_for_a_retry) {
  source.fill(40);
  bool refuse = true;
  sink.on_step([&](std::string_view step, std::span<const OutgoingRecord> records) {
    for (const OutgoingRecord& record : records) {
      if (refuse && step == "write" && record.id == "r13") {
        return Result<void>(fail(ErrorKind::rejected, "too long"));
      }
    }
    return Result<void>();
  });
  const RunResult first = run();
  EXPECT_EQ(first.status, RunStatus::failed);
  EXPECT_EQ(first.books.failed, 1);
  EXPECT_EQ(first.books.delivered, 39);
  EXPECT_EQ(run().books.due, 0);
  refuse = false;
  const auto pipeline = journal->pipeline("p").value();
  ASSERT_EQ(journal->requeue_failed(pipeline, {}, std::nullopt).value(), 1);
  const RunResult retried = run({}, false);
  EXPECT_EQ(retried.books.backlog, 1);
  EXPECT_EQ(retried.books.delivered, 1);
  EXPECT_EQ(retried.requests, 0);
  expect_each_once(40);
}

TEST_F(PipelineRunTest, what_is_read_without_delivering_waits_for_who_delivers) {
  std::atomic<int> steps = 0;
  sink.on_step([&](auto&&...) {
    ++steps;
    return Result<void>();
  });
  source.fill(30);
  deliver = false;
  EXPECT_EQ(run().books.waiting, 30);
  source.fill(5);
  source.change(3, "99.00");
  const RunResult read = run();
  EXPECT_EQ(read.status, RunStatus::succeeded) << read.reason;
  EXPECT_EQ(read.books.backlog, 30);
  EXPECT_EQ(read.books.waiting, read.books.due);
  EXPECT_EQ(read.books.delivered, 0);
  EXPECT_EQ(steps, 0) << "the target was touched";
  deliver = true;
  const RunResult delivered = run({}, false);
  EXPECT_EQ(delivered.requests, 0);
  EXPECT_EQ(delivered.books.delivered, 35) << "of two versions the newest";
  expect_each_once(35);
  EXPECT_THAT(sink.rows(), ::testing::Contains(::testing::Pair(
                               "r3", R"({"main_params":{"id":"r3","amount":99.00}})")));
}

TEST_F(PipelineRunTest, records_wait_while_what_they_look_up_cannot_be_read) {
  compile("_findCollection find code from others where id={id}");
  source.fill(30);
  for (const ErrorKind kind : {ErrorKind::corrupt, ErrorKind::unavailable, ErrorKind::cancelled}) {
    surroundings.failure = Error{kind, "no answer", {}, {}};
    const Books books = run().books;
    EXPECT_EQ(books.waiting, 30) << to_string(kind);
    EXPECT_EQ(books.failed, 0) << to_string(kind);
  }
  surroundings.failure = Error{ErrorKind::exhausted, "the disk is full", {}, {}};
  const RunResult parked = run();
  EXPECT_EQ(parked.status, RunStatus::parked);
  EXPECT_NE(parked.reason.find("the disk is full"), std::string::npos) << parked.reason;
  EXPECT_EQ(parked.books.waiting, 30);
  EXPECT_EQ(parked.books.failed, 0);
  surroundings.failure = Error{ErrorKind::rejected, "it cannot be known", {}, {}};
  source.add("x", "1");
  EXPECT_EQ(run().books.failed, 31);
  surroundings.failure.reset();
  ASSERT_EQ(journal->requeue_failed(journal->pipeline("p").value(), {}, std::nullopt).value(), 31);
  EXPECT_EQ(run().books.delivered, 31);
  expect_each_once(31);
  EXPECT_NE(sink.rows().front().second.find(R"("amount":"C1")"), std::string::npos);
}

TEST_F(PipelineRunTest, a_record_that_is_no_json_fails_alone) {
  source.fill(3);
  source.add("bad", "}");
  const RunResult result = run();
  EXPECT_EQ(result.status, RunStatus::failed) << result.reason;
  EXPECT_EQ(result.books.failed, 1);
  EXPECT_EQ(result.books.delivered, 3);
}

TEST_F(PipelineRunTest, what_was_read_waits_while_the_target_cannot_be_reached) {
  source.fill(30);
  sink.on_step([](std::string_view step, auto) {
    return step == "open" ? Result<void>(fail(ErrorKind::unavailable, "no route")) : Result<void>();
  });
  const RunResult refused = run();
  EXPECT_EQ(refused.status, RunStatus::refused);
  EXPECT_EQ(refused.books.waiting, 30);
  sink.on_step([](auto&&...) { return Result<void>(); });
  const RunResult after = run();
  EXPECT_EQ(after.books.backlog, 30);
  EXPECT_EQ(after.books.delivered, 30);
  expect_each_once(30);
}

TEST_F(PipelineRunTest, a_lost_answer_to_commit_is_resolved_by_the_mark) {
  std::size_t count = 0;
  for (const std::string_view lost : {"before commit", "after commit"}) {
    source.fill(50);
    count += 50;
    std::atomic<int> times{0};
    sink.on_step([&](std::string_view step, auto) {
      return step == lost && ++times % 3 == 1
                 ? Result<void>(fail(ErrorKind::unavailable, "server has gone away"))
                 : Result<void>();
    });
    EXPECT_EQ(run().status, RunStatus::succeeded) << lost;
    EXPECT_GT(times, 3);
    expect_each_once(count);
  }
}

TEST_F(PipelineRunTest, a_source_that_throttles_too_long_parks_what_was_read_is_delivered) {
  source.fill(100);
  source.fails_from_page = 6;
  const RunResult parked = run();
  EXPECT_EQ(parked.status, RunStatus::parked);
  EXPECT_EQ(parked.books.delivered, parked.books.read);
  source.fails_from_page = 1'000'000;
  EXPECT_EQ(run().status, RunStatus::succeeded);
  expect_each_once(100);
}

TEST_F(PipelineRunTest, a_stop_drains_and_the_next_run_goes_on) {
  source.fill(200);
  std::stop_source stop;
  std::atomic<int> commits{0};
  sink.on_step([&](std::string_view step, auto) {
    if (step == "after commit" && ++commits == 3) {
      stop.request_stop();
    }
    return Result<void>();
  });
  EXPECT_EQ(run(stop.get_token()).status, RunStatus::stopped);
  EXPECT_EQ(run().status, RunStatus::succeeded);
  expect_each_once(200);
}

}  // namespace
}  // namespace weir
