// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/flow_run.h"
#include "app/pipeline_service.h"
#include "app/serve_monitor.h"
#include "app/stop_signals.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace weir {
namespace {

// The signals come from the start on; a SIGHUP before there is a service to hear it is kept.
class Hangups {
 public:
  void hear() {
    const std::scoped_lock lock(mutex_);
    if (service_ != nullptr) {
      service_->read_again();
    } else {
      missed_ = true;
    }
  }
  void attach(PipelineService* service) {
    const std::scoped_lock lock(mutex_);
    service_ = service;
    if (service_ != nullptr && missed_) {
      service_->read_again();
    }
    missed_ = false;
  }

 private:
  std::mutex mutex_;
  PipelineService* service_ = nullptr;
  bool missed_ = false;
};

void serve(CommandContext& context, const PipelineService::Parts& parts, Hangups& hangups,
           std::stop_token stop) {
  Faults faults;
  const auto first = read_served(parts.root, parts.journal, context.clock, faults);
  for (const Fault& fault : faults) {
    parts.log.write(fault);
  }
  if (!first) {
    context.exit_code = exit_wrong_input;
    return;
  }
  auto monitor = ServeMonitor::start(first->workspace.listen, parts.metrics);
  if (!monitor) {
    parts.log.write(
        ServeLog::Level::error, "not_listening",
        {{"error_kind", to_string(monitor.error().kind)}, {"message", monitor.error().message}});
    context.exit_code = exit_wrong_input;
    return;
  }
  PipelineService service(parts, first);
  hangups.attach(&service);
  parts.log.write(ServeLog::Level::info, "listening", {{"address", (*monitor)->address()}});
  (*monitor)->set_ready(true);
  const std::stop_callback draining(stop, [&] { (*monitor)->set_ready(false); });
  service.run(stop);
  hangups.attach(nullptr);
  parts.log.write(ServeLog::Level::info, "stopped");
}

void serve_command(CommandContext& context, const std::string& wait) {
  const auto patience = read_wait(context, wait);
  const auto root = patience ? workspace_root(context) : std::nullopt;
  if (!root) {
    return;
  }
  ServeLog log(context.json, context.clock);
  Hangups hangups;
  const StopSignals signals({.on_stop =
                                 [&] {
                                   log.write(ServeLog::Level::info, "draining",
                                             {{"message", "once more to end at once"}});
                                 },
                             .on_hangup = [&] { hangups.hear(); }});
  Faults told_later;  // when the files are read to be served; here, only where the state is counts
  const Workspace workspace = read_workspace(*root, told_later, Unresolved::itself);
  if (workspace.log == "json") {
    log.turn_to_json();
  }
  const auto journal = open_journal_to_write(context, workspace, *patience, signals.token());
  const auto budgets = journal ? open_budgets(context, workspace) : nullptr;
  if (!budgets) {
    return;
  }
  RunMetrics metrics;
  serve(context, {*root, *journal, *budgets, context.clock, log, metrics, *patience}, hangups,
        signals.token());
}

}  // namespace

void add_serve_command(CLI::App& app, CommandContext& context) {
  auto wait = std::make_shared<std::string>("5m");
  CLI::App* command =
      app.add_subcommand("serve", "stay, and run each pipeline by its `schedule: {cron: …}`");
  add_wait_option(*command, *wait);
  command->add_option("--workspace", context.workspace,
                      "folder that holds weir.yaml (default: the nearest one upwards from here)");
  command->add_flag("--json", context.json, "the log as JSON, one object a line");
  command->footer(
      "SIGTERM and Ctrl-C complete what is under way and end with 0; a second one ends at once.\n"
      "SIGHUP reads the files again. /healthz, /readyz and /metrics answer on `listen:`.");
  command->callback([&context, wait] { serve_command(context, *wait); });
}

}  // namespace weir
