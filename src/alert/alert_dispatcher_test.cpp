// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <utility>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What a channel was sent; lives longer than the channel.
class Told {
 public:
  void add(const AlertMessage& message) {
    const std::scoped_lock lock(mutex_);
    messages_.push_back(message);
    changed_.notify_all();
  }
  // Blocks until so many messages came.
  std::vector<AlertMessage> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return messages_.size() >= count; });
    return messages_;
  }
  std::vector<AlertMessage> messages() { return wait_for(0); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<AlertMessage> messages_;
};

// Holds up whoever passes while it is shut.
class Gate {
 public:
  void shut() { set(true); }
  void open() { set(false); }
  void pass(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return !shut_; });
  }

 private:
  void set(bool shut) {
    const std::scoped_lock lock(mutex_);
    shut_ = shut;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool shut_ = false;
};

class StagedChannel final : public AlertChannel {
 public:
  StagedChannel(Told& told, Gate& gate, int failures)
      : told_(told), gate_(gate), failures_(failures) {}
  Result<std::string> send(const AlertMessage& message, std::stop_token stop) override {
    if (failures_ > 0) {
      --failures_;
      return fail(ErrorKind::unavailable, "down");
    }
    told_.add(message);
    gate_.pass(stop);
    return "ok";
  }

 private:
  Told& told_;
  Gate& gate_;
  int failures_;
};

constexpr int for_ever = 1'000'000'000;

class Dispatcher : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / (std::string("alerts_") + test->name());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  NamedChannel channel(const std::string& name, Told& told, int failures = 0,
                       std::vector<AlertKind> kinds = {}) {
    return {name, std::move(kinds), std::make_unique<StagedChannel>(told, gate_, failures)};
  }

  template <typename... Channels>
  std::unique_ptr<AlertDispatcher> start(Channels... channels) {
    std::vector<NamedChannel> all;
    (all.push_back(std::move(channels)), ...);
    AlertDispatcher::Options options{
        .repeat_after = std::chrono::hours(1),
        .writer = AlertWriter(Language::en, TimeZone::utc()),
        .store = folder_ / "alerts.json",
        .on_trouble = [this](const std::string& name, const Error&) { note_failure(name); }};
    return std::make_unique<AlertDispatcher>(std::move(options), std::move(all), clock_);
  }

  void note_failure(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    ++failures_[name];
  }
  int failures(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    return failures_[name];
  }

  static Alert failed(const std::string& subject) {
    return {AlertKind::run_failed, subject, "why"};
  }
  static std::vector<std::string> titles(const std::vector<AlertMessage>& messages) {
    std::vector<std::string> titles;
    for (const AlertMessage& message : messages) {
      titles.push_back(message.title);
    }
    return titles;
  }

  std::filesystem::path folder_;
  Gate gate_;
  ManualClock clock_{Timestamp(std::chrono::milliseconds(1'700'000'000'000))};
  Told told_;
  std::mutex mutex_;
  std::map<std::string, int> failures_;
};

TEST_F(Dispatcher, TellsOnceAndThenWellAgain) {
  const auto dispatcher = start(channel("group", told_));
  dispatcher->raise(failed("receipts"));
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  dispatcher->raise(failed("receipts"));
  dispatcher->well_again(AlertKind::run_failed, "receipts", "fine");
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  dispatcher->well_again(AlertKind::run_failed, "receipts", "fine");
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  EXPECT_THAT(titles(told_.messages()),
              ElementsAre("Weir: run failed: receipts", "Weir: well again, run failed: receipts"));
  EXPECT_EQ(told_.messages()[1].notices[0].repeats, 1);
}

TEST_F(Dispatcher, RaisingNeverWaitsAndWhatWaitsIsMerged) {
  gate_.shut();
  const auto dispatcher = start(channel("group", told_));
  dispatcher->raise(failed("p0"));
  told_.wait_for(1);  // the channel hangs now
  for (int i = 1; i <= 10; ++i) {
    dispatcher->raise(failed("p" + std::to_string(i)));
  }
  gate_.open();
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  const auto messages = told_.messages();
  EXPECT_THAT(titles(messages), ElementsAre("Weir: run failed: p0", "Weir: 10 alerts"));
}

TEST_F(Dispatcher, AChannelThatIsDownHoldsUpNoOtherAndIsTriedAgain) {
  Told of_the_other;
  const auto dispatcher = start(channel("down", told_, 3), channel("up", of_the_other));
  dispatcher->raise(failed("receipts"));
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  EXPECT_THAT(titles(of_the_other.messages()), ElementsAre("Weir: run failed: receipts"));
  EXPECT_THAT(titles(told_.messages()), ElementsAre("Weir: run failed: receipts"));
  EXPECT_EQ(failures("down"), 3);
  EXPECT_EQ(failures("up"), 0);
  // 5 s, 10 s and 20 s of pauses.
  EXPECT_GE(clock_.now(), Timestamp(std::chrono::milliseconds(1'700'000'035'000)));
}

TEST_F(Dispatcher, AChannelHearsOnlyItsKinds) {
  Told of_quality;
  const auto dispatcher =
      start(channel("all", told_), channel("quality", of_quality, 0, {AlertKind::quality_broken}));
  dispatcher->raise(failed("receipts"));
  dispatcher->well_again(AlertKind::run_failed, "receipts", "fine");
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  EXPECT_THAT(of_quality.messages(), IsEmpty());
  dispatcher->raise({AlertKind::quality_broken, "receipts", "no amount"});
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  EXPECT_EQ(of_quality.messages().size(), 1U);
}

TEST_F(Dispatcher, AfterARestartNothingIsToldTwiceAndTheEndIsTold) {
  {
    const auto dispatcher = start(channel("group", told_));
    dispatcher->raise(failed("receipts"));
    EXPECT_TRUE(dispatcher->wait_until_told({}));
  }
  {
    const auto dispatcher = start(channel("group", told_));
    dispatcher->raise(failed("receipts"));
    EXPECT_TRUE(dispatcher->wait_until_told({}));
  }
  const auto dispatcher = start(channel("group", told_));
  EXPECT_EQ(told_.messages().size(), 1U);
  dispatcher->well_again(AlertKind::run_failed, "receipts", "fine");
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  ASSERT_EQ(told_.messages().size(), 2U);
  EXPECT_EQ(told_.messages()[1].notices[0].repeats, 1);
}

TEST_F(Dispatcher, WhatCouldNotBeToldIsToldAfterTheRestart) {
  Told never;
  {
    const auto dispatcher = start(channel("group", never, for_ever));
    dispatcher->raise(failed("receipts"));
  }
  const auto dispatcher = start(channel("group", told_));
  EXPECT_TRUE(dispatcher->wait_until_told({}));
  EXPECT_THAT(titles(told_.messages()), ElementsAre("Weir: run failed: receipts"));
  EXPECT_THAT(never.messages(), IsEmpty());
}

TEST_F(Dispatcher, AStoreThatIsDamagedOrCannotBeWrittenStopsNothing) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "alerts.json") << "{\"troubles\": [";
  std::filesystem::create_directories(folder_ / "alerts.json.new");
  const auto dispatcher = start(channel("group", told_));
  dispatcher->raise(failed("receipts"));
  EXPECT_EQ(told_.wait_for(1).size(), 1U);
  EXPECT_GE(failures(""), 2);
}

}  // namespace
}  // namespace weir
