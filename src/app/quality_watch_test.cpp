// SPDX-License-Identifier: Apache-2.0
#include "app/quality_watch.h"

#include "app/alerts_heard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QualityWatched : public ::testing::Test {
 protected:
  void run(std::int64_t delivered, std::int64_t warned, std::int64_t failed = 0,
           std::int64_t rejected = 0) {
    RunResult result;
    result.pipeline = "receipts";
    result.books.delivered = delivered;
    result.books.warned = warned;
    result.books.failed = failed;
    FailedRecords records;
    records.rejected = rejected;
    watch_.run_ended(result, records, warned_percent_usual);
  }

  AlertsHeard heard_;
  QualityWatch watch_{heard_};
};

TEST_F(QualityWatched, AShareAboveTheLimitIsToldAndItsEnd) {
  run(100, 5);
  EXPECT_THAT(heard_.take(), IsEmpty());
  run(100, 6);
  EXPECT_THAT(heard_.take(),
              ElementsAre(HasSubstr("quality_broken receipts: 6 of 100 records were delivered with "
                                    "a warning, 6.0 %, and 5 % may")));
  run(100, 0);
  EXPECT_THAT(heard_.take(), ElementsAre(HasSubstr("well: quality_broken receipts")));
}

TEST_F(QualityWatched, SmallRunsAreJudgedTogether) {
  run(1, 1);
  run(18, 0);
  EXPECT_THAT(heard_.take(), IsEmpty());
  run(1, 1);
  EXPECT_THAT(heard_.take(), ElementsAre(HasSubstr("2 of 20 records")));
  run(19, 0);  // says nothing yet, so nothing is well again
  EXPECT_THAT(heard_.take(), IsEmpty());
  run(1, 0);
  EXPECT_THAT(heard_.take(), ElementsAre(HasSubstr("well:")));
}

TEST_F(QualityWatched, ARejectedRecordIsToldUntilItIsNoMore) {
  run(0, 0, 3, 2);
  EXPECT_THAT(heard_.take(), ElementsAre(HasSubstr("2 records break quality rules")));
  heard_.now += std::chrono::hours(2);
  run(50, 0, 0, 2);  // nothing new, and they are still there
  EXPECT_THAT(heard_.take(), IsEmpty());
  run(2, 0);
  EXPECT_THAT(heard_.take(), ElementsAre(HasSubstr("well:")));
}

TEST_F(QualityWatched, RecordsThatFailForOtherReasonsAreNoMatterOfQuality) {
  run(0, 0, 3, 0);
  EXPECT_THAT(heard_.take(), IsEmpty());
}

}  // namespace
}  // namespace weir
