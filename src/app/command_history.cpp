// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/terminal.h"
#include "core/time_zone.h"
#include "pipeline/job_kind.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <string>

namespace weir {
namespace {

struct HistoryOptions {
  std::string pipeline;
  std::string state;
  std::string find;
  std::int64_t limit = 50;
};

std::string local_time(const Workspace& workspace, Timestamp moment) {
  const auto zone = TimeZone::find(workspace.timezone);
  return zone ? format_local(zone->to_local(moment)) : format_utc(moment);
}

std::string figure(const Value& report, std::string_view name) {
  const Value* value = report.member(name);
  return value != nullptr ? to_text(*value) : "";
}

std::string job_of(const Value& report) {
  const std::string job = figure(report, "job");
  return job.empty() ? std::string(to_string(JobKind::run)) : job;
}

std::vector<std::string> row_of(const Workspace& workspace, const RunSummary& run) {
  const Value report = parse_json(run.report).value_or(Value());
  const std::string id = std::to_string(static_cast<std::int64_t>(run.run));
  if (run.report.empty()) {
    return {id,
            run.pipeline,
            local_time(workspace, run.started_at),
            "",
            "unfinished",
            "",
            "",
            "",
            "",
            "running, or killed: the next run settles what it left open"};
  }
  return {id,
          run.pipeline,
          local_time(workspace, run.started_at),
          job_of(report),
          figure(report, "status"),
          figure(report, "read"),
          figure(report, "delivered"),
          figure(report, "filtered"),
          figure(report, "failed"),
          fitted(figure(report, "reason"), 100)};
}

void print_run_json(const RunSummary& run) {
  Value line;
  if (!run.report.empty()) {
    line = parse_json(run.report).value_or(Value());
  } else {
    line.set("pipeline", run.pipeline);
    line.set("run", std::to_string(static_cast<std::int64_t>(run.run)));
    line.set("status", "unfinished");
  }
  line.set("started_at", format_utc(run.started_at));
  if (run.ended_at) {
    line.set("ended_at", format_utc(*run.ended_at));
  }
  fmt::print("{}\n", to_json(line));
}

void runs_command(CommandContext& context, const HistoryOptions& options) {
  const auto selection = open_for_history(context, options.pipeline);
  const auto journal = selection ? open_journal_to_read(context, selection->workspace) : nullptr;
  if (!journal) {
    return;
  }
  const auto runs = journal->runs(options.pipeline, options.limit);
  if (!runs) {
    print_error(context, runs.error());
    context.exit_code = exit_bug;
    return;
  }
  if (context.json) {
    for (const RunSummary& run : *runs) {
      print_run_json(run);
    }
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const RunSummary& run : *runs) {
    rows.push_back(row_of(selection->workspace, run));
  }
  fmt::print("{}", table({"run", "pipeline", "started", "job", "status", "read", "delivered",
                          "filtered", "failed", "reason"},
                         rows));
}

void print_record_json(const RecordSummary& record) {
  Value line;
  line.set("id", record.id);
  line.set("number", record.number);
  line.set("state", to_string(record.state));
  line.set("reason", record.reason);
  line.set("attempts", std::int64_t{record.attempts});
  line.set("updated_at", format_utc(record.updated_at));
  fmt::print("{}\n", to_json(line));
}

void records_command(CommandContext& context, const HistoryOptions& options, bool limit_given) {
  RecordFilter filter;
  if (!options.state.empty()) {
    filter.state = *parse_record_state(options.state);  // checked by the command line
  }
  filter.find = options.find;
  filter.limit = context.json && !limit_given ? 0 : options.limit;
  const auto selection = open_for_history(context, options.pipeline);
  const auto journal = selection ? open_journal_to_read(context, selection->workspace) : nullptr;
  if (!journal) {
    return;
  }
  std::vector<std::vector<std::string>> rows;
  const auto pipeline = journal->pipeline(options.pipeline);
  const auto listed =
      !pipeline
          ? Result<void>(tl::unexpected(pipeline.error()))
          : journal->records(*pipeline, filter, [&](const RecordSummary& record) {
              if (context.json) {
                print_record_json(record);
              } else {
                rows.push_back({record.id, record.number, std::string(to_string(record.state)),
                                std::to_string(record.attempts),
                                local_time(selection->workspace, record.updated_at),
                                fitted(record.reason, 100)});
              }
              return true;
            });
  if (!listed) {
    print_error(context, listed.error());
    context.exit_code = exit_bug;
    return;
  }
  if (!context.json) {
    fmt::print("{}", table({"id", "number", "state", "attempts", "updated", "reason"}, rows));
    if (static_cast<std::int64_t>(rows.size()) == options.limit) {
      fmt::print("{}", painted("the first " + std::to_string(options.limit) +
                                   "; --limit N shows more, --json all\n",
                               Paint::dim));
    }
  }
}

}  // namespace

void add_runs_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand("runs", "the history of runs, newest first");
  command->add_option("pipeline", options->pipeline, "only this pipeline");
  command->add_option("--limit", options->limit, "how many")->capture_default_str();
  add_common_options(*command, context);
  command->callback([&context, options] { runs_command(context, *options); });
}

void add_records_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand("records", "what became of each record");
  command->add_option("pipeline", options->pipeline, "the pipeline")->required();
  command->add_option("--state", options->state, "only records in this state")
      ->check(CLI::IsMember({"waiting", "delivered", "filtered", "failed", "in_doubt"}));
  command->add_option("--find", options->find, "part of an id or number");
  CLI::Option* limit =
      command->add_option("--limit", options->limit, "how many; with --json: all by default")
          ->capture_default_str()
          ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  add_common_options(*command, context);
  command->callback(
      [&context, options, limit] { records_command(context, *options, limit->count() > 0); });
}

}  // namespace weir
