// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/terminal.h"
#include "connectors/connectors.h"
#include "core/atomic_file.h"
#include "spec/references.h"
#include "spec/strategy_import.h"
#include "spec/yaml_writer.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {
namespace {

namespace fs = std::filesystem;

struct ImportOptions {
  std::vector<std::string> files;
  std::string name;
  std::string source;
  std::string target;
  bool force = false;
};

// The exported text is data: what looks like a reference in it is none.
class NoReferencesMeant final : public References {
 public:
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    return fmt::format("${{{}:{}}}", scheme, name);
  }
};

// Nothing, with all faults printed, when a file cannot be read.
std::optional<std::vector<Value>> read_exports(CommandContext& context,
                                               const std::vector<std::string>& files) {
  std::vector<Value> documents;
  Faults faults;
  for (const std::string& file : files) {
    const auto text = read_whole_file(file);
    if (!text) {
      add_error(faults, {file, 0}, "cannot be read; is the name right, and may you read it?");
      continue;
    }
    documents.push_back(read_document(*text, file, NoReferencesMeant(), faults).to_value());
  }
  if (has_errors(faults)) {
    print_faults(context, faults);
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  return documents;
}

std::vector<std::string> secret_fields_of(std::string_view connector) {
  const Connector* found = find_connector(connector);
  return found == nullptr ? std::vector<std::string>() : found->secret_fields;
}

// A first file for a connection: what its connector requires, by reference where it is secret.
Value connection_stub(const std::string& name, const Connector& connector) {
  Value stub;
  stub.set("connector", connector.name);
  for (const SettingSpec& setting : connector.settings.settings) {
    if (setting.required || setting.secret) {
      const std::string variable = environment_variable_for(name, setting.name);
      stub.set(setting.name, "${env:" + variable + "}");
    }
  }
  return stub;
}

class ImportWriter {
 public:
  ImportWriter(CommandContext& context, fs::path root, const ImportOptions& options)
      : context_(context), root_(std::move(root)), options_(options) {}

  bool write(const std::string& name, const ImportedPipeline& imported) {
    const std::string pipeline = "pipelines/" + name + ".yaml";
    for (const char* ending : {".yaml", ".yml", ".json"}) {
      const fs::path there = root_ / "pipelines" / (name + ending);
      if (fs::exists(there) && (!options_.force || there.extension() != ".yaml")) {
        return refuse(fmt::format("`{}` is there already; choose another `--name`{}",
                                  there.lexically_relative(root_).string(),
                                  there.extension() == ".yaml" ? ", or replace it with `--force`"
                                                               : ", or delete it first"));
      }
    }
    for (const ImportedSide* side : {&imported.source, &imported.target}) {
      if (!write_connection(*side)) {
        return false;
      }
    }
    return write_file(pipeline, to_yaml(imported.document));
  }

  const std::vector<std::string>& files() const { return files_; }

 private:
  bool write_connection(const ImportedSide& side) {
    const Connector* connector = find_connector(side.connector);
    const bool there = std::any_of(std::begin(endings), std::end(endings), [&](const char* ending) {
      return fs::exists(root_ / "connections" / (side.connection + ending));
    });
    if (connector == nullptr || there) {
      return true;
    }
    return write_file("connections/" + side.connection + ".yaml",
                      to_yaml(connection_stub(side.connection, *connector)));
  }

  bool write_file(const std::string& relative, const std::string& text) {
    const fs::path file = root_ / relative;
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error || !write_atomically(file, text, 0644)) {
      return refuse(fmt::format("cannot write `{}`; is the folder writable?", file.string()));
    }
    files_.push_back(relative);
    return true;
  }

  bool refuse(const std::string& why) {
    print_error(context_, {ErrorKind::invalid_config, why, {}, std::nullopt});
    context_.exit_code = exit_wrong_input;
    return false;
  }

  static constexpr const char* endings[] = {".yaml", ".yml", ".json"};
  CommandContext& context_;
  const fs::path root_;
  const ImportOptions& options_;
  std::vector<std::string> files_;
};

void report_import(const CommandContext& context, const std::string& name,
                   const ImportedPipeline& imported, const std::vector<std::string>& files) {
  if (context.json) {
    Value line;
    line.set("pipeline", name);
    line.set("files", List(files.begin(), files.end()));
    line.set("notes", List(imported.notes.begin(), imported.notes.end()));
    Value references = Object();
    for (const auto& [variable, field] : imported.references) {
      references.set(variable, field);
    }
    line.set("references", std::move(references));
    fmt::print("{}\n", to_json(line));
    return;
  }
  for (const std::string& file : files) {
    fmt::print("{}  {}\n", painted("written", Paint::green), file);
  }
  for (const auto& [variable, field] : imported.references) {
    fmt::print("secret   `{}` stood there plainly; it is `${{env:{}}}` now: set that variable\n",
               field, variable);
  }
  for (const std::string& note : imported.notes) {
    fmt::print("note     {}\n", note);
  }
}

// What the new file's own reading has to say is the list of what was not carried over.
void report_faults(CommandContext& context, const std::string& name) {
  CommandContext reading;
  reading.workspace = context.workspace;
  reading.json = context.json;
  const auto selection = select_without_secrets(reading, {name});
  if (selection) {
    print_faults(context, selection->faults);
  }
  if (!context.json) {
    fmt::print("next: weir check {0} --offline, weir preview {0}\n", name);
  }
}

void import_command(CommandContext& context, const ImportOptions& options) {
  const auto root =
      find_workspace(context.workspace.empty() ? fs::current_path() : fs::path(context.workspace));
  if (!root) {
    print_error(context, root.error());
    context.exit_code = exit_wrong_input;
    return;
  }
  const auto documents = read_exports(context, options.files);
  if (!documents) {
    return;
  }
  const auto imported =
      import_strategies(*documents, {options.source, options.target, secret_fields_of});
  if (!imported) {
    const bool single = options.files.size() == 1;
    print_error(context,
                single ? imported.error().within(options.files.front()) : imported.error());
    context.exit_code = exit_wrong_input;
    return;
  }
  const std::string name =
      options.name.empty() ? fs::path(options.files.front()).stem().string() : options.name;
  ImportWriter writer(context, *root, options);
  if (writer.write(name, *imported)) {
    report_import(context, name, *imported, writer.files());
    report_faults(context, name);
  }
}

}  // namespace

void add_import_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand(
      "import", "make a pipeline of strategies that were exported from 轻易云 (Qeasy)");
  command->add_option("file", options->files, "JSON: both strategies, or one file each")
      ->required();
  command->add_option("--name", options->name, "the pipeline's name (default: the first file's)")
      ->check([](const std::string& name) {
        const bool bad = name.empty() || name.front() == '.' || name.find('/') != std::string::npos;
        return bad ? std::string("is no name of a file") : std::string();
      });
  command->add_option("--source", options->source, "the source's connection");
  command->add_option("--target", options->target, "the target's connection");
  command->add_flag("--force", options->force, "replace a pipeline of that name");
  add_common_options(*command, context);
  command->footer(
      "Writes pipelines/NAME.yaml, a first connections/ file where one is missing, and says what\n"
      "could not be carried over. Secrets that stood there plainly become references.\n"
      "Exit codes: 0 the pipeline is written, 2 the input is wrong or its name is taken.");
  command->callback([&context, options] { import_command(context, *options); });
}

}  // namespace weir
