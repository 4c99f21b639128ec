// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "source/source_cursor.h"
#include "source/source_fixture.h"
#include "source/source_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace weir {

// A runner between a scripted source and a journal in memory, by a clock that never waits.
class SourceRunnerTest : public testing::Test {
 protected:
  static Day day(const char* text) { return parse_day(text).value(); }

  // Rows `per_day` a day, from..to.
  void fill(const char* from, const char* to, int per_day) {
    for (Day each = day(from); each <= day(to); each += std::chrono::days(1)) {
      for (int i = 0; i < per_day; ++i) {
        source.rows.push_back({format_day(each) + "#" + std::to_string(i), each, "a"});
      }
    }
  }

  Result<void> run(std::stop_token stop = {}) {
    runner = std::make_unique<SourceRunner>(source, journal, clock, PipelineId{1}, RunId{1},
                                            Redelivery::never, plan, patience);
    return runner->run(stored, stop);
  }

  SourceCursor cursor() { return read_cursor({journal.cursors.back()}).value(); }
  const SourceCounts& counts() const { return runner->counts(); }

  ManualClock clock{Timestamp(day("2026-03-10")) + std::chrono::hours(12)};
  source_test::ScriptedSource source{clock};
  source_test::MemoryJournal journal;
  SourcePlan plan{WindowKind::modified, day("2026-03-01"), std::chrono::days(1), false, {}, {}};
  std::chrono::milliseconds patience = std::chrono::minutes(5);
  StoredPage stored;
  std::unique_ptr<SourceRunner> runner;
};

}  // namespace weir
