// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/lock_file.h"

#include "journal/sqlite/test_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace weir {
namespace {

using ::testing::HasSubstr;

const auto no_wait = std::chrono::milliseconds(0);

// A child that takes the lock, says so, and keeps it until it is killed.
class Holder {
 public:
  explicit Holder(const std::filesystem::path& file) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    child_ = ::fork();
    if (child_ == 0) {
      SystemClock clock;
      const auto lock = LockFile::take(file, clock, no_wait, {});
      [[maybe_unused]] const auto told = ::write(ends[1], lock ? "y" : "n", 1);
      for (;;) {
        ::pause();
      }
    }
    char answer = 0;
    EXPECT_EQ(::read(ends[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  pid_t process() const { return child_; }
  void kill() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
      child_ = 0;
    }
  }

 private:
  pid_t child_ = 0;
};

TEST(LockFile, NamesTheProcessThatHoldsIt) {
  const TestFolder folder;
  const Holder holder(folder.path() / "lock");
  SystemClock clock;
  std::string told;
  int times = 0;
  const auto refused = LockFile::take(folder.path() / "lock", clock, std::chrono::milliseconds(60),
                                      [&](const std::string& name) {
                                        told = name;
                                        ++times;
                                      });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  const std::string process = "process " + std::to_string(holder.process());
  EXPECT_THAT(refused.error().message, HasSubstr(process));
  EXPECT_THAT(refused.error().message, HasSubstr("weir_journal_sqlite_test"));
  EXPECT_THAT(told, HasSubstr(process));
  EXPECT_EQ(times, 1);
}

TEST(LockFile, DiesWithItsProcess) {
  const TestFolder folder;
  Holder holder(folder.path() / "lock");
  SystemClock clock;
  EXPECT_FALSE(LockFile::take(folder.path() / "lock", clock, no_wait, {}).has_value());
  holder.kill();
  EXPECT_TRUE(LockFile::take(folder.path() / "lock", clock, no_wait, {}).has_value());
}

TEST(LockFile, WaitsForTheHolderToEnd) {
  const TestFolder folder;
  Holder holder(folder.path() / "lock");
  SystemClock clock;
  const auto taken = LockFile::take(folder.path() / "lock", clock, std::chrono::seconds(60),
                                    [&](const std::string&) { holder.kill(); });
  EXPECT_TRUE(taken.has_value());
}

TEST(LockFile, TakesTheFileThatStandsThereNowAndNotTheOneItWaitedFor) {
  const TestFolder folder;
  const std::filesystem::path file = folder.path() / "lock";
  Holder holder(file);
  SystemClock clock;
  const auto taken = LockFile::take(file, clock, std::chrono::seconds(60), [&](const std::string&) {
    std::filesystem::rename(file, folder.path() / "aside");
    holder.kill();
  });
  ASSERT_TRUE(taken.has_value());
  EXPECT_FALSE(LockFile::take(file, clock, no_wait, {}).has_value());
  EXPECT_TRUE(LockFile::take(folder.path() / "aside", clock, no_wait, {}).has_value());
}

TEST(LockFile, StopsWaitingWhenAsked) {
  const TestFolder folder;
  const Holder holder(folder.path() / "lock");
  SystemClock clock;
  std::stop_source stop;
  const auto stopped = LockFile::take(
      folder.path() / "lock", clock, std::chrono::hours(1),
      [&](const std::string&) { stop.request_stop(); }, stop.get_token());
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  EXPECT_THAT(stopped.error().message, HasSubstr(std::to_string(holder.process())));
}

TEST(LockFile, ExcludesASecondOneOfTheSameProcess) {
  const TestFolder folder;
  SystemClock clock;
  {
    const auto first = LockFile::take(folder.path() / "lock", clock, no_wait, {});
    ASSERT_TRUE(first.has_value());
    EXPECT_FALSE(LockFile::take(folder.path() / "lock", clock, no_wait, {}).has_value());
  }
  EXPECT_TRUE(LockFile::take(folder.path() / "lock", clock, no_wait, {}).has_value());
}

}  // namespace
}  // namespace weir
