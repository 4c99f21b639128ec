// SPDX-License-Identifier: Apache-2.0
#include "alert/outbox.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Monotonic outbox_start{std::chrono::hours(5)};

Notice waiting_notice(const std::string& subject, bool well = false) {
  Notice notice;
  notice.subject = subject;
  notice.well = well;
  return notice;
}

Error refused_for(std::optional<std::chrono::milliseconds> wait = std::nullopt) {
  return {ErrorKind::unavailable, "down", "", wait};
}

TEST(Outbox, KeepsTheNewestOfATroubleAndCountsTheRest) {
  Outbox outbox(0);
  outbox.add(waiting_notice("a"));
  outbox.add(waiting_notice("b"));
  outbox.add(waiting_notice("a"));
  outbox.add(waiting_notice("a", true));
  ASSERT_EQ(outbox.waiting().size(), 2U);
  EXPECT_TRUE(outbox.waiting()[0].well);
  EXPECT_EQ(outbox.waiting()[0].repeats, 1);
}

TEST(Outbox, WhatChangedWhileItWasToldIsToldAgain) {
  Outbox outbox(0);
  outbox.add(waiting_notice("a"));
  outbox.add(waiting_notice("b"));
  const auto message = outbox.next(10);
  outbox.add(waiting_notice("a", true));
  outbox.told(message, outbox_start);
  ASSERT_EQ(outbox.waiting().size(), 1U);
  EXPECT_TRUE(outbox.waiting()[0].well);
}

TEST(Outbox, KeepsUnderTheRate) {
  Outbox outbox(3);
  for (int i = 0; i < 3; ++i) {
    outbox.add(waiting_notice("a"));
    EXPECT_EQ(outbox.due(outbox_start + seconds(i)), outbox_start + seconds(i));
    outbox.told(outbox.next(1), outbox_start + seconds(i));
  }
  outbox.add(waiting_notice("a"));
  EXPECT_EQ(outbox.due(outbox_start + seconds(3)), outbox_start + seconds(60));
  outbox.told(outbox.next(1), outbox_start + seconds(60));
  outbox.add(waiting_notice("a"));
  EXPECT_EQ(outbox.due(outbox_start + seconds(60)), outbox_start + seconds(61));
}

TEST(Outbox, TriesAgainWithGrowingPausesUpToTenMinutes) {
  Outbox outbox(0);
  outbox.add(waiting_notice("a"));
  Monotonic now = outbox_start;
  for (const int pause : {5, 10, 20, 40, 80, 160, 320, 600, 600}) {
    outbox.failed(refused_for(), now);
    EXPECT_EQ(outbox.due(now), now + seconds(pause));
    now += seconds(pause);
  }
  outbox.failed(refused_for(minutes(30)), now);
  EXPECT_EQ(outbox.due(now), now + minutes(30));
  outbox.told(outbox.next(1), now);
  EXPECT_EQ(outbox.due(now), std::nullopt);
  outbox.add(waiting_notice("b"));
  outbox.failed(refused_for(), now);
  EXPECT_EQ(outbox.due(now), now + seconds(5));
}

}  // namespace
}  // namespace weir
