// SPDX-License-Identifier: Apache-2.0
#include "core/time_zone.h"
#include "pipeline/definition.h"
#include "pipeline/definition_reader.h"
#include "pipeline/functions_file.h"
#include "pipeline/retention_reader.h"
#include "pipeline/retry_reader.h"
#include "pipeline/setting_tables.h"
#include "spec/fault_text.h"
#include "spec/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr const char* settings_file = "weir.yaml";

struct WorkspaceSettings {
  std::string timezone = "Asia/Shanghai";
  std::string listen = "127.0.0.1:8787";
  std::string language = "en";
  std::string log = "text";
  std::string state = ".weir";
};

const Spec<WorkspaceSettings>& workspace_settings_spec() {
  static const auto spec =
      Spec<WorkspaceSettings>("The workspace's own settings; an empty file will do.")
          .field(&WorkspaceSettings::timezone, "timezone",
                 "The zone that days and wall times are of.")
          .example("Asia/Shanghai")
          .field(&WorkspaceSettings::listen, "listen", "Address and port of `weir serve`.")
          .example("127.0.0.1:8787")
          .field(&WorkspaceSettings::language, "language", "The language of alerts.")
          .one_of({"en", "zh"})
          .field(&WorkspaceSettings::log, "log",
                 "How `weir serve`, `run` and `retry` log to stderr: for people, or an object of "
                 "JSON a line.")
          .one_of({"text", "json"})
          .field(&WorkspaceSettings::state, "state", "The folder of journal, lock and logs.")
          .example(".weir");
  return spec;
}

// The system's, or the references themselves where it has none.
class FileReferences final : public References {
 public:
  FileReferences(const fs::path& root, const fs::path& state, Unresolved unresolved)
      : system_(root, state), unresolved_(unresolved) {}
  Result<std::string> resolve(std::string_view scheme, std::string_view name) const override {
    auto resolved = system_.resolve(scheme, name);
    return resolved || unresolved_ == Unresolved::fault
               ? resolved
               : Result<std::string>(fmt::format("${{{}:{}}}", scheme, name));
  }

 private:
  const SystemReferences system_;
  const Unresolved unresolved_;
};

struct File {
  std::string name;      // without folder and ending
  std::string relative;  // as messages name it
  fs::path path;
};

std::optional<std::string> read_text(const fs::path& path, const std::string& relative,
                                     Faults& faults) {
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad()) {
    add_error(faults, {relative, 0}, "cannot be read; let Weir's user read it");
    return std::nullopt;
  }
  return text;
}

// The .yaml, .yml and .json files of a folder, by name. A name that occurs twice is a fault; the
// first file stands.
std::vector<File> list_files(const fs::path& root, const std::string& folder, Faults& faults) {
  std::vector<File> files;
  std::error_code code;
  fs::directory_iterator entries(root / folder, code);
  if (code && code != std::errc::no_such_file_or_directory) {
    add_error(faults, {folder, 0}, "cannot be listed: " + code.message());
  }
  for (const fs::directory_entry& entry : entries) {
    const fs::path& path = entry.path();
    const std::string ending = path.extension().string();
    const bool ours = ending == ".yaml" || ending == ".yml" || ending == ".json";
    if (ours && path.filename().string().front() != '.' && !entry.is_directory(code)) {
      files.push_back({path.stem().string(), folder + "/" + path.filename().string(), path});
    }
  }
  std::sort(files.begin(), files.end(), [](const File& left, const File& right) {
    return std::pair(left.name, left.relative) < std::pair(right.name, right.relative);
  });
  const auto doubled = [&](const File& left, const File& right) {
    if (left.name == right.name) {
      add_error(faults, {right.relative, 0},
                "has the name of `" + left.relative + "`; rename or delete one of them");
    }
    return left.name == right.name;
  };
  files.erase(std::unique(files.begin(), files.end(), doubled), files.end());
  return files;
}

void check_listen(const std::string& listen, const Node& node, Faults& faults) {
  const std::size_t colon = listen.rfind(':');
  const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoi(port) > 65535) {
    add_error(faults, node.member("listen")->at,
              wrong_value("listen", "an address and a port, as in `127.0.0.1:8787`",
                          *node.member("listen")));
  }
}

void read_settings(Workspace& workspace, const References& references, Faults& faults) {
  WorkspaceSettings settings;
  if (const auto text = read_text(workspace.root / settings_file, settings_file, faults)) {
    const Node node = read_document(*text, settings_file, references, faults);
    settings = workspace_settings_spec().read(node, {"alerts", "retention", "retry"}, faults);
    if (const Node* retry = node.member("retry")) {
      workspace.retry = read_retry(*retry, faults).value_or(default_retry_waits());
    }
    if (const Node* retention = node.member("retention")) {
      workspace.retention = read_retention(*retention, faults);
    }
    if (const Node* alerts = node.member("alerts")) {
      workspace.alerts = *alerts;
    }
    if (auto zone = TimeZone::find(settings.timezone); !zone) {
      const Node* member = node.member("timezone");
      add_error(faults, member != nullptr ? member->at : Location{settings_file, 0},
                "`timezone`: " + zone.error().message);
    }
    check_listen(settings.listen, node, faults);
  }
  workspace.timezone = settings.timezone;
  workspace.listen = settings.listen;
  workspace.language = settings.language;
  workspace.log = settings.log;
  workspace.state = (workspace.root / settings.state).lexically_normal();
}

void read_connections(Workspace& workspace, const References& references, Faults& faults) {
  for (const File& file : list_files(workspace.root, "connections", faults)) {
    Connection connection;
    connection.name = file.name;
    if (const auto text = read_text(file.path, file.relative, faults)) {
      connection.settings = read_document(*text, file.relative, references, faults);
      const Node* connector = connection.settings.member("connector");
      const std::string* name = connector != nullptr ? connector->scalar.value.text() : nullptr;
      if (name != nullptr && !name->empty()) {
        connection.connector = *name;
      } else if (!connection.settings.cut) {
        add_error(faults, {file.relative, connector != nullptr ? connector->at.line : 0},
                  missing_key("connector", "which kind of system this is. Example: `mysql`."));
      }
    }
    workspace.connections.emplace(file.name, std::move(connection));
  }
}

void check_connection(const Workspace& workspace, const std::string& name, const Location& at,
                      Faults& faults) {
  if (name.empty() || workspace.connections.count(name) > 0) {
    return;
  }
  std::vector<std::string> known;
  for (const auto& entry : workspace.connections) {
    known.push_back(entry.first);
  }
  const std::string advice = suggestion(name, known).empty()
                                 ? "; write it into `connections/" + name + ".yaml`"
                                 : std::string();
  add_error(faults, at, unknown_name("connection of this workspace", name, known) + advice);
}

void read_pipelines(Workspace& workspace, const References& references, Faults& faults) {
  const std::size_t told = faults.size();
  const std::vector<File> files = list_files(workspace.root, "pipelines", faults);
  workspace.all_read = faults.size() == told;
  for (const File& file : files) {
    const auto text = read_text(file.path, file.relative, faults);
    if (!text) {
      workspace.all_read = false;
      continue;
    }
    DefinitionReading reading =
        read_definition_file(file.name, file.relative, *text, references, faults);
    Faults found;
    Definition& definition = reading.definition;
    check_connection(workspace, definition.source.connection, reading.source_connection, found);
    check_connection(workspace, definition.target.connection, reading.target_connection, found);
    faults.insert(faults.end(), found.begin(), found.end());
    const bool loaded =
        !definition.functions || load_functions(workspace.root, *definition.functions, faults);
    definition.well = reading.well && loaded;
    definition.retry = definition.retry.value_or(workspace.retry);
    workspace.pipelines.push_back(std::move(definition));
  }
}

}  // namespace

SpecTable workspace_table() {
  SpecTable table = workspace_settings_spec().table();
  table.settings.push_back(retry_setting());
  table.settings.push_back(retention_setting());
  SettingSpec alerts;
  alerts.name = "alerts";
  alerts.description = "Who is told when something is wrong; see docs/alerts.md.";
  table.settings.push_back(std::move(alerts));
  return table;
}

const Definition* Workspace::pipeline(std::string_view name) const {
  const auto found =
      std::find_if(pipelines.begin(), pipelines.end(),
                   [&](const Definition& definition) { return definition.name == name; });
  return found == pipelines.end() ? nullptr : &*found;
}

Result<fs::path> find_workspace(const fs::path& start) {
  std::error_code code;
  const fs::path origin = fs::absolute(start, code).lexically_normal();
  fs::path folder = origin;
  while (!code) {
    if (fs::exists(folder / settings_file, code)) {
      return folder;
    }
    if (folder == folder.parent_path()) {
      break;
    }
    folder = folder.parent_path();
  }
  return fail(ErrorKind::invalid_config,
              fmt::format("there is no workspace in `{}` or above it: no `{}`; make one with "
                          "`weir init`, or name it with `--workspace DIR`",
                          origin.string(), settings_file));
}

Workspace read_workspace(const fs::path& root, Faults& faults, Unresolved unresolved) {
  Workspace workspace;
  std::error_code code;
  workspace.root = fs::absolute(root, code).lexically_normal();
  read_settings(workspace, FileReferences(workspace.root, ".weir", unresolved), faults);
  const FileReferences references(workspace.root, workspace.state, unresolved);
  read_connections(workspace, references, faults);
  read_pipelines(workspace, references, faults);
  return workspace;
}

}  // namespace weir
