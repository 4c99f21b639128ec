// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/sample.h"
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
  OnlineCheck(CommandContext& context, Faults& faults) : context_(context), faults_(faults) {}

  void check(const Flow& flow) {
    note(flow.definition->source, flow.source->check(faults_));
    std::optional<Value> sample;
    if (reached_) {
      const auto page = fetch_sample(*flow.source, *flow.definition, context_.clock);
      note(flow.definition->source, page ? Result<void>() : tl::unexpected(page.error()));
      sample = page ? mapped_sample(*flow.transform, *page) : std::nullopt;
    }
    note(flow.definition->target, flow.sink->check(sample, faults_));
  }

  bool reached() const { return reached_; }

 private:
  void note(const Strategy& strategy, const Result<void>& looked) {
    if (!looked) {
      reached_ = false;
      faults_.push_back({Severity::error, strategy.at,
                         "connection `" + strategy.connection + "`: " + looked.error().message});
    }
  }

  CommandContext& context_;
  Faults& faults_;
  bool reached_ = true;
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

void check_command(CommandContext& context, const CheckOptions& options) {
  const auto selection = select_pipelines(context, options.pipelines);
  if (!selection) {
    return;
  }
  Faults faults = selection->warnings;
  bool reached = true;
  if (!options.offline) {
    OnlineCheck online(context, faults);
    for (const Definition* definition : selection->pipelines) {
      Faults told;
      online.check(*make_flow(selection->workspace, *definition, "", context.clock, told));
    }
    reached = online.reached();
  }
  print_faults(context, faults);
  print_verdict(context, *selection, faults);
  if (!reached) {
    context.exit_code = exit_refused;
  } else if (has_errors(faults)) {
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
      "target, 3 a system refused us or was not reached.\n"
      "Trying the connections costs two calls of the source's API a pipeline.");
  command->callback([&context, options] { check_command(context, *options); });
}

}  // namespace weir
