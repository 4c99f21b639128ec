// SPDX-License-Identifier: Apache-2.0
#include "app/archive.h"
#include "app/command_context.h"
#include "app/stop_signals.h"
#include "app/version.h"
#include "connectors/connectors.h"
#include "core/atomic_file.h"
#include "core/time_zone.h"
#include "spec/carried_text.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

namespace fs = std::filesystem;

// "connections/mysql.yaml", whichever ending it has.
std::string file_of(const fs::path& root, const std::string& folder, const std::string& name) {
  for (const char* ending : {".yaml", ".yml", ".json"}) {
    std::error_code ignored;
    if (const std::string path = folder + "/" + name + ending; fs::exists(root / path, ignored)) {
      return path;
    }
  }
  return {};
}

void collect_secret_names(const std::vector<SettingSpec>& settings,
                          std::vector<std::string>& names) {
  for (const SettingSpec& spec : settings) {
    if (spec.secret) {
      names.push_back(spec.name);
    }
    collect_secret_names(spec.settings, names);
  }
}

class FlowExport {
 public:
  explicit FlowExport(const Workspace& workspace) : workspace_(workspace) {
    members_.push_back({"weir.yaml", "timezone: " + workspace.timezone + "\n"});
  }

  Result<void> add(const Definition& definition) {
    std::vector<std::string> fields;
    for (const std::string& name : {definition.source.connection, definition.target.connection}) {
      const auto connection = workspace_.connections.find(name);
      if (connection == workspace_.connections.end()) {
        return fail(ErrorKind::rejected,
                    fmt::format("pipeline `{}` names the connection `{}`, which is not there; "
                                "`weir check` says more",
                                definition.name, name));
      }
      const Connector* connector = find_connector(connection->second.connector);
      if (connector == nullptr) {
        return fail(ErrorKind::rejected,
                    fmt::format("connection `{}` has no known connector, so nobody can tell what "
                                "in it is secret; `weir check` says more",
                                name));
      }
      fields.insert(fields.end(), connector->secret_fields.begin(), connector->secret_fields.end());
      std::vector<std::string> secret;
      collect_secret_names(connector->settings.settings, secret);
      WEIR_CHECK(carry("connections", name, secret));
    }
    WEIR_CHECK(carry("pipelines", definition.name, fields));
    return add_functions(definition);
  }

  const std::vector<ArchiveMember>& members() const { return members_; }
  const std::vector<std::string>& references() const { return references_; }
  const std::vector<std::string>& replaced() const { return replaced_; }

 private:
  Result<void> carry(const std::string& folder, const std::string& name,
                     const std::vector<std::string>& secret_fields) {
    const std::string path = file_of(workspace_.root, folder, name);
    if (!carried_.insert(path).second) {
      return {};
    }
    WEIR_TRY(const std::string text, read_whole_file(workspace_.root / path));
    CarriedText carried = carry_text(
        text, secret_fields, [&](const std::string& field) { return secret_name(name, field); });
    if (!carried.well) {
      return fail(ErrorKind::rejected,
                  fmt::format("`{}` cannot be read; `weir check` says why", path));
    }
    for (const std::string& field : carried.replaced) {
      replaced_.push_back(path + ": " + field);
    }
    for (std::string& reference : carried.references) {
      if (std::find(references_.begin(), references_.end(), reference) == references_.end()) {
        references_.push_back(std::move(reference));
      }
    }
    members_.push_back({path, std::move(carried.text)});
    return {};
  }

  // Two plain values never share a name.
  std::string secret_name(const std::string& file, const std::string& field) {
    std::string name = file + "." + field;
    std::replace_if(
        name.begin(), name.end(),
        [](char letter) {
          return !((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                   (letter >= '0' && letter <= '9') || letter == '-' || letter == '.');
        },
        '_');
    if (name.front() == '_' || name.front() == '-' || name.front() == '.') {
      name.insert(0, "s");
    }
    std::string unique = name;
    for (int number = 2; !names_.insert(unique).second; ++number) {
      unique = fmt::format("{}-{}", name, number);
    }
    return unique;
  }

  Result<void> add_functions(const Definition& definition) {
    Faults ignored;
    const Node document =
        read_document(definition.text, definition.name, SystemReferences(workspace_.root), ignored);
    const Node* functions = document.member("functions");
    const std::string* name = functions != nullptr ? functions->scalar.value.text() : nullptr;
    if (name == nullptr || !carried_.insert(*name).second) {
      return {};
    }
    const fs::path path = fs::path(*name).lexically_normal();
    if (path.is_absolute() || *path.begin() == "..") {
      return fail(
          ErrorKind::rejected,
          fmt::format("pipeline `{}`: `functions: {}` lies outside the workspace and cannot "
                      "be carried; put it inside",
                      definition.name, *name));
    }
    WEIR_TRY(std::string text, read_whole_file(workspace_.root / path));
    members_.push_back({path.generic_string(), std::move(text)});
    return {};
  }

  const Workspace& workspace_;
  std::vector<ArchiveMember> members_;
  std::set<std::string> carried_;
  std::set<std::string> names_;
  std::vector<std::string> replaced_;
  std::vector<std::string> references_;
};

List list_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

Result<void> write_export(const CommandContext& context, const FlowExport& flows,
                          const std::string& file, std::stop_token stop) {
  Value manifest;
  manifest.set("kind", "export");
  manifest.set("format", std::int64_t{1});
  manifest.set("weir", std::string(version));
  manifest.set("made_at", format_utc(context.clock.now()));
  manifest.set("references", list_of(flows.references()));
  return write_archive(file, std::move(manifest), flows.members(), std::move(stop));
}

void tell_exported(const CommandContext& context, const FlowExport& flows,
                   const std::string& file) {
  if (context.json) {
    Value line;
    line.set("export", file);
    line.set("files", static_cast<std::int64_t>(flows.members().size()));
    line.set("replaced", list_of(flows.replaced()));
    line.set("references", list_of(flows.references()));
    fmt::print("{}\n", to_json(line));
    return;
  }
  fmt::print("{}: {} files, no secret among them\n", file, flows.members().size());
  for (const std::string& field : flows.replaced()) {
    fmt::print("  replaced by a reference: {}\n", field);
  }
  for (const std::string& reference : flows.references()) {
    fmt::print("  the other workspace must give: {}\n", reference);
  }
}

void export_command(CommandContext& context, std::vector<std::string> names) {
  const std::string file = names.back();  // the last, as cp has it
  names.pop_back();
  auto selection = open_for_history(context, "");
  if (!selection) {
    return;
  }
  const Workspace& workspace = selection->workspace;
  const auto give_up = [&](const Error& error) {
    print_error(context, error);
    context.exit_code = exit_wrong_input;
  };
  if (names.empty()) {
    for (const Definition& definition : workspace.pipelines) {
      names.push_back(definition.name);
    }
  }
  std::vector<std::string> known;
  for (const Definition& definition : workspace.pipelines) {
    known.push_back(definition.name);
  }
  FlowExport flows(workspace);
  for (const std::string& name : names) {
    const Definition* definition = workspace.pipeline(name);
    if (definition == nullptr) {
      return give_up({ErrorKind::rejected,
                      fmt::format("there is no pipeline `{}` in this workspace{}", name,
                                  suggestion(name, known)),
                      {},
                      {}});
    }
    if (const auto added = flows.add(*definition); !added) {
      return give_up(added.error());
    }
  }
  const StopSignals signals;
  if (const auto written = write_export(context, flows, file, signals.token()); !written) {
    return give_up(written.error());
  }
  tell_exported(context, flows, file);
}

}  // namespace

void add_export_command(CLI::App& app, CommandContext& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand(
      "export", "pipelines with their connections in one file, for another workspace, no secrets");
  command
      ->add_option("pipelines-and-file", *names,
                   "which pipelines (default: all), and last the file to write")
      ->required();
  add_common_options(*command, context);
  command->callback([&context, names] { export_command(context, *names); });
}

}  // namespace weir
