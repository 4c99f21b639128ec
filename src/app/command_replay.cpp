// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/flow_run.h"
#include "app/stop_signals.h"
#include "app/terminal.h"
#include "core/time_zone.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <string>

namespace weir {
namespace {

struct ReplayOptions {
  std::string pipeline;
  std::string from;
  std::string to;
  bool again = false;
  std::string wait = "5m";
};

// When a version must have been received to be replayed; empty ends: unbounded.
struct Receipt {
  std::optional<Timestamp> from;
  std::optional<Timestamp> until;
};

void refuse(CommandContext& context, std::string message) {
  print_error(context, {ErrorKind::invalid_config, std::move(message), {}, {}});
  context.exit_code = exit_wrong_input;
}

std::optional<Receipt> read_days(CommandContext& context, const ReplayOptions& options,
                                 const TimeZone& zone) {
  const auto from = read_day(context, options.from);
  const auto to = read_day(context, options.to);
  if (context.exit_code != exit_ok) {
    return std::nullopt;
  }
  if (from.has_value() != to.has_value() || (from && *from > *to)) {
    refuse(context,
           "--from and --to go together, the earlier day first: --from 2026-01-01 --to 2026-01-31");
    return std::nullopt;
  }
  if (!from) {
    return Receipt{};
  }
  const auto midnight = [&](Day day) { return zone.to_utc(LocalTime(day.time_since_epoch())); };
  return Receipt{midnight(*from), midnight(*to + std::chrono::days(1))};
}

bool may_deliver_again(CommandContext& context, const Flow& flow, bool again) {
  if (again || flow.sink->traits().repeatable) {
    return true;
  }
  refuse(context,
         fmt::format("pipeline `{}` writes by a plain INSERT: each record that goes out again "
                     "would add a second row; write ON DUPLICATE KEY UPDATE over a unique key (or "
                     "REPLACE), or add --again if second rows are what you want",
                     flow.definition->name));
  return false;
}

// Records that cannot be mapped anew, for their raw JSON is gone.
void tell_without_raw(const CommandContext& context, const Requeued& requeued) {
  for (const RecordName& record : requeued.first_without_raw) {
    if (context.json) {
      Value line;
      line.set("id", record.id);
      line.set("number", record.number);
      line.set("replayed", false);
      line.set("reason", "past the time that raw pages are kept");
      fmt::print("{}\n", to_json(line));
    } else {
      fmt::print(stderr, "{}  {}: past the time that raw pages are kept\n", record.id,
                 record.number);
    }
  }
}

void tell(const CommandContext& context, const Flow& flow, const RunResult& result,
          const Requeued& requeued) {
  tell_without_raw(context, requeued);
  if (!context.json) {
    fmt::print("{}: {} records judged anew, {} past the time that raw pages are kept\n",
               result.pipeline, requeued.records, requeued.without_raw);
    report(context, result, flow, nullptr);
    return;
  }
  Value line = parse_json(to_json(result)).value_or(Value());
  line.set("replayed", requeued.records);
  line.set("without_raw", requeued.without_raw);
  fmt::print("{}\n", to_json(line));
  std::fflush(stdout);
}

void replay_command(CommandContext& context, const ReplayOptions& options) {
  const auto wait = read_wait(context, options.wait);
  const auto selection = wait ? select_pipelines(context, {options.pipeline}) : nullptr;
  if (!selection) {
    return;
  }
  const auto zone = TimeZone::find(selection->workspace.timezone);
  const auto receipt = read_days(context, options, zone.value_or(TimeZone::utc()));
  if (!receipt) {
    return;
  }
  const StopSignals signals;
  const auto journal = open_journal_to_write(context, selection->workspace, *wait, signals.token());
  if (!journal) {
    return;
  }
  const std::vector<Flow> flows = make_flows(context, *selection, *journal);
  if (!may_deliver_again(context, flows.front(), options.again)) {
    return;
  }
  RunRequest request;
  request.patience = *wait;
  Requeued requeued;
  request.requeue = [&](PipelineId pipeline) -> Result<std::int64_t> {
    WEIR_TRY(requeued, journal->requeue_for_replay(pipeline, receipt->from, receipt->until));
    return requeued.records;
  };
  const RunResult result =
      run_flow(context, flows.front(), *journal, request, nullptr, signals.token());
  tell(context, flows.front(), result, requeued);
  context.exit_code = exit_code(result.status);
}

}  // namespace

void add_replay_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand(
      "replay",
      "map what is journalled again by the mapping as it is now, without one API call; deliver "
      "what differs");
  command->add_option("pipeline", options->pipeline, "the pipeline")->required();
  command->add_option("--from", options->from,
                      "with --to: only versions that were received on these days, by the "
                      "workspace's time zone (2026-01-31)");
  command->add_option("--to", options->to, "last day of --from");
  command->add_flag("--again", options->again,
                    "also with a plain INSERT, where what differs adds a second row");
  add_wait_option(*command, options->wait);
  add_common_options(*command, context);
  command->footer(
      "The newest version of each record that is delivered, filtered or failed is judged anew;\n"
      "what is in doubt stays so. A record goes out only if what would be sent differs from what\n"
      "was sent last; the others stay as they were. If it is stopped or killed, the next run of\n"
      "the pipeline goes on with it. Exit codes: as `weir run`.");
  command->callback([&context, options] { replay_command(context, *options); });
}

}  // namespace weir
