// SPDX-License-Identifier: Apache-2.0
#include "sink/no_operation_sink.h"

#include "sink/sink_runner_fixture.h"

#include <gtest/gtest.h>

namespace weir::testing {
namespace {

class NoOperationTest : public SinkRunnerTest {
 protected:
  std::unique_ptr<Sink> nothing_ = make_no_operation_sink();
  SinkRunner taker_{*nothing_, journal_,          clock(), PipelineId{1},
                    RunId{1},  Redelivery::never, patience};
};

TEST_F(NoOperationTest, TakesEveryRecordAndWritesNoRow) {
  taker_.push(records(250), {});
  ASSERT_TRUE(taker_.finish());
  EXPECT_EQ(taker_.counts().delivered, 250);
  EXPECT_EQ(taker_.counts().rows, 0);
  EXPECT_EQ(journal_.count(RecordState::delivered), 250U);
  EXPECT_THAT(journal_.violations, IsEmpty());
}

TEST_F(NoOperationTest, ABatchThatWasLeftOpenGoesBack) {
  leave_open(0, 3);
  ASSERT_TRUE(taker_.recover({}));
  EXPECT_THAT(journal_.open, IsEmpty());
  EXPECT_THAT(journal_.settled, IsEmpty());
  taker_.push(records(2), {});
  ASSERT_TRUE(taker_.finish());
  EXPECT_EQ(journal_.count(RecordState::delivered), 2U);
}

}  // namespace
}  // namespace weir::testing
