// SPDX-License-Identifier: Apache-2.0
#include "app/archive.h"
#include "app/command_context.h"
#include "app/workspace_files.h"
#include "app/workspace_template.h"
#include "core/atomic_file.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

// Those of the paths where something stands already; it is never overwritten.
std::vector<std::string> occupied(const std::filesystem::path& root,
                                  const std::vector<std::string>& paths) {
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(root / path, ignored))) {
      found.push_back((root / path).lexically_normal().string());
    }
  }
  return found;
}

Error already_there(const std::vector<std::string>& files) {
  return {ErrorKind::invalid_config,
          fmt::format("nothing was written, for {} there already: {}; choose another folder, or "
                      "move {} away first",
                      files.size() == 1 ? "this file is" : "these files are",
                      quoted_names(files, files.size()), files.size() == 1 ? "it" : "them"),
          "", std::nullopt};
}

// All or nothing as far as it can be seen beforehand.
Result<void> make_workspace(const std::filesystem::path& root) {
  const std::vector<TemplateFile> files = workspace_template();
  std::vector<std::string> paths;
  for (const TemplateFile& file : files) {
    paths.push_back(file.path);
  }
  if (const auto found = occupied(root, paths); !found.empty()) {
    return tl::unexpected(already_there(found));
  }
  for (const TemplateFile& file : files) {
    WEIR_CHECK(write_workspace_file(root / file.path, file.text));
  }
  return {};
}

// What an export holds goes beside what is there. A connection of the same name stays: it is this
// workspace's own; any other file that is there stops it before anything is written.
Result<void> take_export(const std::filesystem::path& unpacked, const std::filesystem::path& root,
                         std::vector<std::string>& kept) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(unpacked)) {
    if (!entry.is_regular_file()) {
      continue;
    }
    const std::string path = entry.path().lexically_relative(unpacked).generic_string();
    const bool stays = path == "weir.yaml" || path.starts_with("connections/");
    if (stays && std::filesystem::exists(root / path)) {
      kept.push_back(path);
    } else {
      paths.push_back(path);
    }
  }
  if (const auto found = occupied(root, paths); !found.empty()) {
    return tl::unexpected(already_there(found));
  }
  for (const std::string& path : paths) {
    WEIR_TRY(const std::string text, read_whole_file(unpacked / path));
    WEIR_CHECK(write_workspace_file(root / path, text));
  }
  std::vector<TemplateFile> around = schema_files();  // which the carried files name
  around.push_back({".gitignore", ".weir/\n"});
  for (const TemplateFile& file : around) {
    if (!std::filesystem::exists(root / file.path)) {
      WEIR_CHECK(write_workspace_file(root / file.path, file.text));
    }
  }
  return {};
}

void init_from_command(CommandContext& context, const std::filesystem::path& root,
                       const std::string& file) {
  std::string unpacked = (std::filesystem::temp_directory_path() / "weir-init-XXXXXX").string();
  Result<Value> manifest = fail(ErrorKind::unavailable, "no temporary folder can be made");
  std::vector<std::string> kept;
  if (::mkdtemp(unpacked.data()) != nullptr) {
    manifest = unpack_archive(file, "export", unpacked, {});
    const auto taken = manifest ? take_export(unpacked, root, kept) : Result<void>();
    if (!taken) {
      manifest = tl::unexpected(taken.error());
    }
    std::error_code ignored;
    std::filesystem::remove_all(unpacked, ignored);
  }
  if (!manifest) {
    print_error(context, manifest.error());
    context.exit_code = exit_wrong_input;
    return;
  }
  const Value* named = manifest->member("references");
  const List references = named != nullptr && named->list() != nullptr ? *named->list() : List();
  if (context.json) {
    Value line;
    line.set("workspace", std::filesystem::absolute(root).lexically_normal().string());
    line.set("references", references);
    line.set("kept", List(kept.begin(), kept.end()));
    fmt::print("{}\n", to_json(line));
    return;
  }
  fmt::print("The flows of `{}` stand in `{}`.\n", file, root.string());
  for (const std::string& path : kept) {
    fmt::print("  kept as it was: {}\n", path);
  }
  for (const Value& reference : references) {
    fmt::print("  to be given here: {}\n", to_text(reference));
  }
  fmt::print("`weir secret set NAME` gives a secret; then `weir check`.\n");
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
      "  4. {}weir check, weir preview receipts, weir run receipts, weir records receipts\n"
      "\n"
      "In VS Code with its YAML extension, the files complete and are checked while you write.\n",
      here ? "this folder" : "`" + root.string() + "`", here ? "" : root.string() + "/",
      here ? "" : "cd " + root.string() + "; ");
}

}  // namespace

void add_init_command(CLI::App& app, CommandContext& context) {
  auto folder = std::make_shared<std::string>();
  auto from = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("init", "make a workspace with a pipeline that runs against the sandbox");
  command->add_option("folder", *folder, "where (default: this folder)");
  command->add_flag("--json", context.json, "machine-readable output on stdout");
  command->add_option("--from", *from, "in place of the example, what `weir export` wrote");
  command->footer(
      "Never overwrites: where a file is there already, nothing is written. The schemas that\n"
      "editors complete from go to `schema/`; `weir schema --write` renews them.");
  command->callback([&context, folder, from] {
    if (from->empty()) {
      init_command(context, *folder);
    } else {
      init_from_command(context, folder->empty() ? "." : *folder, *from);
    }
  });
}

}  // namespace weir
