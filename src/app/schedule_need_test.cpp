// SPDX-License-Identifier: Apache-2.0
#include "app/schedule_need.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

std::string warning_of(int pipelines) {
  AccountNeed need;
  need.connection = "dingtalk";
  need.budget = 1;
  for (int i = 1; i <= pipelines; ++i) {
    need.pipelines.push_back({fmt::format("p{}", i), 10, 0, 10});
  }
  Faults faults;
  warn_of_need(need, faults);
  return faults.empty() ? "" : faults.front().message;
}

TEST(ScheduleNeeds, OfManyPipelinesAWarningNamesFive) {
  EXPECT_THAT(warning_of(1), HasSubstr("`dingtalk` (`p1`) will"));
  EXPECT_THAT(warning_of(5), HasSubstr("(`p1`, `p2`, `p3`, `p4`, `p5`) will need about 50 "));
  EXPECT_THAT(warning_of(7), HasSubstr("(`p1`, `p2`, `p3`, `p4`, `p5` and 2 more) will"));
}

}  // namespace
}  // namespace weir
