// SPDX-License-Identifier: Apache-2.0
#include "app/run_alerts.h"

#include "app/alerting.h"
#include "core/time_zone.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

std::optional<AlertKind> trouble_of(RunStatus status) {
  switch (status) {
    case RunStatus::error:
      return AlertKind::run_failed;
    case RunStatus::refused:
      return AlertKind::run_refused;
    case RunStatus::parked:
      return AlertKind::run_parked;
    case RunStatus::succeeded:
    case RunStatus::failed:
    case RunStatus::stopped:
      return std::nullopt;
  }
  return std::nullopt;
}

// What one side of a pipeline does by itself says nothing about the other: an outage of the target
// does not end because the source was read.
std::vector<std::string> subjects_of(const RunResult& result) {
  const std::string source = result.pipeline + " (source)";
  const std::string target = result.pipeline + " (target)";
  switch (result.job) {
    case JobKind::run:
      return {result.pipeline, source, target};
    case JobKind::read:
    case JobKind::remedy:
      return {source};
    case JobKind::deliver:
      return {target, result.pipeline};  // of the time before the sides had their own
    case JobKind::retry:
      return {target};
  }
  return {result.pipeline};
}

std::string undelivered(const std::string& pipeline, const FailedRecords& records) {
  std::string text;
  if (records.count > 0) {
    text = fmt::format(
        "{} records could not be delivered; `weir records {} --state failed` shows "
        "each with its reason",
        records.count, pipeline);
  }
  if (records.in_doubt > 0) {
    text += fmt::format(
        "{}{} records are in doubt: the target cannot tell whether it has them; "
        "`weir records {} --state in_doubt` shows them",
        text.empty() ? "" : "; ", records.in_doubt, pipeline);
  }
  return text;
}

}  // namespace

void tell_of_run(Alerts& alerts, const RunResult& result, const FailedRecords& records) {
  const std::string& pipeline = result.pipeline;
  if (result.status == RunStatus::stopped) {
    return;
  }
  const auto trouble = trouble_of(result.status);
  const std::vector<std::string> subjects = subjects_of(result);
  for (const AlertKind kind :
       {AlertKind::run_failed, AlertKind::run_refused, AlertKind::run_parked}) {
    for (const std::string& subject : subjects) {
      if (kind != trouble) {
        alerts.well_again(kind, subject,
                          fmt::format("run {} ended: {}", result.run, to_string(result.status)));
      }
    }
  }
  if (trouble) {
    std::string text = fmt::format("run {}: {}", result.run, result.reason);
    text += result.resume_at ? "; goes on at " + format_utc(*result.resume_at) : "";
    alerts.raise({*trouble, subjects.front(), std::move(text)});
  }
  if (records.count + records.in_doubt > 0) {
    alerts.raise({AlertKind::records_failed, pipeline, undelivered(pipeline, records)});
  } else {
    alerts.well_again(AlertKind::records_failed, pipeline,
                      "no record is failed or in doubt any more");
  }
}

void RunAlerts::follow(const std::shared_ptr<const ServedWorkspace>& served, Faults& faults) {
  const auto on_trouble = [this](const std::string& channel, const Error& error) {
    log_.write(
        ServeLog::Level::warning, "alert_not_told",
        {{"channel", channel}, {"error_kind", to_string(error.kind)}, {"message", error.message}});
  };
  {
    const std::scoped_lock lock(mutex_);
    dispatcher_.reset();  // one at a time on a workspace
    dispatcher_ = start_alerts(served->workspace, {http_, mail_, clock_}, on_trouble, faults);
  }
  Faults told;  // by start_alerts
  const AlertLimits limits = read_alert_settings(served->workspace.alerts, told).limits;
  {
    const std::scoped_lock lock(served_mutex_);
    served_ = served;
    limits_ = limits;
  }
  watch_.follow(*served, limits);
  if (!watching_.joinable()) {
    watching_ = std::jthread([this](const std::stop_token& stop) { watch_.run(stop); });
  }
}

double RunAlerts::warned_percent_of(std::string_view pipeline) const {
  const std::scoped_lock lock(served_mutex_);
  const Definition* definition = served_ ? served_->workspace.pipeline(pipeline) : nullptr;
  const AlertLimits limits = definition != nullptr ? definition->alerts.over(limits_) : limits_;
  return limits.warned_percent.value_or(warned_percent_usual);
}

void RunAlerts::run_ended(const RunResult& result, const FailedRecords& records) {
  tell_of_run(*this, result, records);
  quality_.run_ended(result, records, warned_percent_of(result.pipeline));
  watch_.run_ended(result);
}

void RunAlerts::raise(Alert alert) {
  const std::scoped_lock lock(mutex_);
  if (dispatcher_) {
    dispatcher_->raise(std::move(alert));
  }
}

void RunAlerts::well_again(AlertKind kind, std::string_view subject, std::string text) {
  const std::scoped_lock lock(mutex_);
  if (dispatcher_) {
    dispatcher_->well_again(kind, subject, std::move(text));
  }
}

}  // namespace weir
