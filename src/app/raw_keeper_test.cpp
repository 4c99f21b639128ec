// SPDX-License-Identifier: Apache-2.0
#include "app/raw_keeper.h"

#include "app/alerts_heard.h"
#include "journal/sqlite/journal_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RawKept : public JournalTest {
 protected:
  RawKept() : root_(folder.path()) {
    std::filesystem::create_directories(root_ / "connections");
    std::filesystem::create_directories(root_ / "pipelines");
    write("connections/dingtalk.yaml", "connector: dingtalk\napp_key: k\napp_secret: s\n");
    define("receipts", "a");
  }

  void write(const std::string& file, const std::string& text) {
    std::ofstream(root_ / file) << text;
  }
  void define(const std::string& name, const std::string& value) {
    write("pipelines/" + name + ".yaml",
          "source: {connection: dingtalk, api: v1.0/yida/processes/instances, method: POST, "
          "id: processInstanceId, request: {appType: A, systemToken: T, userId: '1', "
          "formUuid: F}}\ntarget: {connection: dingtalk, api: 写入空操作, method: POST, "
          "request: [{field: v, value: \"" +
              value + "\"}]}\n");
  }
  void retain(const std::string& limits) { write("weir.yaml", "retention: " + limits + "\n"); }

  Workspace workspace() {
    Faults faults;
    return read_workspace(root_, faults);
  }
  LookedInto who_is_looked_into() { return looked_into(workspace(), *journal, clock); }

  std::shared_ptr<const ServedWorkspace> served() {
    Faults faults;
    auto served = read_served(root_, *journal, clock, faults);
    EXPECT_TRUE(served != nullptr);
    return served;
  }
  // What is heard of one sweep by these limits.
  std::vector<std::string> sweep(const std::string& limits) {
    retain(limits);
    keeper_.follow(served());
    heard_.now = clock.now();
    keeper_.sweep({});
    return heard_.take();
  }

  void receive_delivered(const std::string& id) { deliver(store({{id, 1, ""}}).due[0].place, 1); }
  std::string raw_of_version(const std::string& id) {
    return journal->trace(pipeline, id).value().back().raw;
  }

  const std::filesystem::path root_;
  AlertsHeard heard_;
  ServeLog log_{true, clock};
  RawKeeper keeper_{*journal, clock, log_, heard_};
};

TEST_F(RawKept, KnowsWhatIsLookedInto) {
  EXPECT_THAT(who_is_looked_into().pipelines, IsEmpty());
  define("others", "_findCollection find x from receipts where y={z}");
  EXPECT_THAT(who_is_looked_into().pipelines, ElementsAre("receipts"));
  EXPECT_FALSE(who_is_looked_into().all);
  define("broken", "_findCollection find x from");
  EXPECT_TRUE(who_is_looked_into().all);
  write("pipelines/broken.yaml", "nothing: of use\n");
  EXPECT_FALSE(who_is_looked_into().all);
  write("pipelines/receipts.json", "{}");  // the second of that name
  EXPECT_TRUE(who_is_looked_into().all);
  std::filesystem::remove(root_ / "pipelines/receipts.json");
  std::filesystem::create_symlink("nowhere", root_ / "pipelines/lost.yaml");
  EXPECT_TRUE(who_is_looked_into().all);
}

TEST_F(RawKept, GivesUpByTheFilesAsTheyAre) {
  receive_delivered("a");
  clock.advance(std::chrono::days(91));
  EXPECT_THAT(sweep("off"), IsEmpty());
  EXPECT_THAT(sweep("{age: 92d}"), IsEmpty());
  define("others", "_findCollection find x from receipts where y={z}");
  EXPECT_THAT(sweep(""), IsEmpty());
  EXPECT_NE(raw_of_version("a"), "");
  define("others", "b");
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(sweep(""), IsEmpty());
  const std::string logged = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(raw_of_version("a"), "");
  EXPECT_THAT(logged, HasSubstr("\"event\":\"raw_given_up\",\"pages\":1,\"bytes\":"));
  EXPECT_THAT(logged, HasSubstr("\"bytes_kept\":0}"));
}

TEST_F(RawKept, TellsOfAJournalThatStaysTooLargeOnceADayAndOfItsEnd) {
  const RecordPlace place = store({{"a", 1, ""}}).due[0].place;
  settle(place, RecordState::failed, "no");
  std::vector<TestRecord> many;
  for (std::uint32_t i = 0; i < 200; ++i) {
    many.push_back({fmt::format("{:x}", i * 2'654'435'761U), 1, ""});  // little to compress
  }
  store(many);
  EXPECT_THAT(sweep("{size: 1KB}"),
              ElementsAre(AllOf(HasSubstr("journal_too_large journal: the journal keeps "),
                                HasSubstr("`retention` in weir.yaml allows 1 KB"))));
  EXPECT_THAT(sweep("{size: 1KB}"), IsEmpty());
  clock.advance(std::chrono::hours(25));
  EXPECT_THAT(sweep("{size: 1KB}"), ElementsAre(HasSubstr("journal_too_large journal")));
  EXPECT_THAT(sweep("{size: 1MB}"), ElementsAre(HasSubstr("well: journal_too_large journal: the "
                                                          "journal keeps ")));
  EXPECT_THAT(sweep("{size: 1KB}"), ElementsAre(HasSubstr("journal_too_large journal")));
  EXPECT_THAT(sweep("off"), ElementsAre(HasSubstr("well: journal_too_large journal")));
}

TEST_F(RawKept, SweepsWhenItStartsAndWhenTheFilesWereReadAgain) {
  receive_delivered("a");
  retain("off");
  keeper_.follow(served());
  keeper_.start();
  retain("{age: 1h}");
  clock.advance(std::chrono::days(1));
  keeper_.follow(served());
  while (!raw_of_version("a").empty()) {
    std::this_thread::yield();
  }
}

TEST_F(RawKept, AStopEndsItBetweenTwoSteps) {
  receive_delivered("a");
  clock.advance(std::chrono::days(91));
  retain("");
  keeper_.follow(served());
  std::stop_source stop;
  stop.request_stop();
  keeper_.sweep(stop.get_token());
  EXPECT_NE(raw_of_version("a"), "");
}

}  // namespace
}  // namespace weir
