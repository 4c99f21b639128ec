// SPDX-License-Identifier: Apache-2.0
#include "source/source_runner.h"
#include "source/source_runner_fixture.h"

#include <algorithm>
#include <random>
#include <utility>

namespace weir {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(SourceRunnerTest, pages_without_totals_that_end_at_the_cap_are_read_in_narrower_windows) {
  fill("2026-03-01", "2026-03-09", 7);
  source.names_total = false;
  source.traits_.result_cap = source.true_cap = 20;
  for (const bool names_next : {true, false}) {
    source.names_next = names_next;
    journal.contents.clear();
    journal.cursors.clear();
    ASSERT_TRUE(run());
    EXPECT_EQ(journal.contents.size(), 63U) << names_next;
  }
}

TEST_F(SourceRunnerTest, pages_that_hold_nothing_for_ever_are_no_progress) {
  fill("2026-03-01", "2026-03-09", 200);
  source.names_total = false;
  source.names_next = true;
  source.true_cap = 20;  // and nobody says so
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
  EXPECT_LT(counts().requests, 40);
  EXPECT_TRUE(journal.cursors.empty());
}

TEST_F(SourceRunnerTest, a_window_whose_total_one_answer_left_out_is_read_again) {
  fill("2026-03-01", "2026-03-09", 4);
  int calls = 0;
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    source.names_total = ++calls != 1;
    if (calls == 2) {
      source.rows.erase(source.rows.begin());  // the page asked for next begins one row further
    }
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 36U);
}

TEST_F(SourceRunnerTest, what_passes_is_tried_again) {
  fill("2026-03-01", "2026-03-10", 7);
  int failures = 5;
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    if (request.number == 3 && failures-- > 0) {
      return Error{ErrorKind::unavailable, "HTTP 503", "503", std::nullopt};
    }
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 70U);
  EXPECT_EQ(counts().retries, 5);
  EXPECT_EQ(counts().requests, 8 + 5);
}

TEST_F(SourceRunnerTest, a_page_that_never_comes_ends_the_run_after_eight_tries) {
  fill("2026-03-01", "2026-03-09", 7);
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    return request.number == 3 ? std::optional(Error{ErrorKind::corrupt, "cut", "", std::nullopt})
                               : std::nullopt;
  };
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(std::count_if(source.asked.begin(), source.asked.end(),
                          [](const PageRequest& request) { return request.number == 3; }),
            8);
  EXPECT_EQ(counts().pages, 2);  // what came before is kept
  EXPECT_TRUE(journal.cursors.empty());
}

TEST_F(SourceRunnerTest, an_outage_is_waited_for_as_long_as_patience_lasts) {
  fill("2026-03-01", "2026-03-09", 7);
  const Monotonic back_at = clock.monotonic() + minutes(4);
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    return clock.monotonic() < back_at
               ? std::optional(Error{ErrorKind::unavailable, "refused", "", std::nullopt})
               : std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 63U);
  patience = minutes(1);
  source.on_read = [](const PageRequest&) -> std::optional<Error> {
    return Error{ErrorKind::unavailable, "refused", "", std::nullopt};
  };
  const Monotonic begin = clock.monotonic();
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_LE(clock.monotonic() - begin, minutes(1));
}

TEST_F(SourceRunnerTest, throttles_are_no_tries_and_slow_everyone_down) {
  fill("2026-03-01", "2026-03-09", 7);
  int throttles = 12;
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    if (throttles-- > 0) {
      return Error{ErrorKind::throttled, "slower", "Qps", std::nullopt};
    }
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(counts().throttled, 12);
  EXPECT_EQ(journal.contents.size(), 63U);
}

TEST_F(SourceRunnerTest, endless_throttling_ends_when_patience_does) {
  fill("2026-03-01", "2026-03-09", 7);
  source.on_read = [](const PageRequest&) -> std::optional<Error> {
    return Error{ErrorKind::throttled, "slower", "Qps", std::nullopt};
  };
  const Monotonic begin = clock.monotonic();
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::throttled);
  EXPECT_LE(clock.monotonic() - begin, minutes(5));
  EXPECT_GE(clock.monotonic() - begin, minutes(4));
}

TEST_F(SourceRunnerTest, a_wait_longer_than_patience_is_not_begun) {
  source.on_read = [](const PageRequest&) -> std::optional<Error> {
    return Error{ErrorKind::throttled, "blocked", "1111", minutes(10)};
  };
  const Monotonic begin = clock.monotonic();
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().retry_after, minutes(10));
  EXPECT_EQ(clock.monotonic(), begin);
}

TEST_F(SourceRunnerTest, no_second_sees_more_calls_than_the_budget) {
  source.traits_.calls_per_second = 7;
  source.traits_.calls_per_minute = 100;
  fill("2026-03-01", "2026-03-09", 200);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 1800U);
  auto& left = source.leavings;
  std::sort(left.begin(), left.end());
  for (std::size_t i = 7; i < left.size(); ++i) {
    EXPECT_GT(left[i] - left[i - 7], seconds(1)) << i;
  }
  for (std::size_t i = 100; i < left.size(); ++i) {
    EXPECT_GT(left[i] - left[i - 100], minutes(1)) << i;
  }
}

TEST_F(SourceRunnerTest, a_row_that_leaves_while_pages_are_read_hides_no_other) {
  fill("2026-03-01", "2026-03-09", 10);
  bool left = false;
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    if (request.number == 5 && !std::exchange(left, true)) {
      source.rows.erase(source.rows.begin());  // every row behind it moves up by one
    }
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  for (const auto& row : source.rows) {
    EXPECT_TRUE(journal.contents.contains(row.id)) << row.id;
  }
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  EXPECT_TRUE(cursor().open.empty());
}

TEST_F(SourceRunnerTest, an_order_that_is_not_stable_hides_no_row) {
  fill("2026-03-01", "2026-03-09", 10);
  std::mt19937 random(7);
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    std::shuffle(source.rows.begin(), source.rows.end(), random);
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 90U);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  EXPECT_TRUE(cursor().open.empty());
}

TEST_F(SourceRunnerTest, a_window_that_never_stands_still_stays_open_alone) {
  fill("2026-03-01", "2026-03-09", 12);
  bool restless = true;
  int added = 0;
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    // Rows come and go on the fifth, against all rules.
    if (restless && request.window.from <= day("2026-03-05") &&
        request.window.to >= day("2026-03-05") && request.number > 1) {
      source.rows.push_back({"ghost" + std::to_string(++added), day("2026-03-05"), "a"});
    }
    return std::nullopt;
  };
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(result.error().message, testing::HasSubstr("never stood still"));
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  ASSERT_EQ(cursor().open.size(), 1U);
  EXPECT_EQ(cursor().open[0].from, day("2026-03-05"));
  EXPECT_EQ(cursor().open[0].to, day("2026-03-05"));
  EXPECT_EQ(cursor().overlap_read_on, day("2026-03-10"));
  // What was read of it is journalled, and handed on.
  EXPECT_GT(journal.contents.size(), 8U * 12U + 10U);
  EXPECT_EQ(counts().new_records, std::ssize(journal.contents));

  restless = false;
  source.asked.clear();
  ASSERT_TRUE(run());
  // That day again, and today: neither what is settled nor the overlap.
  EXPECT_EQ(source.asked.back().window.from, day("2026-03-10"));
  source.asked.pop_back();
  for (const auto& request : source.asked) {
    EXPECT_EQ(request.window.from, day("2026-03-05"));
    EXPECT_EQ(request.window.to, day("2026-03-05"));
  }
  EXPECT_TRUE(cursor().open.empty());
  for (const auto& row : source.rows) {
    EXPECT_TRUE(journal.contents.contains(row.id)) << row.id;
  }
}

TEST_F(SourceRunnerTest, a_day_whose_order_is_never_the_same_is_read_until_all_were_seen) {
  fill("2026-03-05", "2026-03-05", 600);
  std::mt19937 order(20260305);
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    std::shuffle(source.rows.begin(), source.rows.end(), order);
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 600U);
  EXPECT_TRUE(cursor().open.empty());
}

TEST_F(SourceRunnerTest, a_wrong_id_looks_as_if_nothing_stood_still_and_is_named) {
  fill("2026-03-05", "2026-03-05", 30);
  fill("2026-03-08", "2026-03-10", 3);
  source.rows[4].id = source.rows[25].id = "收款单";
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(result.error().message, testing::HasSubstr("never stood still"));
  EXPECT_THAT(result.error().message, testing::HasSubstr("`收款单` came on two pages"));
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  EXPECT_EQ(journal.contents.size(), 29U + 9U);
}

TEST_F(SourceRunnerTest, two_records_with_one_id_on_a_page_settle) {
  fill("2026-03-05", "2026-03-05", 30);
  source.rows[7].id = "made of content";
  source.rows[7].fault = "its id stands on this page twice";
  ASSERT_TRUE(run());
  EXPECT_EQ(source.asked.size(), 3U + 1U + 1U);  // the page with it, once more
}

TEST_F(SourceRunnerTest, an_overlap_that_was_broken_off_is_read_again) {
  fill("2026-03-01", "2026-03-10", 12);
  ASSERT_TRUE(run());
  clock.advance(std::chrono::hours(24));
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    return request.number == 3 ? std::optional(Error{ErrorKind::rejected, "no", "", std::nullopt})
                               : std::nullopt;
  };
  ASSERT_FALSE(run());
  source.on_read = nullptr;
  source.asked.clear();
  ASSERT_TRUE(run());
  EXPECT_EQ(source.asked.front().window.from, day("2026-03-09"));
  EXPECT_EQ(cursor().overlap_read_on, day("2026-03-11"));
}

TEST_F(SourceRunnerTest, a_page_of_today_that_comes_empty_is_asked_for_again) {
  fill("2026-03-10", "2026-03-10", 35);
  plan.from = day("2026-03-10");
  source.hides_page = 2;
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 35U);
}

TEST_F(SourceRunnerTest, a_record_that_is_spoilt_on_its_way_comes_whole_when_asked_for_again) {
  fill("2026-03-01", "2026-03-09", 4);
  int calls = 0;
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    source.rows[5].fault = ++calls == 2 ? "no id" : "";
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 36U);
  EXPECT_EQ(counts().new_records, 36);
}

TEST_F(SourceRunnerTest, a_record_that_is_spoilt_at_the_source_costs_one_call_more_and_only_once) {
  fill("2026-03-01", "2026-03-09", 4);
  source.rows[5].fault = "no id";
  plan.full = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(source.asked.size(), 6U);
  ASSERT_TRUE(run());
  EXPECT_EQ(source.asked.size(), 6U + 5U);
}

TEST_F(SourceRunnerTest, the_same_page_again_is_an_error) {
  fill("2026-03-01", "2026-03-09", 10);
  source.ignores_number = true;
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(result.error().message, testing::HasSubstr("no progress"));
  EXPECT_TRUE(journal.cursors.empty());
}

TEST_F(SourceRunnerTest, without_a_total_the_same_page_again_is_an_error) {
  fill("2026-03-01", "2026-03-09", 5);
  source.names_total = false;
  source.ignores_number = true;
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
}

TEST_F(SourceRunnerTest, refused_credentials_end_the_run_at_once) {
  source.on_read = [](const PageRequest&) -> std::optional<Error> {
    return Error{ErrorKind::unauthorized, "no", "40014", std::nullopt};
  };
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(source.asked.size(), 1U);
}

TEST_F(SourceRunnerTest, a_stop_keeps_what_was_read_and_asks_for_no_more) {
  fill("2026-03-01", "2026-03-09", 100);
  std::stop_source stop;
  int pages = 0;
  stored = [&](std::shared_ptr<const Page>, const Intake&) {
    if (++pages == 5) {
      stop.request_stop();
    }
  };
  const auto result = run(stop.get_token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_LT(source.asked.size(), 90U);
  EXPECT_EQ(counts().pages, static_cast<std::int64_t>(journal.origins.size()));
  EXPECT_TRUE(journal.cursors.empty());
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 900U);
}

TEST_F(SourceRunnerTest, a_journal_that_refuses_ends_the_run) {
  fill("2026-03-01", "2026-03-09", 10);
  journal.failure = Error{ErrorKind::exhausted, "disk full", "", std::nullopt};
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::exhausted);
  EXPECT_EQ(counts().pages, 0);
}

}  // namespace
}  // namespace weir
