// SPDX-License-Identifier: Apache-2.0
#include "sink/sink_runner.h"
#include "sink/sink_runner_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <thread>

namespace weir::testing {
namespace {

using ::testing::HasSubstr;

TEST_F(SinkRunnerTest, RecoverSettlesWhatTheMarkProves) {
  leave_open(5, 3);  // a lane that this run does not have
  target_.marks[5] = {7, 3};
  ASSERT_TRUE(runner().recover({}));
  EXPECT_EQ(journal_.count(RecordState::delivered), 2U);
  EXPECT_EQ(runner().counts().recovered, 2);
  EXPECT_EQ(target_.marks[5].fence, 8U);
}

TEST_F(SinkRunnerTest, RecoverPutsBackWhatItDoesNotProve) {
  leave_open(0, 3);
  target_.marks[0] = {7, 2};
  ASSERT_TRUE(runner().recover({}));
  EXPECT_THAT(journal_.settled, IsEmpty());
  EXPECT_THAT(journal_.open, IsEmpty());
  EXPECT_EQ(runner().counts().recovered, 0);
}

TEST_F(SinkRunnerTest, RecoverWaitsForTheTarget) {
  leave_open(0, 3);
  target_.marks[0] = {7, 3};
  fail_once("claim", trouble(ErrorKind::unavailable));
  ASSERT_TRUE(runner().recover({}));
  EXPECT_EQ(journal_.count(RecordState::delivered), 2U);
}

TEST_F(SinkRunnerTest, RefusesAMarkAheadOfTheJournal) {
  leave_open(0, 3);
  target_.marks[0] = {7, 4};
  const auto recovered = runner().recover({});
  ASSERT_FALSE(recovered);
  EXPECT_EQ(recovered.error().kind, ErrorKind::invalid_config);
  EXPECT_THAT(recovered.error().message, HasSubstr("an older journal was put back"));
}

TEST_F(SinkRunnerTest, RefusesAMarkAheadOfTheFirstBatch) {
  traits_.lanes = 1;
  target_.marks[0] = {0, 1};
  runner().push(records(5), {});
  const auto finished = runner().finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, ErrorKind::invalid_config);
  EXPECT_THAT(target_.rows, IsEmpty());
  EXPECT_THAT(journal_.open, IsEmpty());
}

class StoppedRun : public SinkRunnerTest {
 protected:
  Clock& clock() override { return system_; }
  SystemClock system_;
};

TEST_F(StoppedRun, EndsWhileItWaitsForTheTarget) {
  std::latch waiting(1);
  target_.faults = [&, told = false](const std::string& call,
                                     std::uint32_t) mutable -> std::optional<Trouble> {
    if (call != "open") {
      return std::nullopt;
    }
    if (!std::exchange(told, true)) {
      waiting.count_down();
    }
    Trouble busy = trouble(ErrorKind::throttled);
    busy.error.retry_after = std::chrono::hours(1);
    return busy;
  };
  ASSERT_TRUE(runner().push(records(5), {}));
  waiting.wait();
  runner().stop();
  EXPECT_TRUE(runner().finish());
  EXPECT_THAT(journal_.settled, IsEmpty());
}

TEST_F(StoppedRun, FreesAProducerThatIsHeldBack) {
  target_.faults = [](const std::string& call, std::uint32_t) -> std::optional<Trouble> {
    Trouble busy = trouble(ErrorKind::throttled);
    busy.error.retry_after = std::chrono::hours(1);
    return call == "open" ? std::optional(busy) : std::nullopt;
  };
  const std::string large(1 << 17, 'x');
  std::latch full(8);
  std::jthread producer([&] {
    bool accepted = true;
    for (int i = 0; accepted; ++i) {
      OutgoingRecord big = record(std::to_string(i));
      big.rows = rows_of({Object{{"text", large}}});
      accepted = runner().push({std::move(big)}, {});
      if (i < 8) {
        full.count_down();
      }
    }
  });
  full.wait();
  runner().stop();
  producer.join();
  EXPECT_TRUE(runner().finish());
}

class WithoutTransactions : public SinkRunnerTest {
 protected:
  WithoutTransactions() {
    traits_.transactional = false;
    traits_.lanes = 1;
  }
};

TEST_F(WithoutTransactions, DeliversRecordByRecord) {
  target_.is_bad = [](const OutgoingRecord& record) { return record.id == "r3"; };
  ASSERT_TRUE(runner().push(records(10), {}));
  ASSERT_TRUE(runner().finish());
  expect_each_once(9);
  EXPECT_EQ(journal_.count(RecordState::failed), 1U);
  EXPECT_EQ(std::count(target_.calls.begin(), target_.calls.end(), "claim"), 0);
}

TEST_F(WithoutTransactions, DoesNotGuessAfterALostAnswer) {
  fail_once("write", trouble(ErrorKind::timed_out, true), 4);
  ASSERT_TRUE(runner().push(records(10), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_EQ(target_.rows.size(), 10U);
  EXPECT_EQ(journal_.count(RecordState::delivered), 9U);
  EXPECT_EQ(journal_.count(RecordState::in_doubt), 1U);
  EXPECT_EQ(runner().counts().in_doubt, 1);
  EXPECT_THAT(journal_.violations, IsEmpty());
}

TEST_F(WithoutTransactions, WritesNothingBeforeTheBatchIsOnDisk) {
  journal_.unsynced = Error{ErrorKind::exhausted, "the disk is full", {}, std::nullopt};
  runner().push(records(5), {});
  EXPECT_FALSE(runner().finish());
  EXPECT_THAT(target_.rows, IsEmpty());
}

TEST_F(WithoutTransactions, TriesAgainWhatWasCertainlyNotTaken) {
  fail_once("write", trouble(ErrorKind::throttled), 4);
  ASSERT_TRUE(runner().push(records(10), {}));
  ASSERT_TRUE(runner().finish());
  expect_each_once(10);
}

TEST_F(WithoutTransactions, RecoverLeavesTheRecordsInDoubt) {
  leave_open(0, 3);
  ASSERT_TRUE(runner().recover({}));
  EXPECT_EQ(journal_.count(RecordState::in_doubt), 2U);
  EXPECT_THAT(target_.calls, IsEmpty());
}

}  // namespace
}  // namespace weir::testing
