// SPDX-License-Identifier: Apache-2.0
#include "core/work_crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <vector>

namespace weir {
namespace {

TEST(WorkCrew, does_each_share_once) {
  for (const std::size_t helpers : {0U, 1U, 3U}) {
    WorkCrew crew(helpers);
    for (std::size_t shares = 0; shares < 40; ++shares) {
      std::vector<std::atomic<int>> done(shares);
      crew.share_out(shares, [&](std::size_t share) { ++done[share]; });
      for (const auto& times : done) {
        EXPECT_EQ(times, 1);
      }
    }
  }
}

TEST(WorkCrew, works_on_several_shares_at_the_same_time) {
  WorkCrew crew(2);
  std::latch all_there(3);
  crew.share_out(3, [&](std::size_t) { all_there.arrive_and_wait(); });
}

}  // namespace
}  // namespace weir
