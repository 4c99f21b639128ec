// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"
#include "app/served_workspace.h"
#include "pipeline/run_result.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace weir {

// Tells when what comes through a pipeline is not what its quality rules ask for: records that they
// reject, or too large a share with a warning. Any thread may call.
class QualityWatch {
 public:
  // Runs that deliver fewer are judged together with those after them: of three records, one with a
  // warning says nothing.
  static constexpr std::int64_t delivered_min = 20;

  explicit QualityWatch(Alerts& alerts) : alerts_(alerts) {}

  // `records`: the pipeline's failed ones, as the journal has them now. Well again: none of them
  // breaks a rule, and the share was well when it was judged last.
  void run_ended(const RunResult& result, const FailedRecords& records, double warned_percent_max);

 private:
  struct Tally {
    std::int64_t delivered = 0;
    std::int64_t warned = 0;
    std::string too_many;  // why the share was too large when it was judged last; empty: it was not
  };
  static bool judge(Tally& tally, const Books& books, double warned_percent_max);

  Alerts& alerts_;
  std::mutex mutex_;
  std::map<std::string, Tally> tallies_;
};

}  // namespace weir
