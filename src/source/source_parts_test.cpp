// SPDX-License-Identifier: Apache-2.0
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
            R"({"version":2,"by":"created","from":null,"to":"2026-03-09",)"
            R"("open":[{"from":null,"to":"2020-01-01"}],)"
            R"("overlap_read_on":null,"last_reading_at":null,"newest_first":false})");
  cursor.overlap_read_on = a_day("2026-03-10");
  cursor.last_reading_at = Timestamp(a_day("2026-03-10")) + milliseconds(1234567);
  cursor.newest_first = true;
  EXPECT_EQ(read_cursor(write_cursor(cursor)).value(), cursor);
}

TEST(SourceCursor, version_1_is_read_and_knows_nothing_of_today) {
  const SourceCursor expected{WindowKind::modified,
                              a_day("2026-01-01"),
                              a_day("2026-11-21"),
                              {window("2026-03-01", "2026-03-02")}};
  EXPECT_EQ(read_cursor({R"({"version":1,"by":"modified","from":"2026-01-01","to":"2026-11-21",)"
                         R"("open":[{"from":"2026-03-01","to":"2026-03-02"}]})"})
                .value(),
            expected);
}

TEST(SourceCursor, a_cursor_of_another_version_is_refused) {
  EXPECT_EQ(read_cursor({R"({"version":3})"}).error().kind, ErrorKind::rejected);
  EXPECT_EQ(read_cursor({"{"}).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(read_cursor({R"({"version":1,"to":"tomorrow"})"}).error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(read_cursor({R"({"version":2,"last_reading_at":"noon"})"}));
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

TEST(WindowPlanner, the_overlap_is_read_once_a_day) {
  SourcePlan plan;
  plan.from = a_day("2026-03-01");
  plan.overlap = days(2);
  const SourceDays now{a_day("2026-03-10"), a_day("2026-03-11")};
  SourceCursor cursor{WindowKind::modified, a_day("2026-03-01"), a_day("2026-03-09"), {}};
  const Window today = window("2026-03-10", "2026-03-11");
  EXPECT_EQ(plan_windows(plan, {}, cursor, now).windows,
            (std::vector{window("2026-03-08", "2026-03-09"), today}));
  cursor.overlap_read_on = a_day("2026-03-10");
  EXPECT_EQ(plan_windows(plan, {}, cursor, now).windows, std::vector{today});
  cursor.open.push_back(window("2026-03-05", "2026-03-05"));
  EXPECT_EQ(plan_windows(plan, {}, cursor, now).windows,
            (std::vector{window("2026-03-05", "2026-03-05"), today}));
  cursor.open.clear();
  cursor.overlap_read_on = a_day("2026-03-09");
  EXPECT_EQ(plan_windows(plan, {}, cursor, now).windows,
            (std::vector{window("2026-03-08", "2026-03-09"), today}));
}

TEST(WindowPlanner, a_cursor_by_another_time_is_no_cursor) {
  SourcePlan plan;
  plan.kind = WindowKind::created;
  plan.from = a_day("2026-03-01");
  const SourceCursor cursor{WindowKind::modified, a_day("2026-03-01"), a_day("2026-03-09"), {}};
  const auto planned = plan_windows(plan, {}, cursor, {a_day("2026-03-10"), a_day("2026-03-11")});
  EXPECT_EQ(planned.windows.front().from, a_day("2026-03-01"));
}

TEST(WindowPlanner, a_start_that_our_clock_takes_for_the_future_is_asked_for_all_the_same) {
  SourcePlan plan;
  plan.from = a_day("2027-01-01");
  const SourceDays now{a_day("2026-03-10"), a_day("2026-03-11")};
  const auto planned = plan_windows(plan, {}, std::nullopt, now);
  EXPECT_EQ(planned.windows, std::vector{window("2027-01-01", "2027-01-01")});
  EXPECT_FALSE(is_past(planned.windows[0], now));
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

TEST(WindowProof, two_records_with_one_id_on_a_page_are_two_rows) {
  Page page = page_of({"a", "made of content", "made of content"});
  page.records[1].fault = page.records[2].fault = "the id `a` stands on this page twice";
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page, 4);
  proof.see(page_of({"b"}), 4);
  EXPECT_TRUE(proof.settled());
  EXPECT_EQ(proof.repeated_id(), "");
}

TEST(WindowProof, a_faulty_record_that_comes_on_two_pages_is_one_row) {
  Page page = page_of({"a", "made of content"});
  page.records[1].fault = "no id";
  Page next = page_of({"made of content"});
  next.records[0].fault = "no id";
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page, 3);
  proof.see(next, 3);
  EXPECT_FALSE(proof.settled());
}

TEST(WindowProof, an_id_on_two_pages_of_a_reading_is_named) {
  WindowProof proof(true);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  proof.begin_reading();
  proof.see(page_of({"a", "b"}), 3);
  EXPECT_EQ(proof.repeated_id(), "");
  proof.see(page_of({"b"}), 3);
  EXPECT_EQ(proof.repeated_id(), "b");
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

}  // namespace
}  // namespace weir
