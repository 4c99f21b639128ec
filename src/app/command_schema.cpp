// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/file_schema.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <string>

namespace weir {

void add_schema_command(CLI::App& app, CommandContext& context) {
  auto file = std::make_shared<std::string>("pipeline");
  CLI::App* command = app.add_subcommand(
      "schema", "print the JSON Schema that editors complete the workspace's files from");
  command->add_option("file", *file, "pipeline, connection or workspace")
      ->capture_default_str()
      ->check(CLI::IsMember({"pipeline", "connection", "workspace"}));
  command->add_flag("--json", context.json, "taken as by every command; a schema is JSON anyway");
  command->footer(
      "For VS Code with its YAML extension, in the workspace:\n"
      "  mkdir -p .weir/schema; weir schema > .weir/schema/pipeline.json\n"
      "and as first line of a pipeline, which is resolved from the pipeline's own folder:\n"
      "  # yaml-language-server: $schema=../.weir/schema/pipeline.json");
  command->callback([file] {
    fmt::print("{}\n", to_json(*file == "connection"  ? connection_schema()
                               : *file == "workspace" ? workspace_schema()
                                                      : pipeline_schema()));
  });
}

}  // namespace weir
