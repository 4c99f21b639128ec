// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"

#include "alert/alert_settings.h"
#include "app/terminal.h"
#include "journal/sqlite/sqlite_journal.h"
#include "source/call_file.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

namespace weir {
namespace {

std::string stem_of(const std::string& file) { return std::filesystem::path(file).stem().string(); }

// A fault in a file that the chosen pipelines do not use must not stop them.
bool concerns(const Fault& fault, const std::vector<const Definition*>& chosen) {
  const std::string stem = stem_of(fault.at.file);
  if (fault.at.file.starts_with("pipelines/")) {
    return std::any_of(chosen.begin(), chosen.end(),
                       [&](const Definition* definition) { return definition->name == stem; });
  }
  if (fault.at.file.starts_with("connections/")) {
    return std::any_of(chosen.begin(), chosen.end(), [&](const Definition* definition) {
      return definition->source.connection == stem || definition->target.connection == stem;
    });
  }
  return true;
}

void choose(Selection& selection, const std::vector<std::string>& names, Faults& faults) {
  if (names.empty()) {
    for (const Definition& definition : selection.workspace.pipelines) {
      selection.pipelines.push_back(&definition);
    }
    return;
  }
  std::vector<std::string> known;
  for (const Definition& definition : selection.workspace.pipelines) {
    known.push_back(definition.name);
  }
  for (const std::string& name : names) {
    if (const Definition* definition = selection.workspace.pipeline(name)) {
      selection.pipelines.push_back(definition);
      continue;
    }
    add_error(faults, {},
              unknown_name("pipeline of this workspace", name, known) +
                  (known.empty() ? "; the files in `pipelines/` name them" : ""));
  }
}

// Nothing, with exit code 2, when there is no workspace.
std::unique_ptr<Selection> read_selection(CommandContext& context,
                                          const std::vector<std::string>& names, Faults& faults,
                                          Unresolved unresolved = Unresolved::fault) {
  const auto root = workspace_root(context);
  if (!root) {
    return nullptr;
  }
  auto selection = std::make_unique<Selection>();
  selection->workspace = read_workspace(*root, faults, unresolved);
  read_alert_settings(selection->workspace.alerts, faults);
  choose(*selection, names, faults);
  return selection;
}

}  // namespace

std::optional<std::filesystem::path> workspace_root(CommandContext& context) {
  const auto root =
      find_workspace(context.workspace.empty() ? std::filesystem::current_path()
                                               : std::filesystem::path(context.workspace));
  if (!root) {
    print_error(context, root.error());
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  return *root;
}

void add_common_options(CLI::App& command, CommandContext& context) {
  command.add_option("--workspace", context.workspace,
                     "folder that holds weir.yaml (default: the nearest one upwards from here)");
  command.add_flag("--json", context.json, "machine-readable output on stdout");
}

void print_faults(const CommandContext& context, const Faults& faults) {
  for (const Fault& fault : in_order(faults)) {
    const bool is_error = fault.severity == Severity::error;
    if (context.json) {
      Value line;
      line.set("severity", is_error ? "error" : "warning");
      line.set("file", fault.at.file);
      line.set("line", std::int64_t{fault.at.line});
      line.set("message", fault.message);
      fmt::print("{}\n", to_json(line));
    } else {
      fmt::print(stderr, "{}\n",
                 painted_for_stderr(to_string(fault), is_error ? Paint::red : Paint::yellow));
    }
  }
}

void print_error(const CommandContext& context, const Error& error) {
  if (context.json) {
    Value line;
    line.set("error", to_string(error.kind));
    line.set("message", error.message);
    fmt::print("{}\n", to_json(line));
  } else {
    fmt::print(stderr, "{}\n", painted_for_stderr("error: " + error.message, Paint::red));
  }
}

namespace {

std::unique_ptr<Selection> select_and_judge(CommandContext& context,
                                            const std::vector<std::string>& names,
                                            Unresolved unresolved) {
  Faults faults;
  auto selection = read_selection(context, names, faults, unresolved);
  if (!selection) {
    return nullptr;
  }
  if (!names.empty()) {
    std::erase_if(faults,
                  [&](const Fault& fault) { return !concerns(fault, selection->pipelines); });
  }
  for (const Definition* definition : selection->pipelines) {
    make_flow(selection->workspace, *definition, "", context.clock, faults);
  }
  selection->faults = std::move(faults);
  return selection;
}

std::unique_ptr<Selection> select_sound(CommandContext& context,
                                        const std::vector<std::string>& names,
                                        Unresolved unresolved) {
  auto selection = select_and_judge(context, names, unresolved);
  if (selection && has_errors(selection->faults)) {
    print_faults(context, selection->faults);
    context.exit_code = exit_wrong_input;
    return nullptr;
  }
  return selection;
}

}  // namespace

std::unique_ptr<Selection> select_with_faults(CommandContext& context,
                                              const std::vector<std::string>& names) {
  return select_and_judge(context, names, Unresolved::fault);
}

std::unique_ptr<Selection> select_pipelines(CommandContext& context,
                                            const std::vector<std::string>& names) {
  return select_sound(context, names, Unresolved::fault);
}

std::unique_ptr<Selection> select_without_secrets(CommandContext& context,
                                                  const std::vector<std::string>& names) {
  return select_sound(context, names, Unresolved::itself);
}

std::unique_ptr<Selection> open_for_history(CommandContext& context, const std::string& pipeline,
                                            Unresolved unresolved) {
  Faults faults;
  const std::vector<std::string> names(pipeline.empty() ? 0 : 1, pipeline);
  auto selection = read_selection(context, names, faults, unresolved);
  if (selection && !names.empty() && selection->pipelines.empty()) {
    std::erase_if(faults, [&](const Fault& fault) {
      return !fault.at.file.empty() && stem_of(fault.at.file) != pipeline;
    });
    print_faults(context, faults);
    context.exit_code = exit_wrong_input;
    return nullptr;
  }
  return selection;
}

namespace {

int exit_without_journal(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::conflict:
    case ErrorKind::exhausted:
    case ErrorKind::unavailable:
      return exit_parked;
    case ErrorKind::cancelled:
      return exit_stopped;
    default:
      return exit_wrong_input;
  }
}

}  // namespace

std::unique_ptr<Journal> open_journal_to_write(CommandContext& context, const Workspace& workspace,
                                               std::chrono::milliseconds wait,
                                               std::stop_token stop) {
  JournalOptions options;
  options.folder = workspace.state;
  options.access = JournalAccess::write;
  options.lock_wait = wait;
  options.stop = std::move(stop);
  options.on_wait = [](const std::string& holder) {
    fmt::print(stderr, "waiting: this workspace is in use by {}\n", holder);
  };
  auto journal = open_sqlite_journal(options);
  if (!journal) {
    print_error(context, journal.error());
    context.exit_code = exit_without_journal(journal.error().kind);
    return nullptr;
  }
  return std::move(*journal);
}

std::unique_ptr<Journal> open_journal_to_read(CommandContext& context, const Workspace& workspace) {
  JournalOptions options;
  options.folder = workspace.state;
  options.access = JournalAccess::read;
  auto journal = open_sqlite_journal(options);
  if (!journal) {
    print_error(context, journal.error());
    context.exit_code = exit_wrong_input;
    return nullptr;
  }
  return std::move(*journal);
}

std::unique_ptr<CallBudgets> open_budgets(CommandContext& context, const Workspace& workspace) {
  auto ledger = open_call_file(workspace.state);
  if (!ledger) {
    print_error(context, ledger.error());
    context.exit_code = exit_wrong_input;
    return nullptr;
  }
  return std::make_unique<CallBudgets>(std::move(*ledger), context.clock);
}

}  // namespace weir
