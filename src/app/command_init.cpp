// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/workspace_template.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {
namespace {

Result<void> write_file(const std::filesystem::path& file, std::string_view text) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (error || !out) {
    return fail(ErrorKind::unavailable,
                fmt::format("cannot write `{}`; is the folder writable?", file.string()));
  }
  return {};
}

// All or nothing as far as it can be seen beforehand: a file that is there is never overwritten.
Result<void> make_workspace(const std::filesystem::path& root) {
  const std::vector<TemplateFile> files = workspace_template();
  for (const TemplateFile& file : files) {
    if (std::filesystem::exists(root / file.path)) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`{}` is there already; choose an empty folder, or delete it first",
                              (root / file.path).string()));
    }
  }
  for (const TemplateFile& file : files) {
    WEIR_CHECK(write_file(root / file.path, file.text));
  }
  return {};
}

void init_command(CommandContext& context, const std::string& folder) {
  const std::filesystem::path root = folder.empty() ? "." : folder;
  const auto made = make_workspace(root);
  if (!made) {
    print_error(context, made.error());
    context.exit_code = exit_wrong_input;
    return;
  }
  if (context.json) {
    Value line;
    line.set("workspace", std::filesystem::absolute(root).lexically_normal().string());
    fmt::print("{}\n", to_json(line));
    return;
  }
  const bool here = root == ".";
  fmt::print(
      "A workspace with one pipeline, `receipts`, stands in {}.\n"
      "\n"
      "  1. in a terminal of its own, the stand-in of DingTalk:  weir sandbox dingtalk\n"
      "  2. the table, in a MySQL or MariaDB of yours:           mysql YOUR_DATABASE < "
      "{}schema.sql\n"
      "  3. that database's address in connections/mysql.yaml\n"
      "  4. {}weir check, weir preview receipts, weir run receipts, weir records receipts\n",
      here ? "this folder" : "`" + root.string() + "`", here ? "" : root.string() + "/",
      here ? "" : "cd " + root.string() + "; ");
}

}  // namespace

void add_init_command(CLI::App& app, CommandContext& context) {
  auto folder = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("init", "make a workspace with a pipeline that runs against the sandbox");
  command->add_option("folder", *folder, "where (default: this folder)");
  command->add_flag("--json", context.json, "machine-readable output on stdout");
  command->callback([&context, folder] { init_command(context, *folder); });
}

}  // namespace weir
