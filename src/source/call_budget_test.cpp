// SPDX-License-Identifier: Apache-2.0
#include "source/call_budget.h"

#include "source/call_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

// A ledger whose process can be killed: the kernel closes its files, and nothing else happens.
class MortalLedger final : public CallLedger {
 public:
  explicit MortalLedger(std::unique_ptr<CallLedger> file) : file_(std::move(file)) {}
  void kill() { file_.reset(); }

  Result<void> change(const std::string& account, const Change& change) override {
    return file_ ? file_->change(account, change) : fail(ErrorKind::unavailable, "killed");
  }
  std::size_t holder() const override { return file_->holder(); }
  bool is_gone(std::size_t holder) override { return file_->is_gone(holder); }

 private:
  std::unique_ptr<CallLedger> file_;
};

// Budgets over a file, each with a ledger of its own as processes have.
class CallBudgetTest : public testing::Test {
 protected:
  CallBudgetTest() {
    traits.account = "an account";
    traits.zone = TimeZone::find("Asia/Shanghai").value();
  }
  ~CallBudgetTest() override { std::filesystem::remove_all(folder); }

  struct Process {
    std::unique_ptr<MortalLedger> ledger;
    std::unique_ptr<CallBudget> budget;
    void kill() { ledger->kill(); }
    void end() { budget.reset(); }
  };

  Process start() {
    Process process;
    process.ledger = std::make_unique<MortalLedger>(open_call_file(folder).value());
    process.budget = std::make_unique<CallBudget>(traits, *process.ledger, clock);
    return process;
  }

  Monotonic call(Process& process) {
    const auto ticket = process.budget->enter({});
    const Monotonic at = clock.monotonic();
    EXPECT_TRUE(ticket) << ticket.error().message;
    process.budget->leave(ticket.value_or(0), at);
    return at;
  }

  static std::int64_t used(Process& process) { return process.budget->month().value().used; }

  std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                 ("weir-calls-" + std::to_string(::getpid()) + "-" +
                                  testing::UnitTest::GetInstance()->current_test_info()->name());
  ManualClock clock{Timestamp(parse_utc("2026-11-10T04:00:00Z").value())};
  SourceTraits traits;
};

TEST_F(CallBudgetTest, two_processes_are_never_over_the_rate_and_hardly_under_it) {
  traits.calls_per_second = 40;
  traits.calls_per_minute = 2000;
  Process first = start();
  Process second = start();
  std::vector<Monotonic> left;
  for (int i = 0; i < 3000; ++i) {
    left.push_back(call(i % 3 == 0 ? first : second));
  }
  for (std::size_t i = 40; i < left.size(); ++i) {
    ASSERT_GT(left[i] - left[i - 40], seconds(1)) << i;
  }
  for (std::size_t i = 2000; i < left.size(); ++i) {
    ASSERT_GT(left[i] - left[i - 2000], minutes(1)) << i;
  }
  EXPECT_LE(left[1999] - left[0], milliseconds(2000 * 1000 / 40) * 100 / 95);
}

TEST_F(CallBudgetTest, a_throttle_lowers_the_rate_at_once_and_successes_raise_it_slowly) {
  Process process = start();
  CallBudget& budget = *process.budget;
  budget.throttled(std::nullopt);
  EXPECT_DOUBLE_EQ(budget.rate(), 7);
  budget.throttled(std::nullopt);  // of the same moment: counted once
  EXPECT_DOUBLE_EQ(budget.rate(), 7);
  for (int i = 0; i < 10; ++i) {
    budget.succeeded();
  }
  EXPECT_NEAR(budget.rate(), 8, 0.001);
  for (int i = 0; i < 100; ++i) {
    budget.succeeded();
  }
  EXPECT_DOUBLE_EQ(budget.rate(), 10);
  for (int i = 0; i < 100; ++i) {
    clock.advance(seconds(2));
    budget.throttled(std::nullopt);
  }
  EXPECT_DOUBLE_EQ(budget.rate(), 0.5);
}

TEST_F(CallBudgetTest, a_rate_below_one_keeps_calls_apart) {
  traits.calls_per_second = 0.25;
  Process process = start();
  const Monotonic first = call(process);
  const Monotonic second = call(process);
  EXPECT_GT(second - first, seconds(4));
  EXPECT_LT(second - first, milliseconds(4100));
}

TEST_F(CallBudgetTest, pause_and_lowered_rate_hold_for_every_process_and_for_the_next_one) {
  const Monotonic begin = clock.monotonic();
  Process first = start();
  Process second = start();
  EXPECT_EQ(first.budget->throttled(minutes(5)), begin + minutes(5));
  EXPECT_FALSE(second.budget->paused_beyond(begin + minutes(5)));
  const auto paused = second.budget->paused_beyond(begin + minutes(4));
  ASSERT_TRUE(paused);
  EXPECT_EQ(paused->kind, ErrorKind::throttled);
  EXPECT_EQ(paused->retry_after, minutes(5));
  first.end();
  second.end();
  Process next = start();
  EXPECT_DOUBLE_EQ(next.budget->rate(), 7);
  EXPECT_EQ(call(next), begin + minutes(5));
}

TEST_F(CallBudgetTest, the_lowest_of_two_declarations_holds) {
  CallBudgets budgets(std::make_unique<MemoryCallLedger>(), clock);
  traits.calls_per_month = 5000;
  const auto first = budgets.of(traits);
  traits.calls_per_second = 4;
  traits.calls_per_month = 300;
  EXPECT_EQ(budgets.of(traits), first);
  traits.calls_per_second = 8;
  traits.calls_per_month = std::nullopt;
  EXPECT_EQ(budgets.of(traits), first);
  EXPECT_DOUBLE_EQ(first->rate(), 4);
  EXPECT_EQ(first->month().value().limit, 300);
  traits.account = "another";
  EXPECT_NE(budgets.of(traits), first);
}

TEST_F(CallBudgetTest, a_stop_ends_the_wait_for_a_call_under_way) {
  Process process = start();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(process.budget->enter({}));
  }
  std::stop_source stop;
  std::jthread waiter([&] {
    const auto ticket = process.budget->enter(stop.get_token());
    ASSERT_FALSE(ticket);
    EXPECT_EQ(ticket.error().kind, ErrorKind::cancelled);
  });
  stop.request_stop();
}

TEST_F(CallBudgetTest, calls_under_way_elsewhere_hold_places_until_their_process_ends) {
  Process first = start();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(first.budget->enter({}));
  }
  Process second = start();
  std::atomic<bool> entered = false;
  std::jthread caller(
      [&](std::stop_token stop) { entered = second.budget->enter(stop).has_value(); });
  // It looks again and again, and its clock goes on while it waits.
  const auto pass = [&](minutes length) {
    const Monotonic end = clock.monotonic() + length;
    while (!entered && clock.monotonic() < end) {
      std::this_thread::yield();
    }
  };
  pass(minutes(1));
  EXPECT_FALSE(entered);
  const Monotonic died = clock.monotonic();
  first.kill();
  pass(minutes(1));
  EXPECT_TRUE(entered);
  EXPECT_GE(clock.monotonic(), died + seconds(1));
}

TEST_F(CallBudgetTest, what_a_dead_process_held_slows_nobody_down) {
  Process first = start();
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(first.budget->enter({}));
  }
  Process second = start();
  first.kill();
  const Monotonic begin = clock.monotonic();
  for (int i = 0; i < 40; ++i) {
    call(second);
  }
  EXPECT_LE(clock.monotonic(), begin + milliseconds(4200));
}

TEST_F(CallBudgetTest, a_process_that_takes_a_dead_ones_place_inherits_no_call) {
  Process first = start();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(first.budget->enter({}));
  }
  const Monotonic died = clock.monotonic();
  first.kill();
  Process next = start();
  const Monotonic at = call(next);
  EXPECT_GE(at, died + seconds(1));  // they may have left right before
  EXPECT_LE(at, died + milliseconds(1100));
}

TEST_F(CallBudgetTest, a_machine_that_was_started_anew_waits_only_for_what_is_left_of_a_pause) {
  clock.advance(hours(1000));
  {
    Process process = start();
    for (int i = 0; i < 10; ++i) {
      call(process);
    }
    process.budget->throttled(minutes(5));
  }
  ManualClock again(clock.now() + minutes(2));  // its monotonic clock is 1,000 hours behind
  const auto ledger = open_call_file(folder).value();
  CallBudget budget(traits, *ledger, again);
  const Monotonic booted = again.monotonic();
  ASSERT_TRUE(budget.enter({}));
  EXPECT_EQ(again.monotonic(), booted + minutes(3));
}

TEST_F(CallBudgetTest, the_month_counts_every_call_and_no_more_after_a_clean_end) {
  traits.calls_per_second = 1000;
  {
    Process first = start();
    Process second = start();
    for (int i = 0; i < 100; ++i) {
      call(first);
      call(second);
    }
    EXPECT_GE(used(first), 200);
  }
  Process next = start();
  EXPECT_EQ(used(next), 200);
}

TEST_F(CallBudgetTest, who_is_killed_has_counted_too_many_and_never_too_few) {
  traits.calls_per_second = 100;
  std::int64_t made = 0;
  for (int calls = 1; calls <= 40; ++calls) {
    Process process = start();
    for (int i = 0; i < calls; ++i) {
      call(process);
    }
    made += calls;
    process.kill();
    Process next = start();
    ASSERT_GE(used(next), made);
    ASSERT_LE(used(next), 2 * made);
  }
}

TEST_F(CallBudgetTest, a_month_that_is_used_up_ends_at_the_next_ones_first_moment) {
  traits.calls_per_month = 7;
  Process first = start();
  Process second = start();
  for (int i = 0; i < 4; ++i) {
    call(first);
  }
  std::int64_t made = 4;
  Result<std::uint64_t> refused = 0;
  while ((refused = second.budget->enter({}))) {
    second.budget->leave(*refused, clock.monotonic());
    ++made;
  }
  EXPECT_EQ(made, 7);
  EXPECT_EQ(refused.error().kind, ErrorKind::exhausted);
  EXPECT_THAT(refused.error().message, HasSubstr("7 of 7 in 2026-11"));
  EXPECT_THAT(refused.error().message, HasSubstr("2026-12-01 00:00 Asia/Shanghai"));
  ASSERT_TRUE(refused.error().retry_after);
  const Timestamp next = parse_utc("2026-11-30T16:00:00Z").value();  // midnight in Shanghai
  EXPECT_EQ(clock.now() + *refused.error().retry_after, next);

  clock.advance(*refused.error().retry_after - milliseconds(1));
  EXPECT_FALSE(second.budget->enter({}));
  clock.advance(milliseconds(1));
  call(second);
  EXPECT_EQ(used(first), 1);
}

TEST_F(CallBudgetTest, a_raised_budget_goes_on_at_once) {
  traits.calls_per_month = 2;
  {
    Process process = start();
    call(process);
    call(process);
    EXPECT_FALSE(process.budget->enter({}));
  }
  traits.calls_per_month = 3;
  Process process = start();
  call(process);
  EXPECT_FALSE(process.budget->enter({}));
}

TEST_F(CallBudgetTest, a_clock_set_back_resets_nothing) {
  traits.calls_per_month = 5;
  {
    Process process = start();
    for (int i = 0; i < 5; ++i) {
      call(process);
    }
  }
  ManualClock back(clock.now() - hours(24 * 40));
  const auto ledger = open_call_file(folder).value();
  CallBudget budget(traits, *ledger, back);
  const auto refused = budget.enter({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::exhausted);
  EXPECT_THAT(refused.error().message, HasSubstr("clock says 2026-10"));
  EXPECT_EQ(back.now() + *refused.error().retry_after, parse_utc("2026-11-30T16:00:00Z").value());
}

TEST_F(CallBudgetTest, accounts_do_not_share) {
  traits.calls_per_month = 1;
  Process first = start();
  call(first);
  traits.account = "another";
  Process second = start();
  call(second);
  EXPECT_FALSE(first.budget->enter({}));
  EXPECT_FALSE(second.budget->enter({}));
}

TEST_F(CallBudgetTest, a_damaged_file_is_named_and_lets_no_call_pass) {
  {
    Process process = start();
    call(process);
  }
  {
    std::fstream file(folder / "calls", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);
    file.put('\x7f');
  }
  Process process = start();
  const auto refused = process.budget->enter({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(refused.error().message, HasSubstr((folder / "calls").string()));
}

TEST_F(CallBudgetTest, a_folder_that_cannot_be_written_is_named) {
  std::ofstream(folder) << "a file";
  const auto ledger = open_call_file(folder);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(ledger.error().message, HasSubstr((folder / "calls").string()));
}

}  // namespace
}  // namespace weir
