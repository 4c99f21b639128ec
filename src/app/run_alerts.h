// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alert_dispatcher.h"
#include "alert/alerts.h"
#include "app/alert_watch.h"
#include "app/quality_watch.h"
#include "app/serve_log.h"
#include "app/served_workspace.h"
#include "net/http_client.h"
#include "net/mail_client.h"
#include "pipeline/alert_limits.h"
#include "pipeline/run_result.h"

#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

namespace weir {

// Tells the troubles of a served workspace on its channels: those of runs when they end, and those
// that no run ends with, from a thread of its own. Any thread may call.
class RunAlerts final : public Alerts {
 public:
  // All outlive it.
  RunAlerts(ServeLog& log, Clock& clock, Journal& journal, CallBudgets& budgets)
      : log_(log), clock_(clock), quality_(*this), watch_(*this, journal, budgets, clock) {}

  // Starts on these settings, or goes on with them; open troubles are kept. Blocks until what is
  // being told has been, at most for a channel's time-out.
  void follow(const std::shared_ptr<const ServedWorkspace>& served, Faults& faults);

  // `records`: the pipeline's failed ones, as the journal has them now.
  void run_ended(const RunResult& result, const FailedRecords& records);

  void raise(Alert alert) override;
  void well_again(AlertKind kind, std::string_view subject, std::string text) override;

 private:
  double warned_percent_of(std::string_view pipeline) const;

  ServeLog& log_;
  Clock& clock_;
  CurlHttpClient http_;
  CurlMailClient mail_;
  std::mutex mutex_;  // guards dispatcher_, which is made anew by every follow()
  std::unique_ptr<AlertDispatcher> dispatcher_;
  mutable std::mutex served_mutex_;  // guards the two below
  std::shared_ptr<const ServedWorkspace> served_;
  AlertLimits limits_;
  QualityWatch quality_;
  AlertWatch watch_;
  std::jthread watching_;  // last: it uses what stands above
};

// What an ended run says of its pipeline by its status and its failed records.
void tell_of_run(Alerts& alerts, const RunResult& result, const FailedRecords& records);

}  // namespace weir
