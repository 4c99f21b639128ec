// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_fixture.h"
#include "journal/sqlite/sqlite_database.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

class Replay : public JournalTest {
 protected:
  Requeued replay(std::optional<Timestamp> from = {}, std::optional<Timestamp> until = {}) {
    auto requeued = journal->requeue_for_replay(pipeline, from, until);
    EXPECT_TRUE(requeued.has_value()) << requeued.error().message;
    return requeued.value_or(Requeued{});
  }
  std::int64_t absent(const std::vector<std::string>& ids) {
    const auto requeued = journal->requeue_absent(pipeline, ids);
    EXPECT_TRUE(requeued.has_value()) << requeued.error().message;
    return requeued ? requeued->records : -1;
  }
  VersionTrace newest(const std::string& id) {
    const auto trace = journal->trace(pipeline, id);
    EXPECT_TRUE(trace.has_value() && !trace->empty());
    return trace->back();
  }
};

TEST_F(Replay, WhatNeedsNoDeliveryIsWhatItWasToTheLastRemark) {
  const RecordPlace place = store({{"a", 1, "NO-1"}}).due[0].place;
  const OpenedBatch batch = open_batch({{place, 7}});
  ASSERT_TRUE(journal
                  ->settle_batch(batch.key, run, test_time,
                                 {{place, RecordState::delivered, "cut to 3 places", true, 2}})
                  .get()
                  .has_value());
  const VersionTrace before = newest("a");
  clock.advance(std::chrono::hours(1));
  run = journal->begin_run(pipeline, {clock.now(), "another mapping"}).value();

  EXPECT_EQ(replay().records, 1);
  EXPECT_EQ(waiting_count(), 1);
  EXPECT_EQ(state_of("a"), RecordState::waiting);
  open();                          // it is on disk
  EXPECT_EQ(replay().records, 0);  // it waits already
  const OpenedBatch again = open_batch({{place, 7}});
  EXPECT_EQ(again.accepted, std::vector<bool>{false});
  EXPECT_EQ(again.withdrawn, 1);
  EXPECT_EQ(waiting_count(), 0);
  const VersionTrace after = newest("a");
  EXPECT_EQ(after.summary.state, RecordState::delivered);
  EXPECT_EQ(after.summary.reason, "cut to 3 places");
  EXPECT_EQ(after.summary.updated_at, before.summary.updated_at);
  EXPECT_EQ(after.definition, before.definition);
  EXPECT_EQ(after.attempts.size(), 1U);
}

TEST_F(Replay, WhatDiffersIsDeliveredThoughIdCheckForbidsItOtherwise) {
  const RecordPlace place = store({{"a", 1, ""}}).due[0].place;
  deliver(place, 7);
  replay();
  open();  // the process that asked for it may be gone
  const OpenedBatch again = open_batch({{place, 8}});
  ASSERT_EQ(again.accepted, std::vector<bool>{true});
  ASSERT_TRUE(journal->settle_batch(again.key, run, test_time, {}).get().has_value());
  EXPECT_EQ(newest("a").attempts.size(), 2U);
  EXPECT_EQ(open_batch({{place, 9}}).accepted, std::vector<bool>{false});  // once
}

TEST_F(Replay, JudgesFilteredAndFailedOnesAnewAndLeavesDoubtAlone) {
  const Intake intake = store({{"a", 1, ""}, {"b", 1, ""}, {"c", 1, ""}, {"d", 1, ""}});
  settle(intake.due[0].place, RecordState::filtered, "not wanted");
  settle(intake.due[1].place, RecordState::failed, "no number");
  settle(intake.due[2].place, RecordState::in_doubt, "who knows");
  EXPECT_EQ(replay().records, 2);
  EXPECT_EQ(records(RecordState::waiting).size(), 3U);
  EXPECT_EQ(records(RecordState::failed).size(), 0U);
  EXPECT_EQ(state_of("c"), RecordState::in_doubt);
  deliver(intake.due[1].place, 3);
  settle(intake.due[0].place, RecordState::filtered, "still not wanted");
  EXPECT_EQ(newest("b").attempts.size(), 2U);
  EXPECT_EQ(newest("b").attempts[0].reason, "no number");
  EXPECT_EQ(newest("a").summary.reason, "still not wanted");
  EXPECT_EQ(waiting_count(), 1);  // d, which was never judged
}

// Every attempt is told of: where earlier ones have gone, no further one hides it.
TEST_F(Replay, EarlierAttemptsThatAreMissingAreDamage) {
  const Intake intake = store({{"a", 1, ""}, {"b", 1, ""}});
  for (const DueRecord& due : intake.due) {
    settle(due.place, RecordState::failed, "no number");
  }
  const auto again = [&] { return journal->requeue_failed(pipeline, {}, std::nullopt); };
  EXPECT_EQ(again().value(), 2);
  for (const DueRecord& due : intake.due) {
    settle(due.place, RecordState::failed, "still none");
  }
  EXPECT_EQ(newest("b").attempts.size(), 2U);
  journal.reset();
  {
    const auto database =
        Database::open(options.folder / "journal.db", DatabaseAccess::write).value();
    ASSERT_TRUE(database->execute("DELETE FROM page_attempt").has_value());
  }
  open();
  const auto refused = again();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(journal->trace(pipeline, "b").error().kind, ErrorKind::corrupt);
}

TEST_F(Replay, ANewerVersionTakesItsPlace) {
  const RecordPlace old = store({{"a", 1, ""}}).due[0].place;
  deliver(old, 7);
  replay();
  EXPECT_EQ(store({{"a", 2, ""}}).judged, 0);  // idCheck: delivered is delivered
  EXPECT_EQ(waiting_count(), 1);
  const OpenedBatch offered = open_batch({{old, 8}});
  EXPECT_EQ(offered.accepted, std::vector<bool>{false});
  EXPECT_EQ(offered.withdrawn, 1);
  EXPECT_EQ(waiting_count(), 0);
  EXPECT_EQ(journal->trace(pipeline, "a").value()[0].summary.state, RecordState::delivered);
}

TEST_F(Replay, GoesByTheMomentOfReceipt) {
  deliver(store({{"a", 1, ""}}).due[0].place, 7);
  const auto hour = std::chrono::hours(1);
  EXPECT_EQ(replay(test_time + hour, {}).records, 0);
  EXPECT_EQ(replay({}, test_time).records, 0);
  EXPECT_EQ(replay(test_time, test_time + hour).records, 1);
}

TEST_F(Replay, NamesWhatIsPastTheTimeThatRawPagesAreKept) {
  deliver(store({{"a", 1, "NO-1"}}).due[0].place, 7);
  const RecordPlace failed = store({{"b", 1, ""}}).due[0].place;
  settle(failed, RecordState::failed, "no number");
  store({{"c", 1, ""}});
  // Neither what waits nor what can be retried is given up.
  EXPECT_EQ(drop_raw(test_time), 0);
  EXPECT_EQ(drop_raw(test_time + std::chrono::hours(1)), 1);
  open();
  const Requeued requeued = replay();
  EXPECT_EQ(requeued.records, 1);
  EXPECT_EQ(requeued.without_raw, 1);
  ASSERT_EQ(requeued.first_without_raw.size(), 1U);
  EXPECT_EQ(requeued.first_without_raw[0].id, "a");
  EXPECT_EQ(requeued.first_without_raw[0].number, "NO-1");
  EXPECT_TRUE(newest("a").raw_dropped);
  EXPECT_EQ(newest("a").summary.state, RecordState::delivered);
  EXPECT_FALSE(newest("b").raw_dropped);
  EXPECT_EQ(journal->waiting(pipeline, {}, 1'000'000).value().size(), 2U);
  EXPECT_EQ(store({{"a", 1, "NO-1"}}).novelty[0], Novelty::unchanged);
}

TEST_F(Replay, WhatTheTargetHasLostIsDeliveredWhateverWasSent) {
  const Intake intake = store({{"a", 1, ""}, {"b", 1, ""}});
  deliver(intake.due[0].place, 7);
  EXPECT_EQ(absent({"a", "b", "nobody"}), 1);
  EXPECT_EQ(absent({"a"}), 0);
  open();
  const OpenedBatch again = open_batch({{intake.due[0].place, 7}});
  ASSERT_EQ(again.accepted, std::vector<bool>{true});
  ASSERT_TRUE(journal->settle_batch(again.key, run, test_time, {}).get().has_value());
  EXPECT_EQ(open_batch({{intake.due[0].place, 7}}).accepted, std::vector<bool>{false});
  EXPECT_EQ(state_of("a"), RecordState::delivered);
}

TEST_F(Replay, ANewerVersionOfWhatTheTargetHasLostIsJudged) {
  deliver(store({{"a", 1, ""}}).due[0].place, 7);
  EXPECT_EQ(absent({"a"}), 1);
  const Intake intake = store({{"a", 2, ""}});
  EXPECT_EQ(intake.judged, 1);
  ASSERT_EQ(intake.due.size(), 1U);
  deliver(intake.due[0].place, 7);
  EXPECT_EQ(newest("a").attempts.size(), 1U);
}

}  // namespace
}  // namespace weir
