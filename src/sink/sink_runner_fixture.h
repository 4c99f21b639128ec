// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/hash.h"
#include "sink/sink_runner.h"
#include "sink/sink_test_doubles.h"
#include "tests/support/mapped_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir::testing {

using ::testing::IsEmpty;

inline constexpr std::chrono::minutes patience{5};

// A runner between a journal and a target in memory, on a clock that never blocks.
class SinkRunnerTest : public ::testing::Test {
 protected:
  SinkRunnerTest() { traits_.batch_records = 100; }

  SinkRunner& runner() {
    if (!runner_) {
      sink_ = std::make_unique<MemorySink>(target_, traits_);
      runner_ = std::make_unique<SinkRunner>(*sink_, journal_, clock(), PipelineId{1}, RunId{1},
                                             Redelivery::never, patience);
    }
    return *runner_;
  }
  virtual Clock& clock() { return manual_; }

  OutgoingRecord record(const std::string& id) {
    return {{PageId{1}, ++index_}, id, rows_of({Object{{"id", id}}}), hash64(id)};
  }
  std::vector<OutgoingRecord> records(int count, const std::string& prefix = "r") {
    std::vector<OutgoingRecord> made;
    for (int i = 0; i < count; ++i) {
      made.push_back(record(prefix + std::to_string(i)));
    }
    return made;
  }
  std::vector<std::string> sorted_rows() {
    std::vector<std::string> rows = target_.rows;
    std::sort(rows.begin(), rows.end());
    return rows;
  }
  void expect_each_once(std::size_t count) {
    const auto rows = sorted_rows();
    EXPECT_EQ(rows.size(), count);
    EXPECT_TRUE(std::adjacent_find(rows.begin(), rows.end()) == rows.end());
    EXPECT_EQ(journal_.count(RecordState::delivered), count);
    EXPECT_THAT(journal_.open, IsEmpty());
    EXPECT_THAT(journal_.violations, IsEmpty());
  }
  // The `nth` call of that name fails; counted over all lanes.
  void fail_once(const std::string& call, Trouble with, int nth = 1) {
    target_.faults = [=, seen = 0](const std::string& name,
                                   std::uint32_t) mutable -> std::optional<Trouble> {
      seen += name == call ? 1 : 0;
      return name == call && seen == nth ? std::optional(with) : std::nullopt;
    };
  }
  void leave_open(std::uint32_t lane, std::uint64_t sequence) {
    journal_.fence = 7;
    journal_.last_settled[lane] = sequence - 1;
    journal_.open[lane] = {{PipelineId{1}, lane, sequence}, 7, {{PageId{1}, 1}, {PageId{1}, 2}}};
  }

  SinkTraits traits_;
  MemoryTarget target_;
  MemoryJournal journal_;
  ManualClock manual_{Timestamp(std::chrono::hours(500'000))};
  std::unique_ptr<MemorySink> sink_;
  std::unique_ptr<SinkRunner> runner_;
  std::uint32_t index_ = 0;
};

}  // namespace weir::testing
