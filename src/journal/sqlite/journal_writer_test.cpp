// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_writer.h"

#include "journal/sqlite/faulty_disk.h"
#include "journal/sqlite/journal_fixture.h"

#include <gmock/gmock.h>

#include <chrono>

namespace weir {
namespace {

using ::testing::ElementsAre;

// A journal on a disk whose syncs take as long as the test wants.
class SlowDiskTest : public JournalTest {
 protected:
  SlowDiskTest() : disk_(hooked()) {}
  ~SlowDiskTest() override { disk_.let_go(); }

  std::future<Result<std::vector<Intake>>> store(const std::string& id) {
    return journal->store(pipeline, run, Redelivery::never, {page_of({{id, 1, ""}})}, Cursor{id});
  }
  std::string cursor() { return journal->cursor(pipeline).value().value_or(Cursor{}).text; }

  template <typename T>
  static bool is_ready(const std::future<T>& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  FaultyDisk& disk_;

 private:
  // The journal is opened anew, on the disk that can be held.
  FaultyDisk& hooked() {
    journal.reset();
    FaultyDisk& disk = FaultyDisk::install();
    disk.disarm();
    open();
    return disk;
  }
};

TEST_F(SlowDiskTest, WhatIsNotOnDiskIsNotAcknowledged) {
  disk_.hold();
  auto first = store("a");
  disk_.await_held();
  EXPECT_FALSE(is_ready(first));
  disk_.let_go();
  EXPECT_TRUE(first.get().has_value());
  EXPECT_EQ(cursor(), "a");
}

// So that a power cut finds one transaction at most that is not whole: see wal_check.h.
TEST_F(SlowDiskTest, TheNextTransactionIsPreparedMeanwhileAndCommittedAfterwards) {
  const Intake known = JournalTest::store({{"known", 1, ""}});
  disk_.hold();
  auto first = store("a");
  disk_.await_held();
  auto second = store("b");
  auto opened = journal->open_batch(pipeline, 0, 1, Redelivery::never, {{{known.due[0].place, 7}}});
  ASSERT_TRUE(opened.has_value());  // decided, so `second` is prepared
  EXPECT_THAT(opened->accepted, ElementsAre(true));
  EXPECT_FALSE(is_ready(opened->on_disk));
  EXPECT_FALSE(is_ready(second));
  EXPECT_EQ(cursor(), "a");
  EXPECT_TRUE(journal->open_batches(pipeline).value().empty());
  disk_.let_go();
  EXPECT_TRUE(first.get().has_value());
  EXPECT_TRUE(second.get().has_value());
  EXPECT_TRUE(opened->on_disk.get().has_value());
  EXPECT_EQ(cursor(), "b");
  EXPECT_EQ(journal->open_batches(pipeline).value().size(), 1U);
}

TEST_F(SlowDiskTest, NothingIsCommittedBehindASyncThatFailed) {
  const Intake known = JournalTest::store({{"known", 1, ""}});
  disk_.hold();
  auto first = store("a");
  disk_.await_held();
  auto second = store("b");
  auto opened = journal->open_batch(pipeline, 0, 1, Redelivery::never, {{{known.due[0].place, 7}}});
  ASSERT_TRUE(opened.has_value());
  disk_.arm(DiskFault::broken_once, 1);
  disk_.let_go();
  EXPECT_FALSE(first.get().has_value());
  EXPECT_FALSE(second.get().has_value());
  EXPECT_FALSE(opened->on_disk.get().has_value());
  EXPECT_NE(cursor(), "b");
  disk_.disarm();
}

TEST_F(SlowDiskTest, TheEndWaitsForTheDisk) {
  disk_.hold();
  auto first = store("a");
  disk_.await_held();
  auto second = store("b");
  std::jthread ending([this] { journal.reset(); });
  disk_.let_go();
  ending.join();
  EXPECT_TRUE(first.get().has_value());
  EXPECT_TRUE(second.get().has_value());
  open();
  EXPECT_EQ(cursor(), "b");
}

}  // namespace
}  // namespace weir
