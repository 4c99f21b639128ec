// SPDX-License-Identifier: Apache-2.0
// `weir run` without its journal, to see what that costs: the product's own source, transform and
// sink, with nothing kept between them.
//
//   weir_unlogged_run WORKSPACE PIPELINE [--known]    prints the run's result as JSON
//
// --known: takes every record for one that has come before, as a re-read would find it.
#include "connectors/connectors.h"
#include "core/heap.h"
#include "pipeline/definition.h"
#include "pipeline/pipeline_run.h"
#include "source/call_budget.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string_view>

#include "bench/memory_journal.h"

namespace weir::bench {
namespace {

struct Parts {
  std::unique_ptr<Source> source;
  std::unique_ptr<const Transform> transform;
  std::unique_ptr<Sink> sink;
};

Parts make_parts(const Workspace& workspace, const Definition& definition,
                 const ConnectorContext& context, Faults& faults) {
  Parts parts;
  const auto connection = [&](const Strategy& strategy) {
    return workspace.connections.at(strategy.connection);
  };
  const Connection source = connection(definition.source);
  const Connection target = connection(definition.target);
  parts.source = find_connector(source.connector)
                     ->make_source(source.settings, definition.source, context, faults);
  parts.sink = find_connector(target.connector)
                   ->make_sink(target.settings, definition.target, context, faults);
  const auto zone = TimeZone::find(workspace.timezone);
  if (parts.source && zone) {
    parts.transform = Transform::compile(definition.source, definition.target,
                                         parts.source->shape(), *zone, faults, {context.clock});
  }
  return parts;
}

int refuse(const Faults& faults) {
  for (const Fault& fault : faults) {
    fmt::print(stderr, "{}\n", to_string(fault));
  }
  return 2;
}

int run(const char* folder, std::string_view pipeline, MemoryJournal::Says says) {
  Faults faults;
  const Workspace workspace = read_workspace(folder, faults);
  const Definition* definition = workspace.pipeline(pipeline);
  if (definition == nullptr || has_errors(faults)) {
    return refuse(faults);
  }
  SystemClock clock;
  MemoryJournal journal(says);
  ConnectorContext context;
  context.workspace_zone = workspace.timezone;
  context.pipeline = definition->name;
  context.journal_uuid = journal.uuid();
  context.clock = &clock;
  const Parts parts = make_parts(workspace, *definition, context, faults);
  if (!parts.source || !parts.transform || !parts.sink) {
    return refuse(faults);
  }
  CallBudgets budgets(std::make_unique<MemoryCallLedger>(), clock);
  RunRequest request;
  request.pipeline = definition->name;
  request.id = definition->source.id;
  request.plan.kind = definition->sync.by;
  request.plan.from = definition->sync.from;
  request.plan.overlap = definition->sync.overlap;
  request.plan.full = says == MemoryJournal::Says::all_known;
  const RunResult result = run_pipeline(
      {parts.source.get(), *parts.sink, *parts.transform, journal, clock, &budgets}, request, {});
  fmt::print("{}\n", to_json(result));
  return result.status == RunStatus::succeeded ? 0 : 1;
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
  using weir::bench::MemoryJournal;
  if (count < 3) {
    fmt::print(stderr, "usage: weir_unlogged_run WORKSPACE PIPELINE [--known]\n");
    return 2;
  }
  weir::keep_freed_memory();
  const bool known = count > 3 && std::string_view(arguments[3]) == "--known";
  return weir::bench::run(arguments[1], arguments[2],
                          known ? MemoryJournal::Says::all_known : MemoryJournal::Says::all_new);
}
