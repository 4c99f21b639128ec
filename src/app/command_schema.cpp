// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/file_schema.h"
#include "app/workspace_files.h"
#include "app/workspace_template.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <string>

namespace weir {
namespace {

struct SchemaOptions {
  std::string file = "pipeline";
  bool write = false;
};

// Into the workspace, where the first lines of its files look for them.
void write_schemas(CommandContext& context) {
  const auto root = workspace_root(context);
  if (!root) {
    return;
  }
  for (const TemplateFile& schema : schema_files()) {
    if (const auto written = write_workspace_file(*root / schema.path, schema.text); !written) {
      print_error(context, written.error());
      context.exit_code = exit_wrong_input;
      return;
    }
    if (context.json) {
      Value line;
      line.set("written", schema.path);
      fmt::print("{}\n", to_json(line));
    } else {
      fmt::print("{}\n", (*root / schema.path).string());
    }
  }
}

void schema_command(CommandContext& context, const SchemaOptions& options) {
  if (options.write) {
    write_schemas(context);
    return;
  }
  fmt::print("{}\n", to_json(options.file == "connection"  ? connection_schema()
                             : options.file == "workspace" ? workspace_schema()
                                                           : pipeline_schema()));
}

}  // namespace

void add_schema_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<SchemaOptions>();
  CLI::App* command = app.add_subcommand(
      "schema", "print the JSON Schema that editors complete the workspace's files from");
  command->add_option("file", options->file, "pipeline, connection or workspace")
      ->capture_default_str()
      ->check(CLI::IsMember({"pipeline", "connection", "workspace"}));
  command->add_flag("--write", options->write,
                    "write all three into `schema/` of the workspace, as `weir init` does");
  add_common_options(*command, context);
  command->footer(
      "VS Code with its YAML extension (and every editor with yaml-language-server) completes and\n"
      "checks a pipeline whose first line is\n"
      "  # yaml-language-server: $schema=../schema/pipeline.json\n"
      "which is resolved from the file's own folder. `weir init` writes files that have it; for\n"
      "files without it, in the editor's settings:\n"
      "  \"yaml.schemas\": {\"schema/pipeline.json\": \"pipelines/*\",\n"
      "                   \"schema/connection.json\": \"connections/*\",\n"
      "                   \"schema/workspace.json\": \"weir.yaml\"}");
  command->callback([&context, options] { schema_command(context, *options); });
}

}  // namespace weir
