// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/sample.h"
#include "app/schedule_need.h"
#include "app/terminal.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

struct CheckOptions {
  std::vector<std::string> pipelines;
  bool offline = false;
};

// Looks at both systems as they are; what cannot be reached is one fault, not the end.
class OnlineCheck {
 public:
  OnlineCheck(CommandContext& context, CallBudgets& budgets, Faults& faults)
      : context_(context), budgets_(budgets), faults_(faults) {}

  void check(const Flow& flow) {
    bool reached = note(flow.definition->source,
                        check_source(*flow.source, budgets_, context_.clock, faults_));
    std::optional<Value> sample;
    if (reached) {
      const auto page = fetch_sample(*flow.source, *flow.definition, budgets_, context_.clock);
      note(flow.definition->source, page ? Result<void>() : tl::unexpected(page.error()));
      sample = page ? sample_of(flow, *page) : std::nullopt;
    }
    note(flow.definition->target, flow.sink->check(sample, faults_));
  }

  int exit_code() const { return exit_code_; }

 private:
  static std::optional<Value> sample_of(const Flow& flow, const Page& page) {
    const auto journal = open_journal_for_lookups(flow);
    const LookupsAnswered lookups(flow, journal ? journal->get() : nullptr, {});
    return mapped_sample(*flow.transform, page);
  }

  // Whether it could be looked at.
  bool note(const Strategy& strategy, const Result<void>& looked) {
    if (looked) {
      return true;
    }
    const ErrorKind kind = looked.error().kind;
    const bool limit = kind == ErrorKind::throttled || kind == ErrorKind::exhausted;
    if (exit_code_ != exit_refused) {
      exit_code_ = limit ? exit_parked : exit_refused;
    }
    faults_.push_back({Severity::error, strategy.at,
                       "connection `" + strategy.connection + "`: " + looked.error().message});
    return false;
  }

  CommandContext& context_;
  CallBudgets& budgets_;
  Faults& faults_;
  int exit_code_ = exit_ok;
};

void print_verdict(const CommandContext& context, const Selection& selection,
                   const Faults& faults) {
  std::int64_t errors = 0;
  for (const Fault& fault : faults) {
    errors += fault.severity == Severity::error ? 1 : 0;
  }
  const std::int64_t warnings = static_cast<std::int64_t>(faults.size()) - errors;
  const std::string verdict = fmt::format("{} pipelines, {} errors, {} warnings",
                                          selection.pipelines.size(), errors, warnings);
  if (!context.json) {
    fmt::print("{}\n", painted(verdict, errors > 0     ? Paint::red
                                        : warnings > 0 ? Paint::yellow
                                                       : Paint::green));
  }
}

void print_needs(const CommandContext& context, const std::vector<AccountNeed>& needs) {
  for (const AccountNeed& need : needs) {
    if (context.json) {
      fmt::print("{}\n", to_json(need_line(need)));
    } else {
      fmt::print("{}", describe_need(need));
    }
  }
}

void check_command(CommandContext& context, const CheckOptions& options) {
  const auto selection = select_pipelines(context, options.pipelines);
  if (!selection) {
    return;
  }
  const auto budgets = options.offline ? nullptr : open_budgets(context, selection->workspace);
  if (!budgets && !options.offline) {
    return;
  }
  Faults faults = selection->warnings;
  std::vector<Flow> flows;
  for (const Definition* definition : selection->pipelines) {
    Faults told;
    flows.push_back(*make_flow(selection->workspace, *definition, "", context.clock, told));
  }
  if (budgets) {
    OnlineCheck online(context, *budgets, faults);
    for (const Flow& flow : flows) {
      online.check(flow);
    }
    context.exit_code = online.exit_code();
  }
  const auto needs = account_needs(flows, selection->workspace, budgets.get(), context.clock.now());
  for (const AccountNeed& need : needs) {
    warn_of_need(need, faults);
  }
  print_faults(context, faults);
  print_needs(context, needs);
  print_verdict(context, *selection, faults);
  if (context.exit_code == exit_ok && has_errors(faults)) {
    context.exit_code = exit_wrong_input;
  }
}

}  // namespace

void add_check_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "report every fault of the files at once, then try the connections");
  command->add_option("pipeline", options->pipelines, "only these pipelines (default: all)");
  command->add_flag("--offline", options->offline, "read the files only; call no one");
  add_common_options(*command, context);
  command->footer(
      "Exit codes: 0 nothing wrong (warnings may be), 2 the files are wrong or do not fit the\n"
      "target, 3 a system refused us or was not reached, 4 the account's budget has no call left.\n"
      "Trying the connections costs two calls of the source's API a pipeline.");
  command->callback([&context, options] { check_command(context, *options); });
}

}  // namespace weir
