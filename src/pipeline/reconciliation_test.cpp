// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reconciliation.h"

#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Ids by the day of their creation; all on one page.
class DaySource final : public Source {
 public:
  std::multimap<Day, std::string> ids_by_day;
  std::set<std::string> hidden_once;  // left out by the first call that should give them
  bool windowed = true;

  SourceTraits traits() const override {
    SourceTraits traits;
    traits.windowed = windowed;
    traits.account = fmt::format("reconciliation test {}", fmt::ptr(this));
    traits.calls_per_second = 100'000;
    return traits;
  }
  RecordShape shape() const override { return {}; }
  Result<void> check(Faults&, CallGate*) override { return {}; }
  Result<SourcePage> read(const PageRequest& request, std::stop_token stop) override {
    WEIR_TRY(const auto ticket, request.gate->enter(stop));
    request.gate->leave(ticket, std::chrono::steady_clock::now());
    SourcePage page;
    for (const auto& [day, id] : ids_by_day) {
      const bool inside = (!request.window.from || day >= *request.window.from) &&
                          (!request.window.to || day <= *request.window.to);
      if (inside && hidden_once.erase(id) == 0) {
        PageRecord& record = page.page.records.emplace_back();
        record.id = id;
        record.number = "NO-" + id;
      }
    }
    page.total = std::ssize(page.page.records);
    return page;
  }
};

class ListedKeys final : public KeyReader {
 public:
  explicit ListedKeys(const std::vector<std::string>& ids) : ids_(ids) {}
  std::string place() const override { return "a list"; }
  Result<void> visit(const std::function<void(std::string_view id)>& visitor) override {
    std::for_each(ids_.begin(), ids_.end(), visitor);
    return {};
  }
  // Takes upper and lower case for equal.
  Result<std::vector<std::string>> absent(std::span<const std::string> ids) override {
    std::vector<std::string> absent;
    for (const std::string& id : ids) {
      const bool there = std::any_of(ids_.begin(), ids_.end(), [&](const std::string& each) {
        return std::equal(each.begin(), each.end(), id.begin(), id.end(),
                          [](char a, char b) { return std::toupper(a) == std::toupper(b); });
      });
      if (!there) {
        absent.push_back(id);
      }
    }
    return absent;
  }

 private:
  const std::vector<std::string>& ids_;
};

class ReconciliationTest : public testing::Test {
 protected:
  ReconciliationTest()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("weir-reconciliation-{}-{}", ::getpid(), ++count_)) {
    JournalOptions options;
    options.folder = folder_;
    journal_ = open_sqlite_journal(options).value();
    pipeline_ = journal_->pipeline("p").value();
    run_ = journal_->begin_run(pipeline_, {clock_.now(), ""}).value();
  }
  ~ReconciliationTest() override {
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }

  Day day(int back) { return source_.traits().zone.day_of(clock_.now()) - std::chrono::days(back); }

  // Journals the ids as delivered.
  void deliver(const std::vector<std::string>& ids) {
    auto page = std::make_shared<Page>();
    for (const std::string& id : ids) {
      PageRecord& record = page->records.emplace_back();
      record.id = id;
      record.number = "NO-" + id;
    }
    const auto intakes =
        journal_->store(pipeline_, run_, Redelivery::never, {{page, clock_.now(), "page"}}, {})
            .get()
            .value();
    std::vector<Settlement> settled;
    for (const DueRecord& due : intakes[0].due) {
      settled.push_back({due.place, RecordState::delivered, "", false, 1});
    }
    ASSERT_TRUE(journal_->settle(pipeline_, run_, clock_.now(), settled).get());
  }

  Reconciliation& compare(std::optional<Day> from = {}) {
    told_.clear();
    const WindowKind kind = source_.windowed ? WindowKind::created : WindowKind::full;
    const ReconciliationParts parts{source_,
                                    *journal_,
                                    clock_,
                                    budgets_.of(source_.traits()),
                                    std::chrono::seconds(1),
                                    pipeline_,
                                    kind,
                                    from,
                                    [this]() -> Result<std::unique_ptr<KeyReader>> {
                                      return std::make_unique<ListedKeys>(target_);
                                    }};
    reconciliation_ = std::make_unique<Reconciliation>(parts);
    const auto compared = reconciliation_->compare(
        [this](const DifferingId& differing) {
          told_.push_back(fmt::format("{} {} {} {}", to_string(differing.difference), differing.id,
                                      differing.number, differing.where));
        },
        {});
    EXPECT_TRUE(compared) << compared.error().message;
    return *reconciliation_;
  }

  SystemClock clock_;
  CallBudgets budgets_{std::make_unique<MemoryCallLedger>(), clock_};
  DaySource source_;
  std::vector<std::string> target_;
  std::unique_ptr<Journal> journal_;
  PipelineId pipeline_{};
  RunId run_{};
  std::unique_ptr<Reconciliation> reconciliation_;
  std::vector<std::string> told_;

 private:
  static inline int count_ = 0;
  std::filesystem::path folder_;
};

TEST_F(ReconciliationTest, TellsEachDifferenceOnce) {
  deliver({"same", "lost", "gone", "cleared"});
  source_.ids_by_day = {{day(9), "same"}, {day(8), "lost"}, {day(8), "unread"}};
  target_ = {"same", "gone", "more", "more", "unread"};
  Reconciliation& compared = compare();
  EXPECT_THAT(
      told_, UnorderedElementsAre("missing unread NO-unread journal", "missing lost NO-lost target",
                                  "deleted gone NO-gone journal and target",
                                  "deleted cleared NO-cleared journal", "extra more  target"));
  const ReconciliationFigures figures = compared.figures();
  EXPECT_EQ(figures.source, 3);
  EXPECT_EQ(figures.journal, 4);
  EXPECT_EQ(figures.target, 4);
  EXPECT_EQ(figures.missing, 2);
  EXPECT_EQ(figures.deleted, 2);
  EXPECT_EQ(figures.extra, 1);
}

TEST_F(ReconciliationTest, WhatIsSeenAtTheSecondLookIsNotDeleted) {
  deliver({"a", "b"});
  target_ = {"a", "b"};
  for (const bool windowed : {true, false}) {
    source_.windowed = windowed;
    source_.ids_by_day = {{day(0), "a"}, {day(0), "b"}};
    source_.hidden_once = {"b"};
    compare();
    EXPECT_THAT(told_, IsEmpty());
    source_.ids_by_day.erase(source_.ids_by_day.begin());
    compare();
    EXPECT_THAT(told_, ElementsAre("deleted a NO-a journal and target"));
  }
}

TEST_F(ReconciliationTest, WhatLiesBeforeTheFirstDayIsNeitherMissingNorDeletedNorExtra) {
  deliver({"old", "new"});
  source_.ids_by_day = {
      {day(90), "old"}, {day(80), "never asked for"}, {day(70), "by hand"}, {day(2), "new"}};
  target_ = {"old", "new", "by hand"};
  EXPECT_EQ(compare(day(30)).figures().source, 1);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ReconciliationTest, OnlyWhatIsCertainlyAbsentIsDeliveredAgain) {
  deliver({"lost", "Case"});
  source_.ids_by_day = {{day(5), "lost"}, {day(5), "Case"}};
  target_ = {"CASE"};
  Reconciliation& compared = compare();
  EXPECT_TRUE(compared.has_absent());
  EXPECT_EQ(compared.figures().missing, 2);
  EXPECT_EQ(compared.requeue_absent().value_or(-1), 1);
  EXPECT_EQ(journal_->count_waiting(pipeline_).value_or(-1), 1);
  EXPECT_EQ(journal_->waiting(pipeline_, {}, 1000).value()[0].id, "lost");
}

TEST_F(ReconciliationTest, AfterARepairWhatCameSinceIsNoDeletion) {
  source_.ids_by_day = {{day(5), "unread"}, {day(0), "today"}};
  Reconciliation& compared = compare();
  EXPECT_EQ(compared.figures().missing, 2);
  ASSERT_EQ(compared.windows_to_read().size(), 1U);  // neighbours are joined
  EXPECT_EQ(compared.windows_to_read()[0].from, std::nullopt);
  deliver({"unread", "today", "came meanwhile"});
  target_ = {"unread", "today", "came meanwhile"};
  ASSERT_TRUE(compared.compare_again());
  EXPECT_EQ(compared.figures().missing, 0);
  EXPECT_EQ(compared.figures().deleted, 0);
  EXPECT_EQ(compared.figures().journal, 3);
}

}  // namespace
}  // namespace weir
