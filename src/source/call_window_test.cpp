// SPDX-License-Identifier: Apache-2.0
#include "source/call_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CallWindow, a_call_under_way_holds_its_place) {
  const Monotonic t{hours(1)};
  const milliseconds bin(4);
  CallWindow calls(seconds(1));
  EXPECT_EQ(calls.free_at(t, 2, 1), t);
  EXPECT_FALSE(calls.free_at(t, 2, 2));
  calls.leave(t);
  ASSERT_TRUE(calls.free_at(t, 2, 1));
  EXPECT_GE(*calls.free_at(t, 2, 1), t + seconds(1));
  EXPECT_LE(*calls.free_at(t, 2, 1), t + seconds(1) + bin);
  calls.leave(t - milliseconds(300));
  EXPECT_GE(*calls.free_at(t, 2, 0), t + milliseconds(700));
  EXPECT_LE(*calls.free_at(t, 2, 0), t + milliseconds(700) + bin);
  const Monotonic later = t + seconds(2);
  EXPECT_EQ(calls.free_at(later, 1, 0), later);
}

TEST(CallWindow, forgets_what_left_long_ago_and_nothing_else) {
  CallWindow calls(seconds(1));
  Monotonic at{hours(1)};
  for (int i = 0; i < 5000; ++i, at += milliseconds(7)) {
    calls.leave(at);
    // 1,000 ms hold 142 or 143 of them; one more bin at each end.
    EXPECT_NE(calls.free_at(at, std::min(i + 1, 142), 0), at) << i;
    EXPECT_EQ(calls.free_at(at, 146, 0), at) << i;
  }
  calls.leave(at - hours(1));
  EXPECT_EQ(calls.free_at(at, 146, 0), at);
}

}  // namespace
}  // namespace weir
