// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include "core/nearest_name.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <vector>

namespace weir {
namespace {

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> commands_below(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* below : command.get_subcommands(nullptr)) {
    names.push_back(below->get_name());
  }
  return names;
}

std::string fault_of(const CLI::App& command, const std::string& title, const std::string& word) {
  if (word.starts_with('-')) {
    return unknown_name(fmt::format("option of `{}`", title), word.substr(0, word.find('=')),
                        options_of(command));
  }
  const auto known = commands_below(command);
  return known.empty() ? fmt::format("`{}` is one argument more than `{}` takes", word, title)
                       : unknown_name(fmt::format("command of `{}`", title), word, known);
}

}  // namespace

std::string explain_command_line(const CLI::App* app, const CLI::Error& error) {
  std::string title = app->get_name();
  const CLI::App* command = app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    title += " " + command->get_name();
  }
  const std::vector<std::string> unknown = command->remaining();
  return fmt::format("error: {}\n`{} --help` explains more\n",
                     unknown.empty() ? error.what() : fault_of(*command, title, unknown.front()),
                     title);
}

}  // namespace weir
