// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/write_back.h"

#include "journal/sqlite/faulty_disk.h"
#include "journal/sqlite/journal_fixture.h"
#include "journal/sqlite/test_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

namespace weir {
namespace {

using ::testing::HasSubstr;

constexpr int log_pages = 24;

// A writer and its log, on a disk whose syncs take as long as the test wants.
class WriteBackTest : public ::testing::Test {
 protected:
  WriteBackTest() : disk_(FaultyDisk::install()) {
    disk_.disarm();
    writer_ = Database::open(file(), DatabaseAccess::create).value();
    must(writer_->execute("PRAGMA journal_mode=WAL"));
    writer_->watch_log();
    must(writer_->execute("CREATE TABLE row(data BLOB)"));
    must(writer_->sync_apart());
    write_back_ = WriteBack::open(file(), log_pages).value();
  }
  ~WriteBackTest() override {
    disk_.disarm();
    disk_.let_go();
  }

  static void must(const Result<void>& done) {
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }

  // Six pages or so for the log.
  Result<void> commit() {
    WEIR_CHECK(writer_->execute("INSERT INTO row VALUES(randomblob(20000))"));
    return write_back_->after_commit(*writer_);
  }
  void commit_until(int log_length) {
    for (int i = 0; i < 200 && writer_->log_length() < log_length; ++i) {
      must(commit());
    }
    ASSERT_GE(writer_->log_length(), log_length);
  }

  std::filesystem::path file() const { return folder_.path() / "journal.db"; }
  std::uintmax_t file_bytes() const { return std::filesystem::file_size(file()); }

  const TestFolder folder_;
  FaultyDisk& disk_;
  std::unique_ptr<Database> writer_;
  std::unique_ptr<WriteBack> write_back_;
};

TEST_F(WriteBackTest, AShortLogIsLeftAlone) {
  const auto before = file_bytes();
  commit_until(log_pages - 8);
  write_back_.reset();
  EXPECT_EQ(file_bytes(), before);
}

TEST_F(WriteBackTest, TheLogComesIntoTheFileAndBeginsAnew) {
  int longest = 0;
  for (int i = 0; i < 200; ++i) {
    must(commit());
    longest = std::max(longest, writer_->log_length());
  }
  EXPECT_LE(longest, 2 * log_pages + 8);
  write_back_.reset();
  EXPECT_GT(file_bytes(), 20'000U * 150);
}

TEST_F(WriteBackTest, TheWriterGoesOnMeanwhile) {
  disk_.hold();
  commit_until(log_pages);
  disk_.await_held();
  commit_until(2 * log_pages - 8);
  disk_.let_go();
  must(commit());
  must(commit());  // waits for what is under way, and writes the rest back
  must(commit());
  EXPECT_LT(writer_->log_length(), log_pages);
}

TEST_F(WriteBackTest, WhoReadsMakesTheLogLongerAndHoldsNobodyUp) {
  must(commit());
  const auto reader = Database::open(file(), DatabaseAccess::read).value();
  must(reader->execute("BEGIN"));
  must(reader->execute("SELECT count(*) FROM row"));
  commit_until(5 * log_pages);
  must(reader->execute("COMMIT"));
  int shortest = writer_->log_length();
  for (int i = 0; i < 20; ++i) {
    must(commit());
    shortest = std::min(shortest, writer_->log_length());
  }
  EXPECT_LT(shortest, log_pages);
}

TEST_F(WriteBackTest, ALogThatIsWrittenBackWholeIsForgotten) {
  commit_until(log_pages);
  while (writer_->log_length() != 0 && !HasFailure()) {
    must(write_back_->after_commit(*writer_));
    std::this_thread::yield();
  }
  must(commit());
  EXPECT_LT(writer_->log_length(), log_pages);
  disk_.hold();
  commit_until(log_pages);
  disk_.await_held();  // the thread again, not the writer
  must(commit());
  disk_.let_go();
}

TEST_F(WriteBackTest, AJournalIsLeftAsOneWholeFile) {
  JournalOptions options;
  options.folder = folder_.path() / "state";
  options.tuning.log_pages = log_pages;
  {
    const auto journal = open_sqlite_journal(options).value();
    const auto pipeline = journal->pipeline("receipts").value();
    const auto run = journal->begin_run(pipeline, {test_time, "text"}).value();
    for (int i = 0; i < 60; ++i) {
      const auto page = page_of({{fmt::format("id-{}", i), 1, ""}});
      ASSERT_TRUE(journal->store(pipeline, run, Redelivery::never, {page}, {}).get().has_value());
    }
  }
  EXPECT_FALSE(std::filesystem::exists(options.folder / "journal.db-wal"));
  const auto journal = open_sqlite_journal(options).value();
  EXPECT_EQ(journal->count_waiting(journal->pipeline("receipts").value()).value(), 60);
}

// Nobody waits for the thread's answer, so the next commit must give it.
class WriteBackFaultTest : public WriteBackTest {
 protected:
  // The `step`-th of what the thread does to the disk fails: it syncs the log, then it writes.
  Error told_when_failing(int step) {
    disk_.hold();
    commit_until(log_pages);
    disk_.await_held();
    disk_.arm(DiskFault::broken_once, step);
    disk_.let_go();
    disk_.await_struck();
    for (int i = 0; i < 20; ++i) {
      if (const auto done = commit(); !done) {
        return done.error();
      }
    }
    return {};
  }
};

TEST_F(WriteBackFaultTest, TheWriterHearsThatTheLogIsNotOnTheDisk) {
  const Error told = told_when_failing(1);
  EXPECT_EQ(told.kind, ErrorKind::unavailable);
  EXPECT_THAT(told.message, HasSubstr("journal.db"));
  EXPECT_THAT(told.message, HasSubstr("writing its log back"));
}

TEST_F(WriteBackFaultTest, TheWriterHearsThatTheFileCannotBeWritten) {
  const Error told = told_when_failing(2);
  EXPECT_EQ(told.kind, ErrorKind::unavailable);
  EXPECT_THAT(told.message, HasSubstr("writing its log back"));
}

}  // namespace
}  // namespace weir
