// SPDX-License-Identifier: Apache-2.0
#include "app/alert_watch.h"

#include "app/alerts_heard.h"
#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace weir {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A workspace in files, with a journal and a ledger of its own, at a time that the test moves.
class AlertWatched : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(::testing::TempDir()) / "alert_watched";
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "connections");
    std::filesystem::create_directories(root_ / "pipelines");
    write("weir.yaml", "timezone: Asia/Shanghai\n");
    write("connections/dingtalk.yaml",
          "connector: dingtalk\napp_key: k\napp_secret: s\nbudget: {per_month: 5000}\n");
    pipeline("*/10 * * * *", "nothing_for: 2d");
    JournalOptions options;
    options.folder = root_ / ".weir";
    options.clock = &clock_;
    journal_ = open_sqlite_journal(options).value();
  }
  void TearDown() override {
    journal_.reset();
    std::filesystem::remove_all(root_);
  }

  void write(const std::string& file, const std::string& text) {
    std::ofstream(root_ / file) << text;
  }
  void pipeline(const std::string& cron, const std::string& alerts) {
    write("pipelines/receipts.yaml",
          fmt::format("schedule: {{cron: \"{}\"}}\nalerts: {{{}}}\n", cron, alerts) +
              "source: {connection: dingtalk, api: v1.0/yida/processes/instances, method: POST, "
              "id: processInstanceId, request: {appType: A, systemToken: T, userId: '1', "
              "formUuid: F}}\ntarget: {connection: dingtalk, api: 写入空操作, method: POST}\n");
  }
  void follow(AlertWatch& watch, const AlertLimits& limits = {}) {
    Faults faults;
    served_ = read_served(root_, *journal_, clock_, faults);
    for (const Fault& fault : faults) {
      EXPECT_EQ(fault.severity, Severity::warning) << to_string(fault);
    }
    ASSERT_TRUE(served_);
    watch.follow(*served_, limits);
  }
  void ran(std::int64_t delivered, std::int64_t requests = 1) {
    const PipelineId id = journal_->pipeline("receipts").value();
    const RunId run = journal_->begin_run(id, {clock_.now(), ""}).value();
    EXPECT_TRUE(
        journal_->end_run(run, clock_.now(),
                          fmt::format(R"({{"status":"succeeded","requests":{},"delivered":{}}})",
                                      requests, delivered)));
  }
  std::vector<std::string> look(AlertWatch& watch) {
    heard_.now = clock_.now();
    watch.look();
    return heard_.take();
  }
  void call(int times) {
    const auto budget = budgets_.of(account());
    for (int i = 0; i < times; ++i) {
      const auto ticket = budget->enter({});
      ASSERT_TRUE(ticket) << ticket.error().message;
      budget->leave(*ticket, clock_.monotonic());
    }
  }
  SourceTraits account() {
    Faults told;
    return make_flow(served_->workspace, *served_->workspace.pipeline("receipts"), "", clock_, told)
        ->source->traits();
  }

  std::filesystem::path root_;
  ManualClock clock_{parse_utc("2026-11-18T04:00:00.000Z").value()};
  std::unique_ptr<Journal> journal_;
  CallBudgets budgets_{std::make_unique<MemoryCallLedger>(), clock_};
  AlertsHeard heard_;
  std::shared_ptr<const ServedWorkspace> served_;
};

TEST_F(AlertWatched, NothingDeliveredIsToldByTheJournalWhileNoRunEnds) {
  ran(5);
  clock_.advance(hours(1));
  ran(0);
  AlertWatch watch(heard_, *journal_, budgets_, clock_);
  follow(watch);
  clock_.advance(hours(47));
  EXPECT_THAT(look(watch), IsEmpty());
  clock_.advance(minutes(1));
  EXPECT_THAT(look(watch),
              ElementsAre("nothing_delivered receipts: nothing was delivered for more than 2 days, "
                          "since its last delivery at 2026-11-18 12:00:00; `weir runs receipts` "
                          "shows what its runs found"));
  clock_.advance(hours(47));
  EXPECT_THAT(look(watch), IsEmpty());
  // Another process comes to the same by the same journal, and it is told again by then.
  AlertWatch next(heard_, *journal_, budgets_, clock_);
  follow(next);
  clock_.advance(hours(2));
  EXPECT_THAT(look(next), ElementsAre(HasSubstr("since its last delivery at 2026-11-18 12:00")));
}

TEST_F(AlertWatched, ItIsWellAgainWithTheNextDelivery) {
  ran(5);
  AlertWatch watch(heard_, *journal_, budgets_, clock_);
  follow(watch);
  clock_.advance(hours(49));
  EXPECT_THAT(look(watch).size(), 1);
  RunResult result;
  result.pipeline = "receipts";
  result.run = "3";
  watch.run_ended(result);
  EXPECT_THAT(heard_.take(), IsEmpty());
  result.books.delivered = 2;
  watch.run_ended(result);
  EXPECT_THAT(heard_.take(),
              ElementsAre("well: nothing_delivered receipts: run 3 delivered 2 records"));
  clock_.advance(hours(47));
  EXPECT_THAT(look(watch), IsEmpty());
}

TEST_F(AlertWatched, APipelineThatNeverDeliveredCountsFromItsFirstRun) {
  ran(0);
  clock_.advance(hours(30));
  ran(0);
  AlertWatch watch(heard_, *journal_, budgets_, clock_);
  follow(watch);
  clock_.advance(hours(19));
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr("since it first ran at 2026-11-18 12:00:00")));
}

TEST_F(AlertWatched, WhoDoesNotAskIsNotTold) {
  ran(5);
  AlertWatch watch(heard_, *journal_, budgets_, clock_);
  AlertLimits all;
  all.nothing_for = hours(1);
  pipeline("*/10 * * * *", "nothing_for: never");
  follow(watch, all);
  clock_.advance(hours(1000));
  EXPECT_THAT(look(watch), IsEmpty());
  pipeline("*/10 * * * *", "");
  follow(watch, all);
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr("for more than 60 minutes")));
  follow(watch);
  EXPECT_THAT(heard_.take(), ElementsAre(HasSubstr("well: nothing_delivered receipts")));
}

TEST_F(AlertWatched, TheMonthsCallsAreForetoldOnceAMonth) {
  pipeline("*/10 * * * *", "");
  AlertWatch watch(heard_, *journal_, budgets_, clock_);
  follow(watch);
  call(3000);  // and some 12.5 days of 144 starts are left
  EXPECT_THAT(look(watch), IsEmpty());
  ran(0, 100);
  for (int run = 0; run < 3; ++run) {
    ran(0, 2);
  }
  clock_.advance(AlertWatch::foretells_every);
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr(
                               "budget_forecast dingtalk: 3000 of 5000 calls of this month are "
                               "used, and by the schedules about")));
  for (int day = 0; day < 5; ++day) {
    clock_.advance(hours(24));
    EXPECT_THAT(look(watch), IsEmpty());
  }
  pipeline("0 * * * *", "");
  follow(watch);
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr("well: budget_forecast dingtalk: about 3")));
}

TEST_F(AlertWatched, ANewMonthEndsWhatWasToldAndIsJudgedFromItsSecondDayOn) {
  pipeline("* * * * *", "");
  AlertWatch watch(heard_, *journal_, budgets_, clock_);
  follow(watch);
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr("are used up on 2026-11-21")));
  clock_.advance(hours(24 * 13));  // the first of December
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr("a new month has begun")));
  clock_.advance(hours(24));
  EXPECT_THAT(look(watch), ElementsAre(HasSubstr("are used up on 2026-12-05")));
}

}  // namespace
}  // namespace weir
