// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/flow_run.h"
#include "app/raw_keeper.h"
#include "app/run_log.h"
#include "app/stop_signals.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

struct RunOptions {
  std::vector<std::string> pipelines;
  bool full = false;
  bool remedy = false;
  std::string from;
  std::string to;
  std::string wait = "5m";
  std::string retried;           // retry: the pipeline
  std::vector<std::string> ids;  // retry
  bool due = false;              // retry
};

// The worst of several runs: a bug, then a refusal, then parked, then failed.
int worse_exit(int a, int b) {
  constexpr int order[] = {exit_ok, exit_failed, exit_parked, exit_refused, exit_stopped, exit_bug};
  const auto rank = [&](int code) { return std::find(std::begin(order), std::end(order), code); };
  return rank(a) < rank(b) ? b : a;
}

// Nothing, with the exit code set, when an option makes no sense.
std::optional<RunRequest> read_request(CommandContext& context, const RunOptions& options) {
  RunRequest request;
  const auto wait = read_wait(context, options.wait);
  if (!wait) {
    return std::nullopt;
  }
  request.patience = *wait;
  request.job = options.remedy ? JobKind::remedy : JobKind::run;
  request.plan.full = options.full;
  request.plan.again_from = read_day(context, options.from);
  request.plan.again_to = read_day(context, options.to);
  if (context.exit_code != exit_ok) {
    return std::nullopt;
  }
  const auto& [from, to] = std::pair(request.plan.again_from, request.plan.again_to);
  if (from.has_value() != to.has_value() || (from && *from > *to)) {
    print_error(context, {ErrorKind::invalid_config,
                          "--from and --to go together, the earlier day first: --from 2026-01-01 "
                          "--to 2026-01-31",
                          {},
                          {}});
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  return request;
}

// Whether each of them has what --remedy runs; says which has not.
bool can_remedy(CommandContext& context, const Selection& selection) {
  for (const Definition* definition : selection.pipelines) {
    if (!definition->source.omission_remedy) {
      print_error(context, {ErrorKind::invalid_config,
                            fmt::format("pipeline `{}` has no `omissionRemedy` in its `source`, "
                                        "so --remedy has nothing to run; see docs/serve.md",
                                        definition->name),
                            {},
                            {}});
      context.exit_code = exit_wrong_input;
      return false;
    }
  }
  return true;
}

// With `log: json` what happens is logged, and no progress shown.
RunResult carry_out(CommandContext& context, const Workspace& workspace, const Flow& flow,
                    Journal& journal, RunRequest request, CallBudgets* budgets,
                    std::stop_token stop) {
  if (workspace.log != "json") {
    return run_flow(context, flow, journal, std::move(request), budgets, std::move(stop));
  }
  ServeLog log(true, context.clock);
  const Object job{{"pipeline", flow.definition->name}, {"job", to_string(request.job)}};
  log.write(ServeLog::Level::info, "run_started", job);
  request.on_recovered = [&](std::int64_t records) {
    Object fields = job;
    fields.emplace_back("records", records);
    log.write(ServeLog::Level::info, "recovered", fields);
  };
  RunResult result =
      run_flow_unseen(context.clock, flow, journal, std::move(request), budgets, std::move(stop));
  log_run_ended(log, result, journal);
  return result;
}

void run_command(CommandContext& context, const RunOptions& options) {
  const auto request = read_request(context, options);
  const auto selection = request ? select_pipelines(context, options.pipelines) : nullptr;
  if (!selection || (options.remedy && !can_remedy(context, *selection))) {
    return;
  }
  const StopSignals signals;
  const auto journal =
      open_journal_to_write(context, selection->workspace, request->patience, signals.token());
  const auto budgets = journal ? open_budgets(context, selection->workspace) : nullptr;
  if (!budgets) {
    return;
  }
  for (const Flow& flow : make_flows(context, *selection, *journal)) {
    const RunResult result = carry_out(context, selection->workspace, flow, *journal, *request,
                                       budgets.get(), signals.token());
    report(context, result, flow, budgets.get());
    context.exit_code = worse_exit(context.exit_code, exit_code(result.status));
    if (signals.token().stop_requested()) {
      return;
    }
  }
  give_up_raw_after_run(context, selection->workspace, *journal, signals.token());
}

bool requeue(CommandContext& context, Journal& journal, const RunOptions& options,
             const RetryWaits& waits) {
  const auto pipeline = journal.pipeline(options.retried);
  const auto due = options.due ? std::optional(RetryDue(context.clock.now(), waits)) : std::nullopt;
  const auto requeued = pipeline ? journal.requeue_failed(*pipeline, options.ids, due)
                                 : Result<std::int64_t>(tl::unexpected(pipeline.error()));
  if (requeued) {
    return true;
  }
  print_error(context, requeued.error());
  context.exit_code = requeued.error().kind == ErrorKind::rejected ? exit_wrong_input : exit_parked;
  return false;
}

void retry_command(CommandContext& context, const RunOptions& options) {
  auto request = read_request(context, options);
  const auto selection = request ? select_pipelines(context, {options.retried}) : nullptr;
  if (!selection) {
    return;
  }
  const StopSignals signals;
  const auto journal =
      open_journal_to_write(context, selection->workspace, request->patience, signals.token());
  const auto& waits = selection->pipelines.front()->retry;
  if (!journal || !requeue(context, *journal, options, waits.value_or(default_retry_waits()))) {
    return;
  }
  request->job = JobKind::retry;
  const std::vector<Flow> flows = make_flows(context, *selection, *journal);
  const RunResult result = carry_out(context, selection->workspace, flows.front(), *journal,
                                     *request, nullptr, signals.token());
  report(context, result, flows.front(), nullptr);
  context.exit_code = exit_code(result.status);
  give_up_raw_after_run(context, selection->workspace, *journal, signals.token());
}

}  // namespace

void add_run_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "read what is new and deliver it; one run");
  command->add_option("pipeline", options->pipelines, "pipelines to run, one after the other")
      ->required();
  command->add_flag("--full", options->full,
                    "read everything again from `sync.from` on; never moves the cursor");
  command->add_option("--from", options->from,
                      "with --to: read these days again (2026-01-31); never moves the cursor");
  command->add_option("--to", options->to, "last day of --from");
  command
      ->add_flag("--remedy", options->remedy,
                 "read what `omissionRemedy` of the source asks for; never moves the cursor")
      ->excludes("--full")
      ->excludes("--from")
      ->excludes("--to");
  add_wait_option(*command, options->wait);
  add_common_options(*command, context);
  command->footer(
      "Exit codes: 0 all well, 1 records failed or are in doubt, 2 wrong files or command line,\n"
      "3 a system refused us, 4 parked (the next run goes on from there), 5 a bug, 130 stopped.\n"
      "Ctrl-C completes what is under way; a second one ends at once. Neither loses anything.");
  command->callback([&context, options] { run_command(context, *options); });
}

void add_retry_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand(
      "retry", "deliver failed records again from the journal, without one API call");
  command->add_option("pipeline", options->retried, "the pipeline")->required();
  command->add_option("id", options->ids,
                      "only these records, by id or number (default: all failed)");
  command->add_flag("--due", options->due,
                    "only those whose next automatic attempt has come, by `retry` of the pipeline "
                    "(20 s, 5 min, 1 h, 4 h, 20 h after the last)");
  add_wait_option(*command, options->wait);
  add_common_options(*command, context);
  command->callback([&context, options] { retry_command(context, *options); });
}

}  // namespace weir
