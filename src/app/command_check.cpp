// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/sample.h"
#include "app/schedule_need.h"
#include "app/terminal.h"
#include "transform/name_check.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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
      if (page) {
        sample = sample_of(flow, *page);
        warn_of_absent_names(flow.definition->source, *flow.transform,
                             sample_records(*flow.transform, raw_records(*page)), faults_);
      }
    }
    if (reached && flow.remedy) {
      check_remedy(flow);
    }
    note(flow.definition->target, flow.sink->check(sample, faults_));
  }

  int exit_code() const { return exit_code_; }

 private:
  void check_remedy(const Flow& flow) {
    Faults found;
    note(flow.definition->source, check_source(*flow.remedy, budgets_, context_.clock, found));
    for (Fault& fault : found) {
      fault.at = flow.definition->source.omission_remedy->at;
      fault.message = "as `omissionRemedy` asks: " + fault.message;
      faults_.push_back(std::move(fault));
    }
  }

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
    add_error(faults_, strategy.place("connection"),
              "connection `" + strategy.connection + "`: " + looked.error().message);
    return false;
  }

  CommandContext& context_;
  CallBudgets& budgets_;
  Faults& faults_;
  int exit_code_ = exit_ok;
};

void print_verdict(const CommandContext& context, const Selection& selection, const Faults& faults,
                   std::string_view untried) {
  if (context.json) {
    return;
  }
  const Faults once = in_order(faults);
  const auto errors = std::count_if(once.begin(), once.end(), [](const Fault& fault) {
    return fault.severity == Severity::error;
  });
  const auto warnings = static_cast<std::int64_t>(once.size()) - errors;
  const std::string verdict = fmt::format(
      "{}, {}, {}{}", counted(static_cast<std::int64_t>(selection.pipelines.size()), "pipeline"),
      counted(errors, "error"), counted(warnings, "warning"), untried);
  fmt::print("{}\n", painted(verdict, errors > 0     ? Paint::red
                                      : warnings > 0 ? Paint::yellow
                                                     : Paint::green));
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
  const auto selection = select_with_faults(context, options.pipelines);
  if (!selection) {
    return;
  }
  if (has_errors(selection->faults)) {
    print_faults(context, selection->faults);
    print_verdict(context, *selection, selection->faults,
                  options.offline ? "" : "; the connections are tried when the files are right");
    context.exit_code = exit_wrong_input;
    return;
  }
  const auto budgets = options.offline ? nullptr : open_budgets(context, selection->workspace);
  if (!budgets && !options.offline) {
    return;
  }
  Faults faults = selection->faults;
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
  print_verdict(context, *selection, faults,
                options.offline ? "; no connection was tried (--offline)" : "");
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
      "Trying the connections costs two calls of the source's API a pipeline, three where it has\n"
      "`omissionRemedy`.");
  command->callback([&context, options] { check_command(context, *options); });
}

}  // namespace weir
