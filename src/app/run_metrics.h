// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/run_result.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace weir {

// What the runs of this process came to, per pipeline, in the text format of Prometheus (0.0.4).
// Any thread may call.
class RunMetrics {
 public:
  void started(const std::string& pipeline);
  // `failed_now`: the pipeline's failed records in the journal.
  void ended(const RunResult& result, std::int64_t failed_now);
  std::string text() const;

 private:
  struct Figures {
    std::map<RunStatus, std::int64_t> runs;
    Books sums;
    std::int64_t calls = 0;
    std::int64_t duration_ms = 0;
    std::int64_t under_way = 0;
    std::int64_t waiting = 0;  // at the end of the last run
    std::int64_t failed = 0;   // at the end of the last run
  };

  mutable std::mutex mutex_;
  std::map<std::string, Figures> pipelines_;
};

}  // namespace weir
