// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_backup.h"

#include "journal/sqlite/journal_fixture.h"

#include <atomic>
#include <thread>

namespace weir {
namespace {

class JournalBackupTest : public JournalTest {
 protected:
  std::filesystem::path make_place(const std::string& name) {
    const std::filesystem::path place = folder.path() / name;
    std::filesystem::create_directories(place);
    return place;
  }

  Result<std::string> copy_to(const std::filesystem::path& place) {
    return copy_journal(options.folder, place / "journal.db", {});
  }
};

TEST_F(JournalBackupTest, GivesAJournalAsItStoodWhileTheOtherGoesOn) {
  const RecordPlace place = store({{"a", 1, ""}}).due.front().place;
  const auto copied = copy_to(make_place("copy"));
  ASSERT_TRUE(copied.has_value()) << copied.error().message;
  EXPECT_EQ(*copied, journal->uuid());
  deliver(place, 1);
  store({{"b", 1, ""}});
  options.folder = folder.path() / "copy";
  open();
  EXPECT_EQ(journal->uuid(), *copied);
  EXPECT_EQ(state_of("a"), RecordState::waiting);
  EXPECT_EQ(records().size(), 1U);
}

TEST_F(JournalBackupTest, IsOfOneMomentHoweverMuchIsWrittenMeanwhile) {
  constexpr int copies = 20;
  std::atomic<bool> ended = false;
  std::jthread writer([&] {
    for (std::uint64_t i = 0; !ended; ++i) {
      const std::string id = std::to_string(i);
      const auto intakes = journal->store(pipeline, run, Redelivery::never,
                                          {page_of({{"x" + id, i, ""}, {"y" + id, i, ""}})}, {});
    }
  });
  for (int copy = 0; copy < copies; ++copy) {
    const std::filesystem::path place = make_place(std::to_string(copy));
    ASSERT_TRUE(copy_to(place).has_value());
    JournalOptions copied = options;
    copied.folder = place;
    const auto opened = open_sqlite_journal(copied);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    const auto waiting = (*opened)->count_waiting(pipeline);
    ASSERT_TRUE(waiting.has_value()) << waiting.error().message;
    EXPECT_EQ(*waiting % 2, 0);
  }
  ended = true;
}

TEST_F(JournalBackupTest, CopiesNothingWhereThereIsNoJournal) {
  const std::filesystem::path place = make_place("copy");
  const auto copied = copy_journal(folder.path() / "nowhere", place / "journal.db", {});
  ASSERT_TRUE(copied.has_value());
  EXPECT_EQ(*copied, "");
  EXPECT_FALSE(std::filesystem::exists(place / "journal.db"));
}

TEST_F(JournalBackupTest, RestoredItHasANameOfItsOwnAndSaysSoUntilThatIsEnded) {
  store({{"a", 1, ""}});
  const std::string before = journal->uuid();
  EXPECT_FALSE(journal->is_restored());
  journal.reset();
  ASSERT_TRUE(mark_restored(options.folder, "told\n").has_value());
  open();
  EXPECT_NE(journal->uuid(), before);
  EXPECT_EQ(records().size(), 1U);
  EXPECT_TRUE(journal->is_restored());
  EXPECT_TRUE(*end_restored(options.folder));
  EXPECT_FALSE(journal->is_restored());
  EXPECT_FALSE(*end_restored(options.folder));
}

TEST_F(JournalBackupTest, ANewJournalWhereOneWasLostIsARestoredOneToo) {
  journal.reset();
  std::filesystem::remove_all(options.folder);
  std::filesystem::create_directories(options.folder);
  ASSERT_TRUE(mark_restored(options.folder, "told\n").has_value());
  open();
  EXPECT_TRUE(journal->is_restored());
}

}  // namespace
}  // namespace weir
