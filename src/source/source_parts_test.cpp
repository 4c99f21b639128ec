// SPDX-License-Identifier: Apache-2.0
#include "source/call_budget.h"
#include "source/source_cursor.h"
#include "source/window_planner.h"
#include "source/window_proof.h"

#include <gtest/gtest.h>

#include <thread>

namespace weir {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Day a_day(const char* text) { return parse_day(text).value(); }
Window window(const char* from, const char* to) {
  return {WindowKind::modified, a_day(from), a_day(to)};
}

TEST(SourceCursor, survives_its_text) {
  SourceCursor cursor{WindowKind::created, std::nullopt, a_day("2026-03-09"), {}};
  cursor.open.push_back({WindowKind::created, std::nullopt, a_day("2020-01-01")});
  EXPECT_EQ(read_cursor(write_cursor(cursor)).value(), cursor);
  EXPECT_EQ(write_cursor(cursor).text,
            R"({"version":1,"by":"created","from":null,"to":"2026-03-09",)"
            R"("open":[{"from":null,"to":"2020-01-01"}]})");
}

TEST(SourceCursor, a_cursor_of_another_version_is_refused) {
  EXPECT_EQ(read_cursor({R"({"version":2})"}).error().kind, ErrorKind::rejected);
  EXPECT_EQ(read_cursor({"{"}).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(read_cursor({R"({"version":1,"to":"tomorrow"})"}).error().kind, ErrorKind::corrupt);
}

TEST(SourceCursor, closing_a_part_of_an_open_window_leaves_the_rest) {
  SourceCursor cursor{WindowKind::modified, {}, a_day("2026-03-09"), {}};
  cursor.leave_open(window("2026-03-01", "2026-03-08"));
  cursor.close(window("2026-03-03", "2026-03-04"));
  EXPECT_EQ(cursor.open,
            (std::vector{window("2026-03-01", "2026-03-02"), window("2026-03-05", "2026-03-08")}));
  cursor.close({WindowKind::modified, {}, a_day("2026-03-31")});
  EXPECT_TRUE(cursor.open.empty());
  EXPECT_EQ(cursor.to, a_day("2026-03-31"));
}

TEST(WindowPlanner, past_days_stand_apart_from_today) {
  const SourceDays now{a_day("2026-03-10"), a_day("2026-03-11")};
  SourcePlan plan;
  plan.from = a_day("2026-03-01");
  const auto planned = plan_windows(plan, {}, std::nullopt, now);
  EXPECT_EQ(planned.windows,
            (std::vector{window("2026-03-01", "2026-03-09"), window("2026-03-10", "2026-03-11")}));
  EXPECT_TRUE(is_past(planned.windows[0], now));
  EXPECT_FALSE(is_past(planned.windows[1], now));
}

TEST(WindowPlanner, days_are_those_of_the_source_less_a_safety_lag) {
  const TimeZone shanghai = TimeZone::find("Asia/Shanghai").value();
  const Timestamp midnight =
      Timestamp(a_day("2026-03-09")) + hours(16);  // 00:00 on the tenth there
  EXPECT_EQ(source_days(midnight + minutes(9), shanghai),
            (SourceDays{a_day("2026-03-09"), a_day("2026-03-11")}));
  EXPECT_EQ(source_days(midnight + minutes(10), shanghai),
            (SourceDays{a_day("2026-03-10"), a_day("2026-03-11")}));
}

TEST(WindowPlanner, windows_are_no_wider_than_the_source_takes) {
  SourcePlan plan;
  plan.from = a_day("2026-03-01");
  SourceTraits traits;
  traits.widest_window = days(7);
  const auto planned =
      plan_windows(plan, traits, std::nullopt, {a_day("2026-03-10"), a_day("2026-03-11")});
  EXPECT_EQ(planned.windows,
            (std::vector{window("2026-03-01", "2026-03-07"), window("2026-03-08", "2026-03-09"),
                         window("2026-03-10", "2026-03-11")}));
}

TEST(WindowPlanner, a_cursor_by_another_time_is_no_cursor) {
  SourcePlan plan;
  plan.kind = WindowKind::created;
  plan.from = a_day("2026-03-01");
  const SourceCursor cursor{WindowKind::modified, a_day("2026-03-01"), a_day("2026-03-09"), {}};
  const auto planned = plan_windows(plan, {}, cursor, {a_day("2026-03-10"), a_day("2026-03-11")});
  EXPECT_EQ(planned.windows.front().from, a_day("2026-03-01"));
}

TEST(WindowPlanner, a_start_in_the_future_asks_for_nothing) {
  SourcePlan plan;
  plan.from = a_day("2027-01-01");
  EXPECT_TRUE(plan_windows(plan, {}, std::nullopt, {a_day("2026-03-10"), a_day("2026-03-11")})
                  .windows.empty());
}

TEST(WindowPlanner, pieces_of_a_window_cover_it_without_a_gap) {
  for (std::int64_t parts = 2; parts < 12; ++parts) {
    const auto pieces = split_window(window("2026-03-01", "2026-03-10"), parts);
    ASSERT_GE(pieces.size(), 2U);
    EXPECT_EQ(pieces.front().from, a_day("2026-03-01"));
    EXPECT_EQ(pieces.back().to, a_day("2026-03-10"));
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      EXPECT_EQ(*pieces[i].from, *pieces[i - 1].to + days(1));
      EXPECT_LE(*pieces[i].from, *pieces[i].to);
    }
  }
  EXPECT_TRUE(split_window(window("2026-03-01", "2026-03-01"), 2).empty());
  EXPECT_TRUE(split_window({WindowKind::full, {}, {}}, 2).empty());
}

TEST(WindowPlanner, a_window_without_lower_end_is_split_but_not_for_ever) {
  Window open{WindowKind::modified, {}, a_day("2026-03-09")};
  int splits = 0;
  for (auto pieces = split_window(open, 2); !pieces.empty(); pieces = split_window(open, 2)) {
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_FALSE(pieces[0].from);
    EXPECT_EQ(*pieces[1].from, *pieces[0].to + days(1));
    open = pieces[0];
    ASSERT_LT(++splits, 50);
  }
  EXPECT_GT(splits, 10);
}

// An id that begins with `!` was made of the content of a record that has none.
Page page_of(std::initializer_list<const char*> ids) {
  Page page;
  for (const char* id : ids) {
    PageRecord record;
    record.id = id;
    record.fault = *id == '!' ? "no id" : "";
    page.records.push_back(record);
  }
  return page;
}

TEST(WindowProof, as_many_ids_as_the_total_says) {
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  EXPECT_FALSE(proof.settled());
  proof.see(page_of({"c"}), 3);
  EXPECT_TRUE(proof.settled());
}

TEST(WindowProof, the_same_row_twice_is_not_two) {
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  proof.see(page_of({"b"}), 3);
  EXPECT_FALSE(proof.settled());
  proof.begin_reading();  // a second reading sees the other one
  proof.see(page_of({"b", "c"}), 3);
  proof.see(page_of({"b"}), 3);
  EXPECT_TRUE(proof.settled());
}

TEST(WindowProof, a_total_that_moves_proves_nothing) {
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  proof.see(page_of({"c"}), 2);
  EXPECT_TRUE(proof.moved());
  EXPECT_FALSE(proof.settled());
  proof.begin_reading();
  proof.see(page_of({"b", "c"}), 2);
  EXPECT_FALSE(proof.moved());
  EXPECT_TRUE(proof.settled());
  proof.begin_reading();  // another total than last time, but the same throughout
  proof.see(page_of({"b"}), 1);
  EXPECT_TRUE(proof.settled());
}

TEST(CallWindow, a_call_under_way_holds_its_place) {
  const Monotonic t{hours(1)};
  CallWindow calls(2, seconds(1));
  EXPECT_EQ(calls.free_at(t), t);
  calls.enter(1);
  calls.enter(2);
  EXPECT_FALSE(calls.free_at(t));
  calls.leave(2, t);
  EXPECT_EQ(calls.free_at(t), t + seconds(1));
  calls.leave(1, t - milliseconds(300));
  EXPECT_EQ(calls.free_at(t), t + milliseconds(700));
}

TEST(WindowProof, the_same_record_without_an_id_twice_is_not_two) {
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page_of({"a", "!1"}), 3);
  proof.see(page_of({"!1"}), 3);  // ties in another order: `b` was on neither page
  EXPECT_FALSE(proof.settled());
  WindowProof equal(true);
  equal.begin_reading();
  equal.see(page_of({"!1", "!1", "a"}), 3);
  EXPECT_TRUE(equal.settled());
}

TEST(WindowProof, a_total_that_is_left_out_proves_nothing) {
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  proof.see(page_of({"b"}), std::nullopt);
  EXPECT_FALSE(proof.settled());
  WindowProof never(true);
  never.begin_reading();
  never.see(page_of({"a", "b"}), std::nullopt);
  EXPECT_TRUE(never.settled());
}

TEST(WindowProof, today_may_grow_but_not_fall_short) {
  WindowProof proof(false);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  proof.see(page_of({}), 3);
  EXPECT_FALSE(proof.settled());
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  proof.see(page_of({"c", "d"}), 4);
  EXPECT_TRUE(proof.settled());
}

class CallBudgetTest : public testing::Test {
 protected:
  Monotonic call() {
    const auto ticket = budget.enter({});
    const Monotonic at = clock.monotonic();
    budget.leave(ticket.value(), at);
    return at;
  }
  ManualClock clock{Timestamp(hours(1))};
  CallBudget budget{10, std::nullopt, clock};
};

TEST_F(CallBudgetTest, a_throttle_lowers_the_rate_at_once_and_successes_raise_it_slowly) {
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

TEST_F(CallBudgetTest, a_throttle_pauses_everyone_for_what_was_asked) {
  const Monotonic begin = clock.monotonic();
  EXPECT_EQ(budget.throttled(minutes(5)), begin + minutes(5));
  EXPECT_EQ(call(), begin + minutes(5));
}

TEST_F(CallBudgetTest, the_lowest_of_two_declarations_holds) {
  budget.restrict_to(3, 20);
  budget.restrict_to(8, std::nullopt);
  EXPECT_DOUBLE_EQ(budget.rate(), 3);
}

TEST_F(CallBudgetTest, a_stop_ends_the_wait) {
  std::vector<std::uint64_t> tickets;
  for (int i = 0; i < 10; ++i) {
    tickets.push_back(budget.enter({}).value());
  }
  std::stop_source stop;
  std::jthread waiter([&] {
    const auto ticket = budget.enter(stop.get_token());
    EXPECT_FALSE(ticket);
  });
  stop.request_stop();
}

TEST_F(CallBudgetTest, an_account_has_one_budget) {
  SourceTraits traits;
  traits.account = "one account";
  const auto first = shared_call_budget(traits, clock);
  traits.calls_per_second = 4;
  const auto second = shared_call_budget(traits, clock);
  EXPECT_EQ(first, second);
  EXPECT_DOUBLE_EQ(first->rate(), 4);
  traits.account = "another";
  EXPECT_NE(shared_call_budget(traits, clock), first);
}

}  // namespace
}  // namespace weir
