// SPDX-License-Identifier: Apache-2.0
#include "app/flow_run.h"

#include "app/progress.h"
#include "core/duration.h"
#include "core/time_zone.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <utility>

namespace weir {
namespace {

void complete(RunRequest& request, const Flow& flow) {
  request.pipeline = flow.definition->name;
  request.definition = flow.kept_text;
  request.id = flow.definition->source.id;
  request.redelivery = flow.redelivery();
  request.plan.kind = flow.definition->sync.by;
  request.plan.from = flow.definition->sync.from;
  request.plan.overlap = flow.definition->sync.overlap;
  if (request.job == JobKind::remedy) {
    request.plan.kind = WindowKind::full;  // its window stands in what it asks for
  }
}

RunParts parts_of(const Flow& flow, const RunRequest& request, Journal& journal, Clock& clock,
                  CallBudgets* budgets) {
  Source* source = request.job == JobKind::remedy ? flow.remedy.get() : flow.source.get();
  return {
      budgets != nullptr ? source : nullptr, *flow.sink, *flow.transform, journal, clock, budgets};
}

}  // namespace

void add_wait_option(CLI::App& command, std::string& wait) {
  command
      .add_option("--wait", wait,
                  "how long an outage, or another process on this workspace, is waited out "
                  "before the run is parked (250ms, 90s, 5m, 1h)")
      ->capture_default_str();
}

std::optional<std::chrono::milliseconds> read_wait(CommandContext& context,
                                                   const std::string& wait) {
  const auto read = parse_duration(wait);
  if (!read) {
    print_error(context, read.error().within("--wait"));
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  return *read;
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

void report(const CommandContext& context, const RunResult& result, const Flow& flow,
            CallBudgets* budgets) {
  if (context.json) {
    fmt::print("{}\n", to_json(result));
  } else {
    fmt::print("{}", describe_result(result));
    const auto month = budgets != nullptr
                           ? std::optional(budgets->of(flow.source->traits())->month())
                           : std::nullopt;
    if (month && *month) {  // a run that could not count its calls has said so
      fmt::print("{}", describe_cost(flow.definition->source.connection, result.requests, **month));
    }
  }
  std::fflush(stdout);
}

RunResult run_flow(CommandContext& context, const Flow& flow, Journal& journal, RunRequest request,
                   CallBudgets* budgets, std::stop_token stop) {
  complete(request, flow);
  request.on_recovered = [&flow](std::int64_t records) {
    fmt::print(stderr, "{}: {} records of a run that was killed are in the target, by its mark\n",
               flow.definition->name, records);
  };
  const LookupsAnswered lookups(flow, &journal, stop);
  ProgressView view(flow.definition->name);
  return run_pipeline(parts_of(flow, request, journal, context.clock, budgets), request,
                      std::move(stop), [&](const RunProgress& progress) { view.show(progress); });
}

RunResult run_flow_unseen(Clock& clock, const Flow& flow, Journal& journal, RunRequest request,
                          CallBudgets* budgets, std::stop_token stop) {
  complete(request, flow);
  const LookupsAnswered lookups(flow, &journal, stop);
  return run_pipeline(parts_of(flow, request, journal, clock, budgets), request, std::move(stop));
}

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

}  // namespace weir
