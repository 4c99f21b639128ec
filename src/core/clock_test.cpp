// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(ManualClock, moves_instead_of_sleeping) {
  ManualClock clock{Timestamp(seconds(100))};
  EXPECT_TRUE(clock.sleep_for(hours(1), {}));
  EXPECT_EQ(clock.now(), Timestamp(seconds(3700)));
}

TEST(SystemClock, a_stop_ends_a_sleep) {
  SystemClock clock;
  std::stop_source stop;
  std::jthread sleeper([&] { EXPECT_FALSE(clock.sleep_for(hours(1), stop.get_token())); });
  stop.request_stop();
}

}  // namespace
}  // namespace weir
