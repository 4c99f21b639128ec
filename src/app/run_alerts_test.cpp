// SPDX-License-Identifier: Apache-2.0
#include "app/run_alerts.h"

#include "app/alerts_heard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunsTold : public ::testing::Test {
 protected:
  std::vector<std::string> told(RunStatus status, const FailedRecords& records = {}) {
    RunResult result;
    result.pipeline = "receipts";
    result.run = "7";
    result.status = status;
    result.reason = "boom";
    tell_of_run(heard_, result, records);
    return heard_.take();
  }

  AlertsHeard heard_;
};

TEST_F(RunsTold, EachTroubleByItsStatusAndItsEndByTheNextRun) {
  EXPECT_THAT(told(RunStatus::error), ElementsAre("run_failed receipts: run 7: boom"));
  EXPECT_THAT(told(RunStatus::refused),
              ElementsAre("well: run_failed receipts: run 7 ended: refused",
                          "run_refused receipts: run 7: boom"));
  EXPECT_THAT(told(RunStatus::parked),
              ElementsAre(HasSubstr("well: run_refused"), "run_parked receipts: run 7: boom"));
  EXPECT_THAT(told(RunStatus::parked), IsEmpty());
  EXPECT_THAT(told(RunStatus::stopped), IsEmpty());
  EXPECT_THAT(told(RunStatus::succeeded),
              ElementsAre("well: run_parked receipts: run 7 ended: succeeded"));
  EXPECT_THAT(told(RunStatus::succeeded), IsEmpty());
}

TEST_F(RunsTold, RecordsThatFailedAndThoseInDoubt) {
  FailedRecords records;
  records.in_doubt = 2;
  EXPECT_THAT(told(RunStatus::failed, records),
              ElementsAre(HasSubstr("records_failed receipts: 2 records are in doubt")));
  records.count = 3;
  EXPECT_THAT(told(RunStatus::failed, records), IsEmpty());
  EXPECT_THAT(told(RunStatus::succeeded),
              ElementsAre(HasSubstr("well: records_failed receipts: no record is failed")));
}

}  // namespace
}  // namespace weir
