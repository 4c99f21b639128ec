// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/raw_sweep.h"

#include "journal/sqlite/journal_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RawSweep : public JournalTest {
 protected:
  // A page of one record, received now.
  RecordPlace receive(const std::string& id, std::uint64_t content = 1) {
    IncomingPage page = page_of({{id, content, ""}});
    page.received_at = clock.now();
    clock.advance(std::chrono::hours(1));
    const auto intakes =
        journal->store(pipeline, run, Redelivery::when_different, {page}, {}).get();
    EXPECT_TRUE(intakes.has_value()) << intakes.error().message;
    return intakes->front().due.front().place;
  }
  RecordPlace receive_delivered(const std::string& id, std::uint64_t content = 1) {
    const RecordPlace place = receive(id, content);
    deliver(place, content, Redelivery::when_different);
    return place;
  }
  void turn_to(const std::string& name) {
    pipeline = journal->pipeline(name).value();
    run = journal->begin_run(pipeline, {test_time, ""}).value();
  }

  static RawLimits down_to(std::int64_t bytes) {
    RawLimits limits;
    limits.bytes_max = bytes;
    return limits;
  }
  RawDropped drop(const RawLimits& limits) {
    const auto dropped = journal->drop_raw(limits);
    EXPECT_TRUE(dropped.has_value()) << dropped.error().message;
    return dropped.value_or(RawDropped{});
  }
  std::int64_t bytes_kept() { return drop({}).bytes_kept; }

  // Of all pipelines, the records whose raw JSON is still there.
  std::vector<std::string> kept(const std::vector<std::string>& names = {"receipts"}) {
    std::vector<std::string> ids;
    for (const std::string& name : names) {
      const PipelineId id = journal->pipeline(name).value();
      const auto visited = journal->records(id, {}, [&](const RecordSummary& record) {
        const auto versions = journal->trace(id, record.id).value();
        for (const VersionTrace& version : versions) {
          if (!version.raw_dropped) {
            const bool second = version.raw.find("\"content\":2") != std::string::npos;
            ids.push_back(record.id + (second ? "'" : ""));
          }
        }
        return true;
      });
      EXPECT_TRUE(visited.has_value());
    }
    return ids;
  }
};

TEST_F(RawSweep, OfAllPipelinesTheOldestGoFirst) {
  receive_delivered("a");
  turn_to("others");
  receive_delivered("b");
  turn_to("receipts");
  receive_delivered("c");
  const std::int64_t all = bytes_kept();
  const RawDropped one = drop(down_to(all - 1));
  EXPECT_EQ(one.pages, 1);
  EXPECT_FALSE(one.more);
  EXPECT_EQ(one.bytes_kept, all - one.bytes);
  EXPECT_THAT(kept({"receipts", "others"}), ElementsAre("c", "b"));
  EXPECT_EQ(drop(down_to(one.bytes_kept)).pages, 0);
  EXPECT_EQ(drop(down_to(one.bytes_kept - 1)).pages, 1);
  EXPECT_THAT(kept({"receipts", "others"}), ElementsAre("c"));
}

TEST_F(RawSweep, GoesByTheMomentOfReceiptThoughTheClockWasWrong) {
  clock.advance(std::chrono::days(1000));
  receive_delivered("of the future");
  clock.advance(-std::chrono::days(1000));
  receive_delivered("old");
  receive_delivered("young");
  EXPECT_EQ(drop_raw(clock.now() - std::chrono::minutes(90)), 1);
  EXPECT_THAT(kept(), ElementsAre("of the future", "young"));
}

TEST_F(RawSweep, WhatMayStillBeDeliveredStays) {
  receive("waits");
  settle(receive("failed"), RecordState::failed, "no");
  settle(receive("doubted"), RecordState::in_doubt, "who knows");
  open_batch({{receive("in a batch"), 1}}, 1);
  settle(receive("filtered"), RecordState::filtered, "not yet");
  const RawDropped dropped = drop(down_to(0));
  EXPECT_EQ(dropped.pages, 1);
  EXPECT_GT(dropped.bytes_kept, 0);
  EXPECT_THAT(kept(), ElementsAre("waits", "failed", "doubted", "in a batch"));
  EXPECT_EQ(journal->requeue_failed(pipeline, {}, {}).value(), 1);
  EXPECT_EQ(drop(down_to(0)).pages, 0);
  const auto waiting = journal->waiting(pipeline, {}, 1'000'000).value();
  ASSERT_EQ(waiting.size(), 2U);
  deliver(waiting[1].place, 1);
  EXPECT_EQ(drop(down_to(0)).pages, 1);
  EXPECT_THAT(kept(), ElementsAre("waits", "doubted", "in a batch"));
}

TEST_F(RawSweep, WhatIsLookedUpStaysInItsNewestVersion) {
  receive_delivered("a");
  receive_delivered("b");
  receive_delivered("a", 2);
  RawLimits limits = down_to(0);
  limits.looked_into = {"receipts"};
  EXPECT_EQ(drop(limits).pages, 1);
  EXPECT_THAT(kept(), ElementsAre("b", "a'"));
  limits.looked_into = {"others"};
  limits.all_looked_into = true;
  EXPECT_EQ(drop(limits).pages, 0);
  limits.all_looked_into = false;
  EXPECT_EQ(drop(limits).pages, 2);
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(RawSweep, AStepIsBounded) {
  options.tuning.raw_step.pages = 2;
  open();
  for (const char* id : {"a", "b", "c", "d"}) {
    receive_delivered(id);
  }
  const RawDropped first = drop(down_to(0));
  EXPECT_EQ(first.pages, 2);
  EXPECT_TRUE(first.more);
  const RawDropped second = drop(down_to(0));
  EXPECT_EQ(second.pages, 2);
  EXPECT_FALSE(second.more);
  EXPECT_EQ(second.bytes_kept, 0);

  options.tuning.raw_step = {100, 1};
  open();
  receive_delivered("e");
  receive_delivered("f");
  EXPECT_EQ(drop(down_to(0)).pages, 1);
}

TEST_F(RawSweep, IsKnownAfterwardsAndTheSumIsToo) {
  receive_delivered("a");
  receive_delivered("b");
  const std::int64_t all = bytes_kept();
  const RawDropped dropped = drop(down_to(all - 1));
  open();
  EXPECT_EQ(bytes_kept(), all - dropped.bytes);
  EXPECT_EQ(store({{"a", 1, ""}, {"b", 1, ""}}).judged, 0);
  EXPECT_EQ(state_of("a"), RecordState::delivered);
  EXPECT_EQ(drop(down_to(0)).bytes_kept, 0);
}

TEST_F(RawSweep, TheOldestIsFoundWithoutAScan) {
  journal.reset();
  const auto database =
      Database::open(options.folder / "journal.db", DatabaseAccess::write).value();
  const std::string sql = std::string("EXPLAIN QUERY PLAN ") + RawTable::select_oldest_sql;
  Statement explain(*database, sql.c_str());
  auto row = explain.use();
  ASSERT_TRUE(row.step().value());
  EXPECT_THAT(std::string(row.text(3)),
              HasSubstr("INDEX page_kept_oldest (pipeline=? AND hold=?)"));
  EXPECT_FALSE(row.step().value());  // nothing is sorted
}

TEST_F(RawSweep, AListThatContradictsThePageIsDamage) {
  for (const char* lie : {"hold = 1", "received_at = 7, hold = 1", "bytes = 7", "pipeline = 2"}) {
    journal->pipeline("others").value();
    const bool waits = std::string(lie) == "hold = 1";
    const RecordPlace place = receive(lie);
    if (!waits) {
      deliver(place, 1);
    }
    journal.reset();
    {
      const auto database =
          Database::open(options.folder / "journal.db", DatabaseAccess::write).value();
      ASSERT_TRUE(database
                      ->execute(fmt::format("UPDATE page_kept SET {} WHERE page = {}", lie,
                                            static_cast<std::int64_t>(place.page))
                                    .c_str())
                      .has_value());
    }
    open();
    const auto dropped = journal->drop_raw(down_to(0));
    ASSERT_FALSE(dropped.has_value()) << lie;
    EXPECT_EQ(dropped.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(dropped.error().message, HasSubstr("`page_kept`"));
    EXPECT_EQ(journal->waiting(pipeline, {}, 1'000'000).value().empty(), !waits);
    journal.reset();
    std::filesystem::remove_all(options.folder);
    open();
    pipeline = journal->pipeline("receipts").value();
    run = journal->begin_run(pipeline, {test_time, ""}).value();
  }
}

}  // namespace
}  // namespace weir
