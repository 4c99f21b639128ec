// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/sqlite_journal.h"

#include "journal/sqlite/journal_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SqliteJournal : public JournalTest {};

TEST_F(SqliteJournal, TellsNewChangedAndUnchangedApart) {
  EXPECT_THAT(
      store({{"a", 1, ""}, {"b", 1, ""}, {"a", 1, ""}, {"a", 2, ""}}).novelty,
      ElementsAre(Novelty::new_record, Novelty::new_record, Novelty::unchanged, Novelty::changed));
  EXPECT_THAT(store({{"a", 2, ""}, {"b", 2, ""}}).novelty,
              ElementsAre(Novelty::unchanged, Novelty::changed));
}

TEST_F(SqliteJournal, AKnownPageLeavesNoTraceButMovesTheCursor) {
  store({{"a", 1, ""}});
  const auto intakes =
      journal->store(pipeline, run, Redelivery::never, {page_of({{"a", 1, ""}})}, Cursor{"{7}"})
          .get();
  ASSERT_TRUE(intakes.has_value());
  EXPECT_THAT(intakes->front().due, IsEmpty());
  EXPECT_THAT(journal->trace(pipeline, "a").value(), SizeIs(1));
  EXPECT_EQ(journal->cursor(pipeline).value()->text, "{7}");
}

TEST_F(SqliteJournal, AVersionReplacedInTheSameCallIsDueOnce) {
  const auto intakes = journal
                           ->store(pipeline, run, Redelivery::never,
                                   {page_of({{"a", 1, ""}}), page_of({{"a", 2, ""}})}, {})
                           .get()
                           .value();
  EXPECT_THAT(intakes[0].due, IsEmpty());
  EXPECT_THAT(intakes[1].due, SizeIs(1));
  EXPECT_EQ(intakes[0].judged + intakes[1].judged, 1);
  EXPECT_EQ(waiting_count(), 1);
  EXPECT_TRUE(journal->trace(pipeline, "a").value().front().superseded);
}

TEST_F(SqliteJournal, ADeliveredRecordIsNotDueAgainWhenRedeliveryIsNever) {
  deliver(store({{"a", 1, ""}}).due.front().place, 11);
  const Intake changed = store({{"a", 2, ""}});
  EXPECT_THAT(changed.due, IsEmpty());
  EXPECT_EQ(changed.judged, 0);
  EXPECT_EQ(state_of("a"), RecordState::delivered);
  EXPECT_THAT(records(), SizeIs(1));
}

TEST_F(SqliteJournal, AFilteredRecordIsJudgedAnewWhenItChanges) {
  settle(store({{"a", 1, ""}}).due.front().place, RecordState::filtered, "RUNNING");
  EXPECT_THAT(store({{"a", 1, ""}}).due, IsEmpty());
  EXPECT_THAT(store({{"a", 2, ""}}).due, SizeIs(1));
  EXPECT_EQ(state_of("a"), RecordState::waiting);
}

TEST_F(SqliteJournal, AChangedRecordGoesOutOnlyWhenSomethingElseWouldBeSent) {
  constexpr auto when_different = Redelivery::when_different;
  deliver(store({{"a", 1, ""}}, when_different).due.front().place, 11, when_different);
  const Intake same = store({{"a", 2, ""}}, when_different);
  ASSERT_THAT(same.due, SizeIs(1));
  const OpenedBatch refused = open_batch({{same.due.front().place, 11}}, 0, when_different);
  EXPECT_THAT(refused.accepted, ElementsAre(false));
  EXPECT_EQ(refused.withdrawn, 1);
  EXPECT_EQ(refused.key.sequence, 0U);
  EXPECT_EQ(state_of("a"), RecordState::delivered);
  const Intake different = store({{"a", 3, ""}}, when_different);
  EXPECT_THAT(open_batch({{different.due.front().place, 12}}, 0, when_different).accepted,
              ElementsAre(true));
}

TEST_F(SqliteJournal, AVersionDeliveredMeanwhileKeepsTheNextOneBack) {
  const RecordPlace old = store({{"a", 1, ""}}).due.front().place;
  const OpenedBatch batch = open_batch({{old, 11}});
  const Intake changed = store({{"a", 2, ""}});
  EXPECT_EQ(changed.judged, 1);  // in addition: the old one is on its way
  ASSERT_TRUE(journal->settle_batch(batch.key, run, test_time, {}).get().has_value());
  const OpenedBatch next = open_batch({{changed.due.front().place, 12}});
  EXPECT_THAT(next.accepted, ElementsAre(false));
  EXPECT_EQ(next.withdrawn, 1);
  EXPECT_EQ(waiting_count(), 0);
}

TEST_F(SqliteJournal, AVersionThatANewerOneReplacedIsWithdrawnWhenOffered) {
  const RecordPlace old = store({{"a", 1, ""}}).due.front().place;
  const RecordPlace changed = store({{"a", 2, ""}}).due.front().place;
  const OpenedBatch batch = open_batch({{old, 1}, {changed, 2}});
  EXPECT_THAT(batch.accepted, ElementsAre(false, true));
  EXPECT_EQ(batch.withdrawn, 1);
}

TEST_F(SqliteJournal, SequencesHaveNoGapsAndAWithdrawnOneIsUsedAgain) {
  std::vector<std::uint64_t> sequences;
  for (int i = 0; i < 6; ++i) {
    const RecordPlace place = store({{fmt::format("r{}", i), 1, ""}}).due.front().place;
    const BatchKey key = open_batch({{place, 1}}, 3).key;
    sequences.push_back(key.sequence);
    if (i % 2 == 0) {
      ASSERT_TRUE(journal->withdraw_batch(key).has_value());
    } else {
      ASSERT_TRUE(journal->settle_batch(key, run, test_time, {}).get().has_value());
    }
    open();
  }
  EXPECT_THAT(sequences, ElementsAre(1, 1, 2, 2, 3, 3));
  EXPECT_EQ(waiting_count(), 3);
}

TEST_F(SqliteJournal, AnOpenBatchOutlivesItsProcessWithItsMembersInOrder) {
  const Intake intake = store({{"a", 1, ""}, {"b", 1, ""}, {"c", 1, ""}});
  const RecordPlace a = intake.due[0].place;
  const RecordPlace b = intake.due[1].place;
  const RecordPlace c = intake.due[2].place;
  const BatchKey key = open_batch({{c, 3}, {a, 1}, {b, 2}}).key;
  ASSERT_TRUE(journal
                  ->amend_batch(
                      key, run, test_time,
                      std::vector<Settlement>{{a, RecordState::failed, "Data too long", false, 0}})
                  .has_value());
  open();
  const auto batches = journal->open_batches(pipeline).value();
  ASSERT_THAT(batches, SizeIs(1));
  EXPECT_EQ(batches[0].key, key);
  EXPECT_EQ(batches[0].fence, 1U);
  EXPECT_THAT(batches[0].members, ElementsAre(c, b));
  EXPECT_EQ(waiting_count(), 2);
  EXPECT_THAT(journal->waiting(pipeline, {}, 1000).value(), IsEmpty());
  EXPECT_EQ(state_of("a"), RecordState::failed);
}

TEST_F(SqliteJournal, ARemarkOnNoMemberOrASecondOneOnAMemberIsRefusedAndNamed) {
  const Intake intake = store({{"a", 1, ""}, {"b", 1, ""}, {"c", 1, ""}});
  const auto remark = [&](std::size_t record) {
    return Settlement{intake.due[record].place, RecordState::delivered, "cut", true, 1};
  };
  const BatchKey key = open_batch({{remark(0).place, 1}, {remark(1).place, 1}}).key;
  const auto settle_with = [&](std::vector<Settlement> remarks) {
    return journal->settle_batch(key, run, test_time, std::move(remarks)).get();
  };
  const auto page = static_cast<std::int64_t>(remark(0).place.page);
  const auto stranger = settle_with({remark(2), remark(0)});
  ASSERT_FALSE(stranger.has_value());
  EXPECT_EQ(stranger.error().kind, ErrorKind::internal);
  EXPECT_THAT(stranger.error().message, HasSubstr(fmt::format("record 2 of page {} ", page)));
  const auto repeated = settle_with({remark(1), remark(0), remark(1)});
  ASSERT_FALSE(repeated.has_value());
  EXPECT_THAT(repeated.error().message, HasSubstr(fmt::format("record 1 of page {} ", page)));
  EXPECT_EQ(waiting_count(), 3);
  EXPECT_TRUE(settle_with({remark(1), remark(0)}).has_value());
  EXPECT_EQ(waiting_count(), 1);
}

TEST_F(SqliteJournal, AnOperationThatIsRefusedChangesNothing) {
  const RecordPlace place = store({{"a", 1, ""}}).due.front().place;
  const Settlement good{place, RecordState::filtered, "", false, 0};
  const Settlement bad{{place.page, 7}, RecordState::filtered, "", false, 0};
  const auto settled = journal->settle(pipeline, run, test_time, {good, bad}).get();
  ASSERT_FALSE(settled.has_value());
  EXPECT_EQ(settled.error().kind, ErrorKind::internal);
  EXPECT_EQ(waiting_count(), 1);
  settle(place, RecordState::filtered, "");  // the journal still writes
}

TEST_F(SqliteJournal, FailedRecordsComeDueByTheirPlan) {
  const RecordPlace place = store({{"a", 1, "NO-1"}}).due.front().place;
  settle(place, RecordState::failed, "first");
  const Timestamp early = test_time + std::chrono::seconds(19);
  const Timestamp late = test_time + std::chrono::seconds(20);
  EXPECT_EQ(journal->requeue_failed(pipeline, {}, early).value(), 0);
  EXPECT_EQ(journal->requeue_failed(pipeline, {}, late).value(), 1);
  settle(place, RecordState::failed, "second", late);
  EXPECT_EQ(journal->requeue_failed(pipeline, {}, late + std::chrono::minutes(4)).value(), 0);
  const std::vector<std::string> by_number{"NO-1"};
  EXPECT_EQ(journal->requeue_failed(pipeline, by_number, {}).value(), 1);
  const std::vector<std::string> wrong{"a", "nobody"};
  const auto refused = journal->requeue_failed(pipeline, wrong, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_THAT(refused.error().message, HasSubstr("`a` (not failed), `nobody` (unknown)"));
}

TEST_F(SqliteJournal, ATraceTellsVersionsAttemptsAndTheTextOfTheTime) {
  const RecordPlace place = store({{"a", 1, "NO-1"}}).due.front().place;
  settle(place, RecordState::failed, "Unknown column 'x'");
  EXPECT_EQ(journal->requeue_failed(pipeline, {}, {}).value(), 1);
  const RunId second = journal->begin_run(pipeline, {test_time, "name: mended"}).value();
  ASSERT_TRUE(journal
                  ->settle(pipeline, second, test_time + std::chrono::hours(1),
                           {{place, RecordState::delivered, "", false, 1}})
                  .get()
                  .has_value());
  for (const char* name : {"a", "NO-1"}) {
    const auto trace = journal->trace(pipeline, name).value();
    ASSERT_THAT(trace, SizeIs(1));
    EXPECT_EQ(trace[0].raw, raw_of({"a", 1, "NO-1"}));
    EXPECT_EQ(trace[0].definition, "name: mended");
    EXPECT_EQ(trace[0].received_in, run);
    ASSERT_THAT(trace[0].attempts, SizeIs(2));
    EXPECT_EQ(trace[0].attempts[0].reason, "Unknown column 'x'");
    EXPECT_EQ(trace[0].attempts[0].run, run);
    EXPECT_EQ(trace[0].attempts[1].state, RecordState::delivered);
    EXPECT_EQ(trace[0].summary.attempts, 2U);
  }
  EXPECT_THAT(journal->trace(pipeline, "NO-2").value(), IsEmpty());
}

TEST_F(SqliteJournal, WaitingRecordsComeInPiecesWithTheirFault) {
  IncomingPage page = page_of({{"a", 1, ""}, {"b", 1, ""}, {"c", 1, ""}});
  Page faulty = *page.page;
  faulty.records[1].fault = "no id";
  page.page = std::make_shared<const Page>(faulty);
  ASSERT_TRUE(journal->store(pipeline, run, Redelivery::never, {page}, {}).get().has_value());
  std::optional<RecordPlace> after;
  std::vector<std::string> ids;
  for (;;) {
    const auto piece = journal->waiting(pipeline, after, 1).value();
    if (piece.empty()) {
      break;
    }
    EXPECT_THAT(piece, SizeIs(1));
    EXPECT_EQ(piece[0].fault, piece[0].id == "b" ? "no id" : "");
    ids.emplace_back(piece[0].id);
    after = piece.records.back().place;
  }
  EXPECT_THAT(ids, ElementsAre("a", "b", "c"));
}

TEST_F(SqliteJournal, RunsAreListedNewestFirst) {
  ASSERT_TRUE(journal->end_run(run, test_time, "{\"read\":0}").has_value());
  const PipelineId other = journal->pipeline("orders").value();
  ASSERT_TRUE(journal->begin_run(other, {test_time, ""}).has_value());
  const auto all = journal->runs("", 0).value();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].pipeline, "orders");
  EXPECT_FALSE(all[0].ended_at.has_value());
  EXPECT_EQ(all[1].report, "{\"read\":0}");
  EXPECT_THAT(journal->runs("receipts", 0).value(), SizeIs(1));
  EXPECT_THAT(journal->runs("", 1).value(), SizeIs(1));
}

TEST_F(SqliteJournal, AReaderSeesWhatIsCommittedAndChangesNothing) {
  const auto reader = open_reader();
  store({{"a", 1, "NO-1"}});
  EXPECT_EQ(reader->uuid(), journal->uuid());
  EXPECT_EQ(reader->pipeline("receipts").value(), pipeline);
  EXPECT_THAT(reader->trace(pipeline, "NO-1").value(), SizeIs(1));
  EXPECT_EQ(reader->raise_fence(pipeline).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(reader->pipeline("unknown").error().kind, ErrorKind::rejected);
}

TEST_F(SqliteJournal, NoJournalToReadIsSaidPlainly) {
  JournalOptions reading;
  reading.folder = folder.path() / "elsewhere";
  reading.access = JournalAccess::read;
  const auto opened = open_sqlite_journal(reading);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("elsewhere/journal.db"));
}

TEST_F(SqliteJournal, ManyThreadsWriteAndReadAtOnce) {
  constexpr int threads = 4;
  constexpr int rounds = 25;
  {
    std::vector<std::jthread> workers;
    workers.reserve(threads);
    for (int worker = 0; worker < threads; ++worker) {
      workers.emplace_back([&, worker] {
        for (int round = 0; round < rounds; ++round) {
          const std::string id = fmt::format("w{}-{}", worker, round);
          const Intake intake = store({{id, 1, id}});
          deliver_in(static_cast<std::uint32_t>(worker), intake.due.front().place);
          EXPECT_THAT(journal->trace(pipeline, id).value(), SizeIs(1));
        }
      });
    }
  }
  EXPECT_THAT(records(RecordState::delivered), SizeIs(threads * rounds));
}

}  // namespace
}  // namespace weir
