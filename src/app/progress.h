// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/pipeline_run.h"
#include "pipeline/run_result.h"
#include "source/call_budget.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// Shows a run on stderr: one moving line on a terminal, a plain line every few seconds elsewhere.
// One thread.
class ProgressView {
 public:
  explicit ProgressView(std::string pipeline);
  ~ProgressView();  // clears the moving line
  void show(const RunProgress& progress);

 private:
  const std::string pipeline_;
  const bool moving_;
  std::chrono::milliseconds last_{0};
  bool drawn_ = false;
};

// The balance of a run, for people.
std::string describe_result(const RunResult& result);
// What a run cost, and what the account has left.
std::string describe_cost(std::string_view connection, std::int64_t calls,
                          const MonthOfCalls& month);

}  // namespace weir
