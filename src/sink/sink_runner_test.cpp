// SPDX-License-Identifier: Apache-2.0
#include "sink/sink_runner.h"

#include "sink/sink_runner_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace weir::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SinkRunnerTest, DeliversEachRecordOnce) {
  for (int page = 0; page < 20; ++page) {
    ASSERT_TRUE(runner().push(records(100, "p" + std::to_string(page) + "-"), {}));
  }
  ASSERT_TRUE(runner().finish());
  expect_each_once(2000);
  EXPECT_EQ(runner().counts().delivered, 2000);
  EXPECT_EQ(runner().counts().rows, 2000);
  EXPECT_TRUE(runner().counts().reached);
}

TEST_F(SinkRunnerTest, MakesNoConnectionWithoutRecords) {
  ASSERT_TRUE(runner().recover({}));
  ASSERT_TRUE(runner().finish());
  EXPECT_THAT(target_.calls, IsEmpty());
  EXPECT_FALSE(runner().counts().reached);
}

TEST_F(SinkRunnerTest, KeepsTheProtocolsOrder) {
  traits_.lanes = 1;
  ASSERT_TRUE(runner().push(records(3), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_THAT(target_.calls, ElementsAre("open", "claim", "begin", "write", "mark", "commit"));
  EXPECT_EQ(target_.marks[0].sequence, 1U);
  EXPECT_EQ(journal_.last_settled[0], 1U);
}

TEST_F(SinkRunnerTest, IsolatesBadRows) {
  target_.is_bad = [](const OutgoingRecord& record) { return record.id.starts_with("bad"); };
  auto mixed = records(500);
  for (auto& bad : records(7, "bad")) {
    mixed.insert(mixed.begin() + static_cast<std::ptrdiff_t>(bad.place.index * 17 % 400),
                 std::move(bad));
  }
  ASSERT_TRUE(runner().push(std::move(mixed), {}));
  ASSERT_TRUE(runner().finish());
  expect_each_once(500);
  EXPECT_EQ(runner().counts().failed, 7);
  EXPECT_EQ(journal_.count(RecordState::failed), 7U);
  for (const auto& [place, settlement] : journal_.settled) {
    if (settlement.state == RecordState::failed) {
      EXPECT_THAT(settlement.reason, HasSubstr("bad row bad"));
    }
  }
}

TEST_F(SinkRunnerTest, NeedsNoTransactionWhenAllRowsAreBad) {
  traits_.lanes = 1;
  target_.is_bad = [](const OutgoingRecord& record) { return record.id.starts_with("bad"); };
  ASSERT_TRUE(runner().push(records(5, "bad"), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_EQ(journal_.count(RecordState::failed), 5U);
  EXPECT_THAT(target_.rows, IsEmpty());
  EXPECT_THAT(journal_.open, IsEmpty());
  EXPECT_EQ(std::count(target_.calls.begin(), target_.calls.end(), "commit"), 0);
}

TEST_F(SinkRunnerTest, KeepsRemarksOfTheTarget) {
  auto mixed = records(10);
  mixed.push_back(record("warned"));
  const RecordPlace place = mixed.back().place;
  ASSERT_TRUE(runner().push(std::move(mixed), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_EQ(runner().counts().warned, 1);
  EXPECT_TRUE(journal_.settled[place].warned);
  EXPECT_EQ(journal_.settled[place].reason, "rounded; cut");
  EXPECT_EQ(journal_.settled[place].state, RecordState::delivered);
}

TEST_F(SinkRunnerTest, KeepsRemarksOfTheConversionInFrontOfTheTargets) {
  auto mixed = records(10);
  mixed[4].remark = "no customer";
  mixed.push_back(record("warned"));
  mixed.back().remark = "too dear";
  const RecordPlace alone = mixed[4].place;
  const RecordPlace both = mixed.back().place;
  ASSERT_TRUE(runner().push(std::move(mixed), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_EQ(runner().counts().warned, 2);
  EXPECT_TRUE(journal_.settled[alone].warned);
  EXPECT_EQ(journal_.settled[alone].reason, "no customer");
  EXPECT_EQ(journal_.settled[both].reason, "too dear; rounded; cut");
}

TEST_F(SinkRunnerTest, KeepsRemarksOfTheConversionWhereEachRecordIsDecidedByItsAnswer) {
  traits_.transactional = false;
  auto some = records(3);
  some[1].remark = "no customer";
  const RecordPlace place = some[1].place;
  ASSERT_TRUE(runner().push(std::move(some), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_EQ(runner().counts().warned, 1);
  EXPECT_EQ(journal_.settled[place].reason, "no customer");
}

TEST_F(SinkRunnerTest, LeavesOutWhatTheJournalRefuses) {
  auto some = records(10);
  journal_.refused = {some[3].place, some[4].place};
  ASSERT_TRUE(runner().push(std::move(some), {}));
  ASSERT_TRUE(runner().finish());
  expect_each_once(8);
  EXPECT_EQ(runner().counts().withdrawn, 2);
}

TEST_F(SinkRunnerTest, EndsABatchOfWhichEverythingIsRefused) {
  auto some = records(3);
  journal_.refused = {some[0].place, some[1].place, some[2].place};
  ASSERT_TRUE(runner().push(std::move(some), {}));
  ASSERT_TRUE(runner().push(records(10, "later"), {}));
  ASSERT_TRUE(runner().finish());
  expect_each_once(10);
  EXPECT_EQ(runner().counts().withdrawn, 3);
}

TEST_F(SinkRunnerTest, NeverPutsTwoVersionsOfARecordIntoOneBatch) {
  traits_.lanes = 1;
  bool doubled = false;
  std::map<RecordPlace, std::string> ids;
  auto versions = records(5);
  for (auto& newer : records(5)) {
    versions.push_back(std::move(newer));
  }
  for (auto& newest : records(5)) {
    versions.push_back(std::move(newest));
  }
  for (const OutgoingRecord& version : versions) {
    ids[version.place] = version.id;
  }
  journal_.on_open = [&](std::span<const Candidate> candidates) {
    std::set<std::string> seen;
    for (const Candidate& candidate : candidates) {
      doubled = doubled || !seen.insert(ids[candidate.place]).second;
    }
  };
  ASSERT_TRUE(runner().push(std::move(versions), {}));
  ASSERT_TRUE(runner().finish());
  EXPECT_FALSE(doubled);
  EXPECT_THAT(journal_.batch_sizes, ElementsAre(5, 5, 5));
}

struct Passing {
  const char* call;
  ErrorKind kind;
  bool took_effect;
};

class PassingTrouble : public SinkRunnerTest, public ::testing::WithParamInterface<Passing> {};

TEST_P(PassingTrouble, IsWaitedOutAndNothingIsDoubled) {
  for (const int nth : {1, 2, 3}) {
    fail_once(GetParam().call, trouble(GetParam().kind, GetParam().took_effect), nth);
    runner_.reset();
    ASSERT_TRUE(runner().push(records(400, "n" + std::to_string(nth) + "-"), {}));
    const auto finished = runner().finish();
    ASSERT_TRUE(finished) << finished.error().message;
    expect_each_once(400U * static_cast<unsigned>(nth));
  }
}

INSTANTIATE_TEST_SUITE_P(EveryCall, PassingTrouble,
                         ::testing::Values(Passing{"open", ErrorKind::unavailable, false},
                                           Passing{"claim", ErrorKind::unavailable, false},
                                           Passing{"claim", ErrorKind::timed_out, true},
                                           Passing{"begin", ErrorKind::unavailable, false},
                                           Passing{"write", ErrorKind::unavailable, false},
                                           Passing{"write", ErrorKind::throttled, false},
                                           Passing{"write", ErrorKind::timed_out, true},
                                           Passing{"mark", ErrorKind::unavailable, false},
                                           Passing{"mark", ErrorKind::timed_out, true},
                                           Passing{"commit", ErrorKind::unavailable, false},
                                           Passing{"commit", ErrorKind::timed_out, true},
                                           Passing{"commit", ErrorKind::unavailable, true},
                                           Passing{"commit", ErrorKind::rejected, true}),
                         [](const auto& tested) {
                           return std::string(tested.param.call) + "_" +
                                  std::string(to_string(tested.param.kind)) +
                                  (tested.param.took_effect ? "_after" : "_before");
                         });

TEST_F(SinkRunnerTest, GivesUpWhenPatienceEnds) {
  target_.faults = [](const std::string& call, std::uint32_t) {
    return call == "write" ? std::optional(trouble(ErrorKind::unavailable)) : std::nullopt;
  };
  const Monotonic start = manual_.monotonic();
  runner().push(records(500), {});
  const auto finished = runner().finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, ErrorKind::unavailable);
  EXPECT_GE(manual_.monotonic() - start, patience);
  EXPECT_THAT(journal_.settled, IsEmpty());
  EXPECT_THAT(journal_.open, IsEmpty());
  EXPECT_TRUE(runner().counts().reached);
  EXPECT_FALSE(runner().push(records(1, "late"), {}));
}

TEST_F(SinkRunnerTest, NeverReachedIsSaid) {
  target_.faults = [](const std::string&, std::uint32_t) {
    return std::optional(trouble(ErrorKind::unavailable));
  };
  runner().push(records(5), {});
  ASSERT_FALSE(runner().finish());
  EXPECT_FALSE(runner().counts().reached);
}

TEST_F(SinkRunnerTest, LeavesABatchOpenWhenTheMarkCannotBeAsked) {
  traits_.lanes = 1;
  target_.faults = [committed = false](const std::string& call,
                                       std::uint32_t) mutable -> std::optional<Trouble> {
    if (call == "commit") {
      committed = true;
      return trouble(ErrorKind::timed_out, true);
    }
    return committed ? std::optional(trouble(ErrorKind::unavailable)) : std::nullopt;
  };
  runner().push(records(5), {});
  ASSERT_FALSE(runner().finish());
  ASSERT_EQ(journal_.open.size(), 1U);
  EXPECT_EQ(target_.rows.size(), 5U);

  target_.faults = {};
  runner_.reset();
  ASSERT_TRUE(runner().recover({}));
  ASSERT_TRUE(runner().finish());
  expect_each_once(5);
  EXPECT_EQ(runner().counts().recovered, 5);
}

TEST_F(SinkRunnerTest, EndsAtOnceWhenRefused) {
  fail_once("open", trouble(ErrorKind::unauthorized));
  runner().push(records(500), {});
  const auto finished = runner().finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, ErrorKind::unauthorized);
}

TEST_F(SinkRunnerTest, EndsWhenAnotherProcessTookOver) {
  traits_.lanes = 1;
  target_.faults = [this](const std::string& call, std::uint32_t) -> std::optional<Trouble> {
    if (call == "mark") {
      target_.marks[0].fence = 1000;
    }
    return std::nullopt;
  };
  runner().push(records(5), {});
  const auto finished = runner().finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, ErrorKind::conflict);
  EXPECT_THAT(target_.rows, IsEmpty());
}

TEST_F(SinkRunnerTest, DoesNotWaitForABrokenJournal) {
  journal_.broken = Error{ErrorKind::unavailable, "the disk is gone", {}, std::nullopt};
  runner().push(records(5), {});
  const auto finished = runner().finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, "the disk is gone");
  EXPECT_THAT(target_.rows, IsEmpty());
}

TEST_F(SinkRunnerTest, CommitsNoBatchOfWhichAKilledProcessWouldKnowNothing) {
  traits_.lanes = 1;
  journal_.unsynced = Error{ErrorKind::exhausted, "the disk is full", {}, std::nullopt};
  runner().push(records(5), {});
  const auto finished = runner().finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, "the disk is full");
  EXPECT_THAT(target_.calls, ElementsAre("open", "claim", "begin", "write"));
  EXPECT_THAT(target_.rows, IsEmpty());
}

// Any call may fail, before or after its effect, with any passing error; whatever happens, each
// record ends up in the target once, and the journal knows it.
TEST_F(SinkRunnerTest, SurvivesAnyMixtureOfTroubles) {
  static constexpr ErrorKind kinds[] = {ErrorKind::unavailable, ErrorKind::timed_out,
                                        ErrorKind::throttled, ErrorKind::corrupt};
  target_.is_bad = [](const OutgoingRecord& record) { return hash64(record.id) % 50 == 0; };
  std::size_t pushed = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    target_.faults = [random = std::mt19937(seed)](
                         const std::string&, std::uint32_t) mutable -> std::optional<Trouble> {
      if (random() % 20 != 0) {
        return std::nullopt;
      }
      return trouble(kinds[random() % 4], random() % 2 == 0);
    };
    runner_.reset();
    ASSERT_TRUE(runner().push(records(150, "s" + std::to_string(seed) + "-"), {}));
    const auto finished = runner().finish();
    ASSERT_TRUE(finished) << "seed " << seed << ": " << finished.error().message;
    pushed += 150;
    ASSERT_EQ(journal_.settled.size(), pushed) << "seed " << seed;
  }
  expect_each_once(pushed - journal_.count(RecordState::failed));
}

}  // namespace
}  // namespace weir::testing
