// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alert_dispatcher.h"
#include "alert/alerts.h"
#include "app/serve_log.h"
#include "net/http_client.h"
#include "net/mail_client.h"
#include "pipeline/definition.h"
#include "pipeline/run_result.h"

#include <cstdint>
#include <memory>
#include <mutex>

namespace weir {

// Tells the troubles of runs on the channels of a workspace. Any thread may call.
class RunAlerts {
 public:
  RunAlerts(ServeLog& log, Clock& clock) : log_(log), clock_(clock) {}

  // Starts on these settings, or goes on with them; open troubles are kept. Blocks until what is
  // being told has been, at most for a channel's time-out.
  void follow(const Workspace& workspace, Faults& faults);

  // `failed_now`: the pipeline's failed records in the journal.
  void run_ended(const RunResult& result, std::int64_t failed_now);

 private:
  ServeLog& log_;
  Clock& clock_;
  CurlHttpClient http_;
  CurlMailClient mail_;
  std::mutex mutex_;
  std::unique_ptr<AlertDispatcher> dispatcher_;  // last: it uses what stands above
};

// What an ended run says of its pipeline.
void tell_of_run(Alerts& alerts, const RunResult& result, std::int64_t failed_now);

}  // namespace weir
