// SPDX-License-Identifier: Apache-2.0
#include "source/change_order.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace weir {
namespace {

using std::chrono::minutes;

// Minutes of change and of creation, one pair a record.
Page page_of(const std::vector<std::pair<int, int>>& times) {
  Page page;
  for (const auto& [changed, created] : times) {
    PageRecord record;
    record.id = std::to_string(page.records.size());
    record.changed_at = Timestamp(minutes(changed));
    record.created_at = Timestamp(minutes(created));
    page.records.push_back(record);
  }
  return page;
}

std::vector<std::pair<int, int>> falling(int count) {
  std::vector<std::pair<int, int>> times;
  for (int i = 0; i < count; ++i) {
    times.emplace_back(1000 - i, i % 4 == 0 ? 10 : 1000 - i);
  }
  return times;
}

TEST(ChangeOrder, ten_falls_and_a_creation_that_goes_both_ways_prove_it) {
  ChangeOrder order;
  order.see(page_of(falling(10)));
  EXPECT_FALSE(order.proven());
  ChangeOrder proven;
  proven.see(page_of(falling(11)));
  EXPECT_TRUE(proven.proven());
  EXPECT_FALSE(proven.broken());
}

TEST(ChangeOrder, the_order_of_creation_proves_nothing_either_way) {
  std::vector<std::pair<int, int>> both;
  std::vector<std::pair<int, int>> against;
  for (int i = 0; i < 50; ++i) {
    both.emplace_back(1000 - i, 1000 - i);
    against.emplace_back(1000 - i, i);
  }
  for (const auto& times : {both, against}) {
    ChangeOrder order;
    order.see(page_of(times));
    EXPECT_FALSE(order.proven());
    EXPECT_FALSE(order.broken());
  }
}

TEST(ChangeOrder, records_of_one_minute_prove_and_break_nothing) {
  std::vector<std::pair<int, int>> times;
  for (int i = 0; i < 100; ++i) {
    times.emplace_back(1000, i * 7 % 100);
  }
  ChangeOrder order;
  order.see(page_of(times));
  EXPECT_FALSE(order.proven());
  EXPECT_FALSE(order.broken());
}

TEST(ChangeOrder, pages_prove_it_each_for_itself) {
  const auto times = falling(20);
  ChangeOrder order;
  order.see(page_of({times.begin(), times.begin() + 10}));
  order.see(page_of({times.begin() + 10, times.end()}));
  EXPECT_FALSE(order.proven());
}

TEST(ChangeOrder, one_later_change_behind_breaks_it_on_a_page_or_on_the_next) {
  auto times = falling(30);
  ChangeOrder order;
  order.see(page_of(times));
  order.see(page_of({times.back()}));  // seen twice, since a row came in front
  EXPECT_TRUE(order.proven());
  order.see(page_of({times.front()}));
  EXPECT_TRUE(order.broken());
  EXPECT_FALSE(order.proven());
  std::swap(times[3], times[4]);
  ChangeOrder other;
  other.see(page_of(times));
  EXPECT_TRUE(other.broken());
}

TEST(ChangeOrder, a_record_without_times_breaks_it_or_proves_nothing) {
  Page unmade = page_of(falling(30));
  unmade.records[7].created_at.reset();
  ChangeOrder order;
  order.see(unmade);
  EXPECT_FALSE(order.proven());
  EXPECT_FALSE(order.broken());
  Page unchanged = page_of(falling(30));
  unchanged.records[7].changed_at.reset();
  order.see(unchanged);
  EXPECT_TRUE(order.broken());
}

}  // namespace
}  // namespace weir
