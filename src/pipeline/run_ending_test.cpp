// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_ending.h"

#include <gtest/gtest.h>

#include <vector>

namespace weir {
namespace {

const Timestamp now{std::chrono::seconds(1000)};

RunResult decided(const RunEnding& ending, std::int64_t failed = 0, std::int64_t in_doubt = 0) {
  RunResult result;
  result.pipeline = "receipts";
  result.books.failed = failed;
  result.books.in_doubt = in_doubt;
  decide_status(ending, now, result);
  return result;
}

RunEnding reached() {
  RunEnding ending;
  ending.source_reached = true;
  ending.sink_reached = true;
  return ending;
}

TEST(RunEnding, without_a_fault_is_success_or_failed_records) {
  EXPECT_EQ(decided(reached()).status, RunStatus::succeeded);
  EXPECT_EQ(decided(reached(), 2).status, RunStatus::failed);
  EXPECT_EQ(decided(reached(), 0, 1).status, RunStatus::failed);
  EXPECT_NE(decided(reached(), 2).reason.find("2 records failed"), std::string::npos);
}

TEST(RunEnding, an_outage_parks_once_the_system_was_reached_and_refuses_before) {
  RunEnding ending = reached();
  ending.sink = fail(ErrorKind::unavailable, "gone");
  EXPECT_EQ(decided(ending).status, RunStatus::parked);
  ending.sink_reached = false;
  EXPECT_EQ(decided(ending).status, RunStatus::refused);
}

TEST(RunEnding, kinds_decide) {
  const std::vector<std::pair<ErrorKind, RunStatus>> cases = {
      {ErrorKind::unauthorized, RunStatus::refused},
      {ErrorKind::invalid_config, RunStatus::refused},
      {ErrorKind::throttled, RunStatus::parked},
      {ErrorKind::exhausted, RunStatus::parked},
      {ErrorKind::conflict, RunStatus::parked},
      {ErrorKind::corrupt, RunStatus::parked},
      {ErrorKind::internal, RunStatus::error},
  };
  for (const auto& [kind, status] : cases) {
    RunEnding ending = reached();
    ending.source = fail(kind, "why");
    const RunResult result = decided(ending, 3);
    EXPECT_EQ(result.status, status) << to_string(kind);
    EXPECT_EQ(result.reason, "why");
  }
}

TEST(RunEnding, the_weightier_end_speaks) {
  RunEnding ending = reached();
  ending.source = fail(ErrorKind::throttled, "slow down");
  ending.sink = fail(ErrorKind::unauthorized, "no right");
  EXPECT_EQ(decided(ending).reason, "no right");
}

TEST(RunEnding, a_stop_outweighs_outages_but_not_bugs) {
  RunEnding ending = reached();
  ending.stopped = true;
  ending.source = fail(ErrorKind::unavailable, "gone");
  EXPECT_EQ(decided(ending).status, RunStatus::stopped);
  ending.journal = fail(ErrorKind::internal, "bug");
  EXPECT_EQ(decided(ending).status, RunStatus::error);
}

TEST(RunEnding, parked_names_the_time_to_go_on) {
  RunEnding ending = reached();
  Error error{ErrorKind::exhausted, "month is used up", "", std::chrono::seconds(60)};
  ending.source = tl::unexpected(error);
  EXPECT_EQ(decided(ending).resume_at, now + std::chrono::seconds(60));
}

}  // namespace
}  // namespace weir
