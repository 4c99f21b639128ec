// SPDX-License-Identifier: Apache-2.0
#include "app/run_alerts.h"

#include "app/alerting.h"
#include "core/time_zone.h"

#include <fmt/format.h>

#include <optional>
#include <string>
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

}  // namespace

void tell_of_run(Alerts& alerts, const RunResult& result, std::int64_t failed_now) {
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
  if (failed_now > 0) {
    alerts.raise({AlertKind::records_failed, pipeline,
                  fmt::format("{} records could not be delivered; `weir records {} --state failed` "
                              "shows each with its reason",
                              failed_now, pipeline)});
  } else {
    alerts.well_again(AlertKind::records_failed, pipeline, "no record is failed any more");
  }
}

void RunAlerts::follow(const Workspace& workspace, Faults& faults) {
  const std::scoped_lock lock(mutex_);
  dispatcher_.reset();  // one at a time on a workspace
  dispatcher_ = start_alerts(
      workspace, {http_, mail_, clock_},
      [this](const std::string& channel, const Error& error) {
        Object fields;
        fields.emplace_back("channel", channel);
        fields.emplace_back("error_kind", to_string(error.kind));
        fields.emplace_back("message", error.message);
        log_.write(ServeLog::Level::warning, "alert_not_told", fields);
      },
      faults);
}

void RunAlerts::run_ended(const RunResult& result, std::int64_t failed_now) {
  const std::scoped_lock lock(mutex_);
  if (dispatcher_) {
    tell_of_run(*dispatcher_, result, failed_now);
  }
}

}  // namespace weir
