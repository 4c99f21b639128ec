// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "journal/journal.h"
#include "journal/sqlite/sqlite_journal.h"
#include "source/source.h"
#include "source/source_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// What every source must do, whatever stands behind it. A connector's test includes this header
// once and instantiates SourceConformance with its subjects; each runs against a real system or a
// faithful stand-in of one.

namespace weir::testing {

// One outside system with a few thousand rows, none of them changed before 2026-01-01, at least one
// of them on a day before today. Made anew for every test.
class SourceSubject {
 public:
  virtual ~SourceSubject() = default;
  virtual std::unique_ptr<Source> source(Clock& clock) = 0;
  virtual std::unique_ptr<Source> unauthorized_source(Clock& clock) = 0;
  virtual std::unique_ptr<Source> silent_source(Clock& clock) = 0;  // its system never answers
  virtual std::set<std::string> ids() = 0;                          // of all rows, as they are now
  virtual void change_rows(int count) = 0;
  virtual void add_rows(int count) = 0;
  virtual void expire_tokens() = 0;
  virtual void throttle(int calls) = 0;  // the next calls
  virtual void disturb(int calls) = 0;   // the next calls meet an error each that passes
};

// When calls left. Where they arrive they cannot be counted to the second: the way there is not
// equally long for all of them. Any thread may call.
class Departures {
 public:
  void note(Monotonic left_at) {
    const std::scoped_lock lock(mutex_);
    left_at_.push_back(left_at);
  }

  // Most calls that left within any one second.
  std::int64_t most_in_a_second() {
    const std::scoped_lock lock(mutex_);
    std::sort(left_at_.begin(), left_at_.end());
    std::ptrdiff_t most = 0;
    auto first = left_at_.begin();
    for (auto last = left_at_.begin(); last != left_at_.end(); ++last) {
      while (*last - *first >= std::chrono::seconds(1)) {
        ++first;
      }
      most = std::max(most, last - first + 1);
    }
    return most;
  }

 private:
  std::mutex mutex_;
  std::vector<Monotonic> left_at_;
};

// Passes everything on to a source, and notes when its calls leave.
class NotedSource final : public Source {
 public:
  NotedSource(Source& source, Departures& departures) : source_(source), departures_(departures) {}
  SourceTraits traits() const override { return source_.traits(); }
  RecordShape shape() const override { return source_.shape(); }
  Result<SourcePage> read(const PageRequest& request, std::stop_token stop) override {
    Gate gate(request.gate, departures_);
    PageRequest noted = request;
    noted.gate = &gate;
    return source_.read(noted, std::move(stop));
  }
  Result<SourcePage> complete(SourcePage page, std::span<const std::size_t> records,
                              CallGate* passed_on, std::stop_token stop) override {
    Gate gate(passed_on, departures_);
    return source_.complete(std::move(page), records, &gate, std::move(stop));
  }
  Result<void> check(Faults& faults, CallGate* passed_on) override {
    Gate gate(passed_on, departures_);
    return source_.check(faults, &gate);
  }

 private:
  class Gate final : public CallGate {
   public:
    Gate(CallGate* passed_on, Departures& departures)
        : passed_on_(*passed_on), departures_(departures) {}
    Result<std::uint64_t> enter(std::stop_token stop) override {
      return passed_on_.enter(std::move(stop));
    }
    void leave(std::uint64_t ticket, Monotonic left_at) override {
      departures_.note(left_at);
      passed_on_.leave(ticket, left_at);
    }

   private:
    CallGate& passed_on_;
    Departures& departures_;
  };

  Source& source_;
  Departures& departures_;
};

struct SourceSubjectMaker {
  std::string name;
  std::function<std::unique_ptr<SourceSubject>()> make;
};

inline std::ostream& operator<<(std::ostream& out, const SourceSubjectMaker& maker) {
  return out << maker.name;
}

class SourceConformance : public ::testing::TestWithParam<SourceSubjectMaker> {
 protected:
  void SetUp() override {
    subject_ = GetParam().make();
    std::string folder = (std::filesystem::temp_directory_path() / "weir-source-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    JournalOptions options;
    options.folder = folder_;
    auto opened = open_sqlite_journal(options);
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
    pipeline_ = journal_->pipeline("conformance").value();
  }
  void TearDown() override {
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }

  Result<void> run(Source& source, std::stop_token stop = {}) {
    const RunId run = journal_->begin_run(pipeline_, {clock_.now(), "conformance"}).value();
    SourcePlan plan;
    plan.from = Day(std::chrono::year(2026) / 1 / 1);
    runner_ = std::make_unique<SourceRunner>(source, *journal_, clock_, pipeline_, run,
                                             Redelivery::never, plan, std::chrono::minutes(1));
    return runner_->run(stored_, std::move(stop));
  }

  std::set<std::string> journalled() {
    std::set<std::string> ids;
    const auto read = journal_->records(pipeline_, {}, [&](const RecordSummary& record) {
      ids.insert(record.id);
      return true;
    });
    EXPECT_TRUE(read);
    return ids;
  }

  SystemClock clock_;
  std::unique_ptr<SourceSubject> subject_;
  std::filesystem::path folder_;
  std::unique_ptr<Journal> journal_;
  PipelineId pipeline_{};
  StoredPage stored_;
  std::unique_ptr<SourceRunner> runner_;
};

TEST_P(SourceConformance, good_credentials_pass_the_check) {
  Faults faults;
  EXPECT_TRUE(subject_->source(clock_)->check(faults));
  EXPECT_TRUE(faults.empty());
}

TEST_P(SourceConformance, bad_credentials_are_unauthorized) {
  const auto source = subject_->unauthorized_source(clock_);
  const auto page = source->read(PageRequest{}, {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unauthorized) << page.error().message;
  Faults faults;
  EXPECT_TRUE(source->check(faults));
  EXPECT_EQ(faults.size(), 1U);
}

TEST_P(SourceConformance, every_row_is_read_once) {
  const auto source = subject_->source(clock_);
  Departures departures;
  NotedSource noted(*source, departures);
  const auto result = run(noted);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(journalled(), subject_->ids());
  const SourceCounts& counts = runner_->counts();
  EXPECT_EQ(counts.new_records, static_cast<std::int64_t>(subject_->ids().size()));
  EXPECT_EQ(counts.changed, 0);
  EXPECT_EQ(counts.read, counts.new_records + counts.unchanged);
  EXPECT_GE(counts.expected, counts.new_records);
  EXPECT_GE(counts.requests, counts.pages);
  EXPECT_EQ(counts.throttled, 0);
  EXPECT_LE(departures.most_in_a_second(), source->traits().calls_per_second);
  EXPECT_GT(departures.most_in_a_second(), 0);
}

TEST_P(SourceConformance, goes_on_behind_the_cursor_without_loss) {
  const auto source = subject_->source(clock_);
  ASSERT_TRUE(run(*source));
  const std::int64_t first = runner_->counts().requests;
  subject_->add_rows(250);
  subject_->change_rows(30);
  ASSERT_TRUE(run(*source));
  EXPECT_EQ(journalled(), subject_->ids());
  EXPECT_EQ(runner_->counts().new_records, 250);
  EXPECT_GE(runner_->counts().changed, 1);
  EXPECT_LT(runner_->counts().requests, first);
}

TEST_P(SourceConformance, what_has_not_changed_is_known_again) {
  const auto source = subject_->source(clock_);
  ASSERT_TRUE(run(*source));
  ASSERT_TRUE(run(*source));
  EXPECT_EQ(runner_->counts().new_records, 0);
  EXPECT_EQ(runner_->counts().changed, 0);
}

TEST_P(SourceConformance, survives_tokens_that_expire) {
  const auto source = subject_->source(clock_);
  int pages = 0;
  stored_ = [&](std::shared_ptr<const Page>, const Intake&) {
    if (++pages % 8 == 0) {
      subject_->expire_tokens();
    }
  };
  const auto result = run(*source);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(journalled(), subject_->ids());
  EXPECT_GT(runner_->counts().retries, 0);
}

TEST_P(SourceConformance, waits_when_it_is_throttled) {
  subject_->throttle(2);
  const auto source = subject_->source(clock_);
  const auto result = run(*source);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(journalled(), subject_->ids());
  EXPECT_EQ(runner_->counts().throttled, 2);
}

TEST_P(SourceConformance, tries_again_what_passes) {
  subject_->disturb(1);
  const auto source = subject_->source(clock_);
  const auto result = run(*source);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(journalled(), subject_->ids());
  EXPECT_GT(runner_->counts().retries, 0);
}

TEST_P(SourceConformance, a_stop_ends_a_run_and_loses_nothing) {
  const auto source = subject_->source(clock_);
  std::stop_source stop;
  stored_ = [&](std::shared_ptr<const Page>, const Intake&) { stop.request_stop(); };
  const auto result = run(*source, stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  stored_ = nullptr;
  ASSERT_TRUE(run(*source));
  EXPECT_EQ(journalled(), subject_->ids());
}

TEST_P(SourceConformance, a_stop_ends_a_call_that_is_never_answered) {
  const auto source = subject_->silent_source(clock_);
  std::stop_source stop;
  std::jthread stopper([&] {
    clock_.sleep_for(std::chrono::milliseconds(200), {});
    stop.request_stop();
  });
  const auto page = source->read(PageRequest{}, stop.get_token());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::cancelled);  // else it would be its time-out
}

}  // namespace weir::testing
