// SPDX-License-Identifier: Apache-2.0
#include "app/served_workspace.h"

#include "core/time_zone.h"
#include "journal/sqlite/sqlite_journal.h"
#include "pipeline/run_result.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace weir {
namespace {

using testing::Eq;
using testing::Optional;

const Timestamp first_run = *parse_utc("2026-01-05T12:00:00.000Z");

class LastStart : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / fmt::format("weir-served-{}", ::getpid());
    JournalOptions options;
    options.folder = folder_;
    journal = open_sqlite_journal(options).value();
    pipeline_ = journal->pipeline("p").value();
  }
  void TearDown() override {
    journal.reset();
    std::filesystem::remove_all(folder_);
  }

  // A minute after the one before.
  Timestamp ran(JobKind job, std::int64_t requests, RunStatus status = RunStatus::succeeded) {
    const Timestamp at = first_run + std::chrono::minutes(runs_++);
    RunResult result;
    result.pipeline = "p";
    result.job = job;
    result.requests = requests;
    result.status = status;
    const RunId run = journal->begin_run(pipeline_, {at, "definition"}).value();
    EXPECT_TRUE(journal->end_run(run, at, to_json(result)));
    return at;
  }
  std::optional<Timestamp> last(JobKind job) { return last_start(*journal, "p", job); }

  std::unique_ptr<Journal> journal;

 private:
  std::filesystem::path folder_;
  PipelineId pipeline_{};
  int runs_ = 0;
};

TEST_F(LastStart, each_job_has_its_own) {
  EXPECT_EQ(last(JobKind::run), std::nullopt);
  const Timestamp whole = ran(JobKind::run, 3);
  EXPECT_THAT(last(JobKind::run), Optional(whole));
  EXPECT_THAT(last(JobKind::read), Optional(whole));
  EXPECT_THAT(last(JobKind::deliver), Optional(whole));
  const Timestamp read = ran(JobKind::read, 1);
  const Timestamp delivered = ran(JobKind::deliver, 0);
  const Timestamp remedied = ran(JobKind::remedy, 2);
  ran(JobKind::retry, 0);
  EXPECT_THAT(last(JobKind::run), Optional(whole));
  EXPECT_THAT(last(JobKind::read), Optional(read));
  EXPECT_THAT(last(JobKind::deliver), Optional(delivered));
  EXPECT_THAT(last(JobKind::remedy), Optional(remedied));
}

TEST_F(LastStart, what_was_cut_short_or_asked_nobody_is_no_start) {
  const Timestamp whole = ran(JobKind::run, 3);
  ran(JobKind::run, 3, RunStatus::parked);
  ran(JobKind::run, 3, RunStatus::stopped);
  ran(JobKind::run, 0);
  EXPECT_THAT(last(JobKind::run), Optional(whole));
  EXPECT_THAT(last(JobKind::remedy), Optional(Eq(whole))) << "the earliest run there is";
}

}  // namespace
}  // namespace weir
