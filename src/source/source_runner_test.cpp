// SPDX-License-Identifier: Apache-2.0
#include "source/source_runner.h"

#include "source/source_runner_fixture.h"

#include <set>

namespace weir {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

TEST_F(SourceRunnerTest, reads_everything_once_and_moves_the_cursor_to_yesterday) {
  fill("2026-03-01", "2026-03-10", 7);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 70U);
  EXPECT_EQ(counts().read, 70);
  EXPECT_EQ(counts().new_records, 70);
  EXPECT_EQ(counts().judged, 70);
  EXPECT_EQ(counts().expected, 70);
  EXPECT_EQ(counts().pages, 8);  // 63 past rows in 7 pages, and today's
  EXPECT_EQ(counts().requests, 8);
  EXPECT_EQ(counts().retries, 0);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  EXPECT_TRUE(cursor().open.empty());
  EXPECT_EQ(runner->from(), "2026-03-01");
  EXPECT_EQ(runner->to(), "2026-03-10");
}

TEST_F(SourceRunnerTest, pages_are_stored_in_order_and_the_cursor_with_the_last) {
  fill("2026-03-01", "2026-03-09", 20);
  std::vector<std::string> order;
  stored = [&](std::shared_ptr<const Page> page, const Intake&) {
    order.push_back(page->records.empty() ? "" : page->records.front().id);
  };
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    EXPECT_TRUE(journal.cursors.empty() || source.asked.back().number == 1);
    return std::nullopt;
  };
  ASSERT_TRUE(run());
  ASSERT_EQ(journal.origins.size(), 19U);
  for (int page = 1; page <= 18; ++page) {
    EXPECT_EQ(journal.origins[static_cast<std::size_t>(page) - 1],
              "modified 2026-03-01..2026-03-09 page " + std::to_string(page));
  }
  EXPECT_EQ(order.size(), 19U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end() - 1));
  EXPECT_EQ(journal.cursors.size(), 1U);
}

TEST_F(SourceRunnerTest, the_next_run_reads_today_and_the_first_of_a_day_the_overlap_too) {
  fill("2026-03-01", "2026-03-10", 3);
  ASSERT_TRUE(run());
  EXPECT_EQ(cursor().overlap_read_on, day("2026-03-10"));
  source.asked.clear();
  ASSERT_TRUE(run());
  ASSERT_EQ(source.asked.size(), 1U);
  EXPECT_EQ(source.asked[0].window.from, day("2026-03-10"));

  clock.advance(days(1));
  source.asked.clear();
  source.rows.push_back({"late", day("2026-03-09"), "a"});
  source.rows.push_back({"new", day("2026-03-10"), "a"});
  ASSERT_TRUE(run());
  EXPECT_TRUE(journal.contents.contains("late"));
  EXPECT_TRUE(journal.contents.contains("new"));
  EXPECT_EQ(counts().new_records, 2);
  EXPECT_EQ(counts().unchanged, 6);
  ASSERT_EQ(source.asked.size(), 2U);
  EXPECT_EQ(source.asked[0].window.from, day("2026-03-09"));
  EXPECT_EQ(source.asked[0].window.to, day("2026-03-10"));
  EXPECT_EQ(source.asked[1].window.from, day("2026-03-11"));
}

TEST_F(SourceRunnerTest, windows_are_as_wide_as_fits_below_the_cap) {
  source.traits_.result_cap = 100;
  fill("2026-03-01", "2026-03-09", 30);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 270U);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  EXPECT_TRUE(cursor().open.empty());
  for (const auto& request : source.asked) {
    EXPECT_LE(request.number * 10, 100);
  }
}

TEST_F(SourceRunnerTest, a_day_above_the_cap_stays_open_and_the_others_are_read) {
  source.traits_.result_cap = 25;
  fill("2026-03-01", "2026-03-09", 5);
  for (int i = 0; i < 40; ++i) {
    source.rows.push_back({"busy" + std::to_string(i), day("2026-03-05"), "a"});
  }
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::exhausted);
  EXPECT_THAT(result.error().message, testing::HasSubstr("2026-03-05..2026-03-05"));
  EXPECT_THAT(result.error().message, testing::HasSubstr("45 records"));
  EXPECT_EQ(journal.contents.size(), 40U);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  ASSERT_EQ(cursor().open.size(), 1U);
  EXPECT_EQ(cursor().open[0].from, day("2026-03-05"));
}

TEST_F(SourceRunnerTest, everything_above_the_cap_is_asked_for_by_creation) {
  plan.kind = WindowKind::full;
  source.traits_.result_cap = 50;
  source.traits_.by_created = true;
  fill("2020-01-01", "2020-01-05", 9);
  fill("2026-03-01", "2026-03-10", 12);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 45U + 120U);
  EXPECT_TRUE(journal.cursors.empty());
  EXPECT_EQ(source.asked[1].window.kind, WindowKind::created);
}

TEST_F(SourceRunnerTest, everything_above_the_cap_of_a_source_that_knows_no_creation_is_an_error) {
  plan.kind = WindowKind::full;
  source.traits_.result_cap = 50;
  fill("2026-03-01", "2026-03-10", 12);
  const auto result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::exhausted);
  EXPECT_THAT(result.error().message, testing::HasSubstr("narrow the request"));
}

TEST_F(SourceRunnerTest, a_backfill_costs_little_more_than_its_pages) {
  source.traits_.page_size = 100;
  source.traits_.result_cap = 5000;
  plan.from = day("2025-12-01");
  fill("2025-12-01", "2026-03-09", 180);
  fill("2026-03-10", "2026-03-10", 30);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 99U * 180U + 30U);
  std::set<Window, decltype([](const Window& a, const Window& b) { return a.from < b.from; })>
      windows;
  for (const auto& request : source.asked) {
    windows.insert(request.window);
  }
  EXPECT_GE(windows.size(), 4U);
  EXPECT_LE(static_cast<double>(source.asked.size()),
            1.1 * 99 * 1.8 + static_cast<double>(windows.size()) + 5);
}

TEST_F(SourceRunnerTest, a_cap_that_proves_higher_saves_the_splitting) {
  source.traits_.result_cap = 50;
  source.traits_.cap_may_rise = true;
  source.true_cap = 1000;
  fill("2026-03-01", "2026-03-09", 20);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 180U);
  EXPECT_EQ(counts().requests, 18 + 1 + 1);  // the pages, the page beyond the cap, today
}

TEST_F(SourceRunnerTest, a_cap_that_nobody_told_us_of_splits) {
  source.true_cap = 50;
  fill("2026-03-01", "2026-03-09", 20);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 180U);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
  EXPECT_TRUE(cursor().open.empty());
  EXPECT_LT(counts().requests, 60);
}

TEST_F(SourceRunnerTest, a_cap_that_does_not_rise_splits) {
  source.traits_.result_cap = 50;
  source.traits_.cap_may_rise = true;
  source.true_cap = 50;
  fill("2026-03-01", "2026-03-09", 20);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 180U);
}

TEST_F(SourceRunnerTest, without_a_total_pages_follow_until_one_is_short) {
  fill("2026-03-01", "2026-03-09", 5);
  source.names_total = false;
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 45U);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
}

TEST_F(SourceRunnerTest, tokens_are_followed) {
  fill("2026-03-01", "2026-03-09", 5);
  source.names_total = false;
  source.names_next = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 45U);
}

TEST_F(SourceRunnerTest, the_clock_of_the_source_says_what_today_is) {
  // The source lives a month ahead of us.
  source.time = clock.now() + days(31);
  fill("2026-03-01", "2026-04-10", 2);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 82U);
  EXPECT_EQ(cursor().to, day("2026-04-09"));
  EXPECT_EQ(runner->to(), "2026-04-10");
}

TEST_F(SourceRunnerTest, the_cursor_never_runs_ahead_of_the_clock_of_the_source) {
  source.time = clock.now() - days(3);
  fill("2026-03-01", "2026-03-07", 2);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 14U);
  EXPECT_EQ(cursor().to, day("2026-03-06"));
}

TEST_F(SourceRunnerTest, just_after_midnight_yesterday_is_still_open) {
  clock.advance(hours(12) + minutes(5));
  fill("2026-03-01", "2026-03-11", 2);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 22U);
  EXPECT_EQ(cursor().to, day("2026-03-09"));
}

TEST_F(SourceRunnerTest, reading_again_never_moves_the_cursor) {
  fill("2026-03-01", "2026-03-10", 2);
  ASSERT_TRUE(run());
  journal.cursors.push_back(journal.cursors.back());
  const auto moves = journal.cursors.size();
  plan.again_from = day("2026-03-02");
  plan.again_to = day("2026-03-03");
  ASSERT_TRUE(run());
  EXPECT_EQ(counts().read, 4);
  plan.again_from.reset();
  plan.again_to.reset();
  plan.full = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(counts().read, 20);
  EXPECT_EQ(journal.cursors.size(), moves);
}

TEST_F(SourceRunnerTest, a_source_without_windows_is_read_as_one) {
  source.traits_.windowed = false;
  fill("2026-03-01", "2026-03-09", 5);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 45U);
  EXPECT_TRUE(journal.cursors.empty());
  EXPECT_EQ(runner->from(), "");
}

TEST_F(SourceRunnerTest, an_earlier_start_is_filled_in) {
  fill("2026-02-20", "2026-03-10", 2);
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 20U);
  plan.from = day("2026-02-20");
  ASSERT_TRUE(run());
  EXPECT_EQ(journal.contents.size(), 38U);
  EXPECT_EQ(cursor().from, day("2026-02-20"));
  EXPECT_TRUE(cursor().open.empty());
}

}  // namespace
}  // namespace weir
