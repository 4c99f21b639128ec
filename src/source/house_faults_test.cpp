// SPDX-License-Identifier: Apache-2.0
#include "source/call_budget.h"
#include "source/page_fetcher.h"
#include "source/window_reader.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

// A stop, and a wall clock that is set, while the source is being read.

namespace weir {
namespace {

// Its wall can be set; what passes stays what passes.
class SetClock final : public Clock {
 public:
  Timestamp now() const override { return passing_.now() + set_by; }
  Monotonic monotonic() const override { return passing_.monotonic(); }
  bool sleep_until(Monotonic moment, std::stop_token stop) override {
    return passing_.sleep_until(moment, std::move(stop));
  }

  std::chrono::hours set_by{0};

 private:
  ManualClock passing_{Timestamp(std::chrono::hours(24 * 20'000))};
};

TEST(SourceClock, goes_on_by_what_has_passed_when_the_wall_clock_is_set) {
  SetClock clock;
  SourceClock source(clock);
  EXPECT_EQ(source.now(), clock.now());
  SourcePage page;
  page.server_time = clock.now() + std::chrono::minutes(5);
  source.observe(page);
  for (const int days : {-400, -1, 1, 400}) {
    clock.set_by = std::chrono::hours(24 * days);
    EXPECT_EQ(source.now(), *page.server_time) << days;
  }
  clock.sleep_for(std::chrono::minutes(1), {});
  EXPECT_EQ(source.now(), *page.server_time + std::chrono::minutes(1));
}

// Answers when the test says so, or never; a cut ends the call.
class SlowSource final : public Source {
 public:
  SourceTraits traits() const override {
    SourceTraits traits;
    traits.account = "slow";
    return traits;
  }
  RecordShape shape() const override { return {}; }
  Result<SourcePage> read(const PageRequest&, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    asked_ = true;
    changed_.notify_all();
    if (!changed_.wait(lock, stop, [this] { return answers_; })) {
      return fail(ErrorKind::cancelled, "cut");
    }
    SourcePage page;
    page.total = 7;
    return page;
  }
  Result<void> check(std::vector<Fault>&, CallGate*) override { return {}; }

  void wait_until_asked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return asked_; });
  }
  void answer() {
    const std::scoped_lock lock(mutex_);
    answers_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool asked_ = false;
  bool answers_ = false;
};

// What becomes of a page that is under way when the stop comes, and may arrive for `drain_limit`.
class SinglePage : public ::testing::Test {
 protected:
  Result<SourcePage> stop_and(std::chrono::milliseconds drain_limit,
                              const std::function<void()>& act) {
    PageFetcher fetcher(reader_, 1, stop_.get_token(), nullptr, drain_limit);
    auto page = std::async(std::launch::async, [&] { return fetcher.one(PageRequest{}); });
    source_.wait_until_asked();
    stop_.request_stop();
    act();
    return page.get();
  }

  SlowSource source_;
  SystemClock clock_;
  SourceCounts counts_;
  CallBudgets budgets_{std::make_unique<MemoryCallLedger>(), clock_};
  PatientReader reader_{source_, clock_, budgets_.of(source_.traits()), counts_,
                        std::chrono::minutes(1)};
  std::stop_source stop_;
};

TEST_F(SinglePage, that_is_under_way_when_the_stop_comes_is_still_taken) {
  const auto got = stop_and(std::chrono::minutes(1), [this] { source_.answer(); });
  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_EQ(got->total, 7);
}

TEST_F(SinglePage, that_does_not_come_is_cut_after_the_stop) {
  const auto got = stop_and(std::chrono::milliseconds(1), [] {});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace weir
