// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/raw_keeper.h"
#include "app/run_alerts.h"
#include "app/run_metrics.h"
#include "app/serve_log.h"
#include "app/served_workspace.h"
#include "scheduler/scheduler.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>

namespace weir {

// Runs the pipelines of a workspace by themselves, over one journal and one set of budgets. What is
// given by reference outlives it.
class PipelineService {
 public:
  struct Parts {
    std::filesystem::path root;
    Journal& journal;
    CallBudgets& budgets;
    Clock& clock;
    ServeLog& log;
    RunMetrics& metrics;
    std::chrono::milliseconds patience;  // with an outage, before a run is parked
  };

  // `first`: the files as they are to be followed until the next read_again().
  PipelineService(Parts parts, std::shared_ptr<const ServedWorkspace> first);

  // Reads the files again, and follows them from the next run on, unless weir.yaml is broken; runs
  // under way go on with what they began with. Every fault is logged. Any thread.
  void read_again();

  // Blocks until the stop, then until every run under way has drained. One thread, once.
  void run(std::stop_token stop) { scheduler_.run(std::move(stop)); }

 private:
  void follow(std::shared_ptr<const ServedWorkspace> served);
  JobEnd work(const Job& job, std::stop_token stop);
  // False: nothing is to be done, or the journal would not; that is logged.
  bool make_due(const Job& job, const RetryWaits& waits);
  RunResult run(const Job& job, const Flow& flow, std::stop_token stop);
  JobEnd end(const RunResult& result, const RetryWaits& waits);

  const Parts parts_;
  RunAlerts alerts_;
  RawKeeper raw_keeper_;
  std::mutex reading_;  // one reading at a time
  std::mutex mutex_;    // guards served_
  std::shared_ptr<const ServedWorkspace> served_;
  Scheduler scheduler_;
};

}  // namespace weir
