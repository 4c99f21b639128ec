// SPDX-License-Identifier: Apache-2.0
#include "app/command_page.h"

#include "app/command_context.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "reference/markdown.h"

namespace weir {
namespace {

using Commands = std::vector<const CLI::App*>;

Commands commands_of(const CLI::App& above) {
  return above.get_subcommands(
      [](const CLI::App* command) { return !command->get_name().empty(); });
}

// A command's help is written for a terminal: what is indented stands in columns there.
std::string footer_of(const CLI::App& command) {
  const std::string footer = command.get_footer();
  return footer.empty() ? "" : "\n" + markdown::block("text", footer);
}

std::string options_table(const CLI::App& command) {
  std::vector<std::vector<std::string>> rows;
  for (const CLI::Option* option : command.get_options()) {
    const bool positional = option->get_positional();
    std::string name = positional ? option->get_name(true) : option->get_name(false, true);
    if (option == command.get_help_ptr() || option->get_group().empty()) {
      continue;
    }
    if (option->get_expected_max() > 1) {
      name += "…";
    }
    rows.push_back({markdown::code(name), markdown::sentence(option->get_description()),
                    markdown::code(option->get_default_str()),
                    option->get_required() ? "required" : ""});
  }
  const std::string table = markdown::table({"argument", "meaning", "default", ""}, rows);
  return table.empty() ? "" : "\n" + table;
}

void append_command(const CLI::App& command, const std::string& above, std::string& body) {
  const std::string name = above + " " + command.get_name();
  body += fmt::format("\n## {}\n\n{}\n{}{}", name, markdown::sentence(command.get_description()),
                      options_table(command), footer_of(command));
  for (const CLI::App* below : commands_of(command)) {
    append_command(*below, name, body);
  }
}

}  // namespace

ReferencePage command_page(const CLI::App& program) {
  ReferencePage page;
  page.file = "reference/commands.md";
  page.title = "Commands";
  page.summary = "What `weir` can be told to do.";
  std::vector<std::vector<std::string>> rows;
  for (const CLI::App* command : commands_of(program)) {
    const std::string name = "weir " + command->get_name();
    rows.push_back({fmt::format("[`{}`](#{})", name, markdown::anchor_of(name)),
                    markdown::sentence(command->get_description())});
  }
  std::vector<std::vector<std::string>> codes;
  for (const ExitMeaning& exit : exit_meanings) {
    codes.push_back({markdown::code(fmt::to_string(exit.code)), exit.meaning});
  }
  page.body = markdown::table({"command", "what it does"}, rows) + "\n## Exit codes\n\n" +
              markdown::table({"code", "when"}, codes);
  for (const CLI::App* command : commands_of(program)) {
    append_command(*command, "weir", page.body);
  }
  return page;
}

}  // namespace weir
