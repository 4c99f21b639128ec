// SPDX-License-Identifier: Apache-2.0
#include "source/source_runner.h"
#include "source/source_runner_fixture.h"

#include <random>
#include <utility>

// Today, read newest change first. The source's zone is UTC, its clock the test's: noon at first.

namespace weir {
namespace {

using source_test::Row;
using source_test::SortsBy;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class NewestFirstTest : public SourceRunnerTest {
 protected:
  NewestFirstTest() {
    plan.from = day("2026-03-09");
    source.traits_.newest_first = true;
    source.traits_.page_size = 20;
  }

  Timestamp this_minute() const { return std::chrono::floor<minutes>(clock.now()); }

  void add(const std::string& id, Timestamp created, Timestamp changed) {
    source.rows.push_back(
        {id, std::chrono::floor<days>(changed), "a", changed, created, false, {}});
  }
  // One row a minute of today from 01:00 on, every third of them made days ago.
  void fill_today(int count) {
    const Timestamp begin = Timestamp(day("2026-03-10")) + hours(1);
    for (int i = 0; i < count; ++i) {
      const Timestamp changed = begin + minutes(i);
      add("row" + std::to_string(i), i % 3 == 0 ? changed - days(20) - hours(i) : changed, changed);
    }
  }
  void change(Row& row) {
    row.content += "+";
    row.changed_at = this_minute();
    row.modified = std::chrono::floor<days>(*row.changed_at);
  }
  // Calls of the run.
  std::size_t run_well() {
    source.asked.clear();
    const auto result = run();
    EXPECT_TRUE(result) << result.error().message;
    return source.asked.size();
  }
  bool holds(const Row& row) const {
    const auto found = journal.contents.find(row.id);
    return found != journal.contents.end() && found->second == hash64(row.content);
  }
  void expect_all() {
    for (const Row& row : source.rows) {
      EXPECT_TRUE(holds(row)) << row.id;
    }
  }
};

TEST_F(NewestFirstTest, an_idle_run_asks_once) {
  fill_today(200);
  EXPECT_EQ(run_well(), 1U + 10U);  // yesterday, and today to its end
  EXPECT_TRUE(cursor().newest_first);
  EXPECT_EQ(cursor().last_reading_at, clock.now());
  expect_all();
  clock.advance(minutes(10));
  EXPECT_EQ(run_well(), 1U);
  EXPECT_TRUE(source.asked[0].newest_first);
  EXPECT_EQ(counts().unchanged, 20);
  EXPECT_EQ(cursor().last_reading_at, clock.now());
}

TEST_F(NewestFirstTest, a_hundred_changes_cost_two_calls_of_a_hundred_rows) {
  source.traits_.page_size = 100;
  fill_today(640);
  run_well();
  clock.advance(minutes(30));
  for (int i = 0; i < 100; ++i) {
    change(source.rows[static_cast<std::size_t>(i) * 6]);
  }
  EXPECT_LE(run_well(), 3U);
  EXPECT_EQ(counts().changed, 100);
  expect_all();
  clock.advance(minutes(1));
  EXPECT_LE(run_well(), 3U);  // what was changed is younger than the lag still
  EXPECT_EQ(counts().changed, 0);
}

TEST_F(NewestFirstTest, a_page_where_one_record_is_not_known_or_not_old_enough_does_not_end_it) {
  fill_today(200);
  run_well();
  clock.advance(minutes(10));
  source.rows[195].content = "listed late";  // on the first page, its time unmoved
  EXPECT_EQ(run_well(), 2U);
  expect_all();
  clock.advance(minutes(1));
  change(source.rows[0]);
  run_well();
  clock.advance(minutes(1));
  EXPECT_EQ(run_well(), 2U);
}

TEST_F(NewestFirstTest, a_row_hidden_by_a_deletion_is_found_by_the_next_run) {
  fill_today(200);
  run_well();
  const auto before = cursor().last_reading_at;
  clock.advance(hours(1));
  for (std::size_t i = 0; i < 60; ++i) {
    change(source.rows[i]);
  }
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    if (request.number == 2) {
      source.rows.erase(source.rows.begin());  // of the first page: the 21st becomes the 20th
      source.on_read = nullptr;
    }
    return std::nullopt;
  };
  run_well();
  EXPECT_EQ(cursor().last_reading_at, before);
  const auto hidden = std::find_if(source.rows.begin(), source.rows.end(),
                                   [&](const Row& row) { return !holds(row); });
  ASSERT_NE(hidden, source.rows.end());
  clock.advance(hours(1));
  run_well();
  expect_all();
  EXPECT_EQ(cursor().last_reading_at, clock.now());
}

TEST_F(NewestFirstTest, rows_added_while_pages_are_read_are_for_the_next_run) {
  fill_today(200);
  run_well();
  clock.advance(hours(1));
  for (std::size_t i = 0; i < 60; ++i) {
    change(source.rows[i]);
  }
  int added = 0;
  source.on_read = [&](const PageRequest& request) -> std::optional<Error> {
    if (request.number > 1) {
      add("new" + std::to_string(added++), this_minute(), this_minute());
    }
    return std::nullopt;
  };
  const auto before = cursor().last_reading_at;
  run_well();
  EXPECT_GT(added, 0);
  EXPECT_EQ(cursor().last_reading_at, before);  // rows came twice
  clock.advance(hours(1));
  source.on_read = nullptr;
  run_well();
  expect_all();
  EXPECT_EQ(cursor().last_reading_at, clock.now());
}

TEST_F(NewestFirstTest, rows_of_one_minute_that_change_places_hide_none) {
  fill_today(200);
  run_well();
  for (std::size_t i = 0; i < 50; ++i) {
    change(source.rows[i]);
  }
  std::mt19937 random(3);
  source.on_read = [&](const PageRequest&) -> std::optional<Error> {
    std::shuffle(source.rows.begin(), source.rows.end(), random);
    return std::nullopt;
  };
  const auto sure_until = cursor().last_reading_at;
  for (int reading = 0; reading < 10; ++reading) {
    clock.advance(minutes(30));
    run_well();
    EXPECT_EQ(cursor().last_reading_at, sure_until);
  }
  source.on_read = {};
  clock.advance(hours(12));  // the next day, which proves this one
  run_well();
  EXPECT_EQ(cursor().last_reading_at, clock.now());
  expect_all();
}

TEST_F(NewestFirstTest, one_page_is_a_snapshot_and_needs_no_order) {
  source.sorts_by = SortsBy::nothing;
  fill_today(20);
  EXPECT_EQ(run_well(), 2U);
  EXPECT_FALSE(cursor().newest_first);
  EXPECT_EQ(cursor().last_reading_at, clock.now());
  EXPECT_EQ(run_well(), 1U);
  expect_all();
}

TEST_F(NewestFirstTest, an_order_of_creation_is_not_taken_for_one_of_change) {
  source.sorts_by = SortsBy::creation;
  const Timestamp begin = Timestamp(day("2026-03-10")) + hours(1);
  for (int i = 0; i < 100; ++i) {
    add("row" + std::to_string(i), begin + minutes(i), begin + minutes(i));
  }
  run_well();
  EXPECT_FALSE(cursor().newest_first);
  EXPECT_FALSE(cursor().last_reading_at);
  clock.advance(minutes(30));
  EXPECT_EQ(run_well(), 5U);                          // to the end, each time
  add("old", clock.now() - days(30), this_minute());  // the last in order of creation
  EXPECT_LE(run_well(), 6U + 6U);
  expect_all();
  EXPECT_FALSE(cursor().newest_first);
}

TEST_F(NewestFirstTest, a_source_that_gives_up_the_order_is_read_in_full_at_once) {
  fill_today(200);
  run_well();
  clock.advance(hours(1));
  change(source.rows[0]);
  source.sorts_by = SortsBy::nothing;
  run_well();
  expect_all();
  EXPECT_FALSE(cursor().newest_first);
  EXPECT_FALSE(cursor().last_reading_at);
  source.sorts_by = SortsBy::change;
  EXPECT_EQ(run_well(), 10U);
  EXPECT_TRUE(cursor().newest_first);
  clock.advance(hours(1));
  EXPECT_EQ(run_well(), 2U);  // the change of noon is no older than the lag
}

TEST_F(NewestFirstTest, the_proof_of_a_day_finds_out_who_gave_up_the_order_unseen) {
  fill_today(200);
  run_well();
  clock.advance(minutes(10));
  change(source.rows[0]);  // made long ago
  source.sorts_by = SortsBy::creation;
  clock.advance(minutes(20));
  run_well();
  EXPECT_FALSE(holds(source.rows[0]));
  EXPECT_TRUE(cursor().newest_first);
  clock.advance(days(1));
  run_well();
  expect_all();
  EXPECT_FALSE(cursor().newest_first);
}

TEST_F(NewestFirstTest, the_proof_of_a_day_of_which_all_was_known_changes_nothing) {
  fill_today(200);
  run_well();
  clock.advance(minutes(10));
  run_well();
  change(source.rows[0]);  // after the last reading
  clock.advance(days(1));
  EXPECT_EQ(run_well(), 10U + 1U);
  EXPECT_EQ(counts().changed, 1);
  EXPECT_TRUE(cursor().newest_first);
}

TEST_F(NewestFirstTest, records_that_do_not_say_when_they_were_made_prove_no_order) {
  fill_today(100);
  for (Row& row : source.rows) {
    row.created_at.reset();
  }
  run_well();
  clock.advance(hours(1));
  EXPECT_EQ(run_well(), 5U);
  EXPECT_FALSE(cursor().newest_first);
}

TEST_F(NewestFirstTest, a_record_that_does_not_say_when_it_changed_has_today_read_in_full) {
  fill_today(100);
  source.rows[3].changed_at.reset();
  run_well();
  clock.advance(hours(1));
  EXPECT_EQ(run_well(), 5U + 5U);  // the last of the first five shows it
  EXPECT_EQ(source.asked.back().newest_first, false);
  expect_all();
}

TEST_F(NewestFirstTest, a_page_that_comes_short_has_today_read_in_full) {
  fill_today(200);
  run_well();
  clock.advance(hours(1));
  for (std::size_t i = 0; i < 60; ++i) {
    change(source.rows[i]);
  }
  source.hides_page = 2;
  run_well();
  expect_all();
}

TEST_F(NewestFirstTest, a_reading_counts_from_its_first_page_however_long_that_takes_to_complete) {
  fill_today(200);
  const Timestamp noon = clock.now();
  for (const bool dated : {false, true}) {
    source.time = dated ? std::optional(clock.now()) : std::nullopt;
    const Timestamp asked_at = clock.now();
    change(source.rows[150]);
    source.rows[150].in_part = true;
    source.on_complete = [&](const std::string&) -> std::optional<Error> {
      clock.advance(minutes(30));
      return std::nullopt;
    };
    run_well();
    EXPECT_EQ(cursor().last_reading_at, asked_at);
  }
  EXPECT_EQ(clock.now(), noon + hours(1));
}

TEST_F(NewestFirstTest, a_clock_set_back_makes_the_last_reading_worth_nothing) {
  fill_today(200);
  run_well();
  source.time = clock.now() - hours(2);
  add("new", *source.time - days(1), *source.time);
  EXPECT_EQ(run_well(), 11U);
  expect_all();
}

TEST_F(NewestFirstTest, at_the_latest_the_next_day_proves_the_day) {
  fill_today(200);
  run_well();
  clock.advance(hours(1));
  source.rows[5].content = "changed without a trace";
  EXPECT_EQ(run_well(), 1U);
  EXPECT_FALSE(holds(source.rows[5]));
  clock.advance(days(1));
  run_well();
  expect_all();
  EXPECT_EQ(cursor().to, day("2026-03-10"));
}

TEST_F(NewestFirstTest, created_and_repeated_readings_do_not_ask_for_it) {
  fill_today(60);
  run_well();
  const auto asks_for_it = [&] {
    run_well();
    return std::any_of(source.asked.begin(), source.asked.end(),
                       [](const PageRequest& request) { return request.newest_first; });
  };
  EXPECT_TRUE(asks_for_it());
  plan.full = true;
  EXPECT_FALSE(asks_for_it());
  plan.full = false;
  plan.kind = WindowKind::created;
  EXPECT_FALSE(asks_for_it());
}

// The rule itself: whatever happens while pages are read, what changed up to the lag before the
// last reading is in the journal.
TEST_F(NewestFirstTest, nothing_older_than_the_last_reading_is_ever_missing) {
  std::size_t early_ends = 0;
  std::size_t readings_that_fell = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    journal.contents.clear();
    journal.cursors.clear();
    source.rows.clear();
    clock.advance(Timestamp(day("2026-03-10")) + days(seed) + hours(12) - clock.now());
    plan.from = std::chrono::floor<days>(clock.now());
    for (int i = 0; i < 120; ++i) {
      const Timestamp changed = this_minute() - minutes(random() % 60 * 10);
      add("row" + std::to_string(i), changed - minutes(random() % 30000), changed);
    }
    int added = 0;
    bool lively = false;
    source.on_read = [&](const PageRequest&) -> std::optional<Error> {
      if (seed % 4 == 0) {  // rows of one moment are in no steady order
        std::shuffle(source.rows.begin(), source.rows.end(), random);
      }
      for (auto left = lively ? random() % 3 : 0; left > 0; --left) {
        const auto action = random() % 3;
        Row& row = source.rows[random() % source.rows.size()];
        if (action == 0) {
          change(row);
        } else if (action == 1) {
          add("new" + std::to_string(added++), this_minute(), this_minute());
        } else if (source.rows.size() > 60) {
          std::swap(row, source.rows.back());
          source.rows.pop_back();
        }
      }
      return std::nullopt;
    };
    for (int reading = 0; reading < 12; ++reading) {
      const auto before = journal.cursors.empty() ? std::nullopt : cursor().last_reading_at;
      lively = random() % 2 == 0;
      run_well();
      early_ends += source.asked.size() < source.rows.size() / 20 ? 1 : 0;
      const auto until = journal.cursors.empty() ? std::nullopt : cursor().last_reading_at;
      readings_that_fell += until == before ? 1 : 0;
      for (const Row& row : source.rows) {
        ASSERT_TRUE(!until || *row.changed_at >= *until - minutes(10) || holds(row)) << row.id;
      }
      for (auto changes = random() % 30; changes > 0; --changes) {
        clock.advance(std::chrono::seconds(random() % 40));
        change(source.rows[random() % source.rows.size()]);
      }
      clock.advance(minutes(random() % 15));
    }
  }
  EXPECT_GT(early_ends, 300U);
  EXPECT_GT(readings_that_fell, 100U);
}

}  // namespace
}  // namespace weir
