// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/duration.h"
#include "app/progress.h"
#include "app/stop_signals.h"
#include "core/time_zone.h"
#include "pipeline/pipeline_run.h"

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
  std::string from;
  std::string to;
  std::string wait = "5m";
  std::string retried;           // retry: the pipeline
  std::vector<std::string> ids;  // retry
  bool due = false;              // retry
};

void add_wait_option(CLI::App& command, RunOptions& options) {
  command
      .add_option("--wait", options.wait,
                  "how long an outage, or another process on this workspace, is waited out "
                  "before the run is parked (250ms, 90s, 5m, 1h)")
      ->capture_default_str();
}

// The worst of several runs: a bug, then a refusal, then parked, then failed.
int worse_exit(int a, int b) {
  constexpr int order[] = {exit_ok, exit_failed, exit_parked, exit_refused, 130, exit_bug};
  const auto rank = [&](int code) { return std::find(std::begin(order), std::end(order), code); };
  return rank(a) < rank(b) ? b : a;
}

std::optional<Day> read_day(CommandContext& context, const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto day = parse_day(text);
  if (!day) {
    print_error(context, day.error());
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  return *day;
}

// Nothing, with the exit code set, when an option makes no sense.
std::optional<RunRequest> read_request(CommandContext& context, const RunOptions& options) {
  RunRequest request;
  const auto wait = parse_duration(options.wait);
  if (!wait) {
    print_error(context, wait.error().within("--wait"));
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  request.patience = *wait;
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

void complete(RunRequest& request, const Flow& flow) {
  request.pipeline = flow.definition->name;
  request.definition = flow.kept_text;
  request.redelivery = flow.redelivery();
  request.plan.kind = flow.definition->sync.by;
  request.plan.from = flow.definition->sync.from;
  request.plan.overlap = flow.definition->sync.overlap;
}

void report(const CommandContext& context, const RunResult& result) {
  if (context.json) {
    fmt::print("{}\n", to_json(result));
  } else {
    fmt::print("{}", describe_result(result));
  }
  std::fflush(stdout);
}

RunResult run_flow(CommandContext& context, const Flow& flow, Journal& journal, RunRequest request,
                   bool ask_source, std::stop_token stop) {
  complete(request, flow);
  const RunParts parts{ask_source ? flow.source.get() : nullptr, *flow.sink, *flow.transform,
                       journal, context.clock};
  request.on_recovered = [&flow](std::int64_t records) {
    fmt::print(stderr, "{}: {} records of a run that was killed are in the target, by its mark\n",
               flow.definition->name, records);
  };
  ProgressView view(flow.definition->name);
  return run_pipeline(parts, request, std::move(stop),
                      [&](const RunProgress& progress) { view.show(progress); });
}

// With the journal's name in the target's mark. Their faults were told when they were selected.
std::vector<Flow> make_flows(CommandContext& context, const Selection& selection,
                             const Journal& journal) {
  std::vector<Flow> flows;
  for (const Definition* definition : selection.pipelines) {
    Faults told;
    if (auto flow =
            make_flow(selection.workspace, *definition, journal.uuid(), context.clock, told)) {
      flows.push_back(std::move(*flow));
    }
  }
  return flows;
}

void run_command(CommandContext& context, const RunOptions& options) {
  const auto request = read_request(context, options);
  const auto selection = request ? select_pipelines(context, options.pipelines) : nullptr;
  if (!selection) {
    return;
  }
  const StopSignals signals;
  const auto journal = open_journal_to_write(context, selection->workspace, request->patience);
  if (!journal) {
    return;
  }
  for (const Flow& flow : make_flows(context, *selection, *journal)) {
    const RunResult result = run_flow(context, flow, *journal, *request, true, signals.token());
    report(context, result);
    context.exit_code = worse_exit(context.exit_code, exit_code(result.status));
    if (signals.token().stop_requested()) {
      return;
    }
  }
}

bool requeue(CommandContext& context, Journal& journal, const RunOptions& options) {
  const auto pipeline = journal.pipeline(options.retried);
  const auto due_by = options.due ? std::optional(context.clock.now()) : std::nullopt;
  const auto requeued = pipeline ? journal.requeue_failed(*pipeline, options.ids, due_by)
                                 : Result<std::int64_t>(tl::unexpected(pipeline.error()));
  if (requeued) {
    return true;
  }
  print_error(context, requeued.error());
  context.exit_code = requeued.error().kind == ErrorKind::rejected ? exit_wrong_input : exit_parked;
  return false;
}

void retry_command(CommandContext& context, const RunOptions& options) {
  const auto request = read_request(context, options);
  const auto selection = request ? select_pipelines(context, {options.retried}) : nullptr;
  if (!selection) {
    return;
  }
  const StopSignals signals;
  const auto journal = open_journal_to_write(context, selection->workspace, request->patience);
  if (!journal || !requeue(context, *journal, options)) {
    return;
  }
  const std::vector<Flow> flows = make_flows(context, *selection, *journal);
  const RunResult result =
      run_flow(context, flows.front(), *journal, *request, false, signals.token());
  report(context, result);
  context.exit_code = exit_code(result.status);
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
  add_wait_option(*command, *options);
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
                    "only those whose next automatic attempt has come (20 s, 5 min, 1 h, 4 h, 20 h "
                    "after the last)");
  add_wait_option(*command, *options);
  add_common_options(*command, context);
  command->callback([&context, options] { retry_command(context, *options); });
}

}  // namespace weir
