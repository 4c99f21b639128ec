// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/terminal.h"
#include "connectors/connectors.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

std::string directions(const Connector& connector) {
  const std::string source = connector.make_source ? "source" : "";
  const std::string target = connector.make_sink ? "target" : "";
  return source.empty() || target.empty() ? source + target : source + ", " + target;
}

Value setting_json(const SettingSpec& setting) {
  Value json;
  json.set("name", setting.name);
  json.set("type", setting.type);
  json.set("required", setting.required);
  json.set("secret", setting.secret);
  json.set("default", setting.fallback);
  json.set("one_of", List(setting.one_of.begin(), setting.one_of.end()));
  json.set("example", setting.example);
  json.set("description", setting.description);
  List below;
  for (const SettingSpec& each : setting.settings) {
    below.push_back(setting_json(each));
  }
  json.set("settings", std::move(below));
  return json;
}

Value apis_json(const std::vector<ConnectorApi>& apis) {
  List made;
  for (const ConnectorApi& api : apis) {
    List fields;
    for (const ConnectorApi::Field& field : api.fields) {
      fields.push_back(
          Object{{"name", field.name}, {"required", field.required}, {"secret", field.secret}});
    }
    made.push_back(Object{{"name", api.name},
                          {"method", api.method},
                          {"description", api.description},
                          {"fields", std::move(fields)}});
  }
  return made;
}

Value connector_json(const Connector& connector) {
  Value json;
  json.set("name", connector.name);
  json.set("title", connector.title);
  json.set("source", static_cast<bool>(connector.make_source));
  json.set("target", static_cast<bool>(connector.make_sink));
  List settings;
  for (const SettingSpec& setting : connector.settings.settings) {
    settings.push_back(setting_json(setting));
  }
  json.set("settings", std::move(settings));
  json.set("reads", apis_json(connector.reads));
  json.set("writes", apis_json(connector.writes));
  return json;
}

// What a setting may be, in a few words: "integer, default 3306".
std::string described(const SettingSpec& setting) {
  std::string text = setting.type.empty() ? "any" : setting.type;
  for (const std::string& word : setting.one_of) {
    text += (&word == &setting.one_of.front() ? ": " : " | ") + word;
  }
  if (!setting.fallback.is_null()) {
    text += ", default " + to_text(setting.fallback);
  }
  text += setting.required ? ", required" : "";
  text += setting.secret ? ", secret" : "";
  return text;
}

void add_rows(const std::vector<SettingSpec>& settings, const std::string& above,
              std::vector<std::vector<std::string>>& rows) {
  for (const SettingSpec& setting : settings) {
    rows.push_back({above + setting.name, described(setting), setting.description});
    add_rows(setting.settings, above + setting.name + ".", rows);
  }
}

void print_apis(const char* heading, const std::vector<ConnectorApi>& apis) {
  std::vector<std::vector<std::string>> rows;
  for (const ConnectorApi& api : apis) {
    rows.push_back({api.name, api.description});
  }
  if (!rows.empty()) {
    fmt::print("\n{}", table({heading, "meaning"}, rows));
  }
}

void print_connector(const Connector& connector) {
  fmt::print("{}  {} ({})\n{}\n\n", painted(connector.name, Paint::bold), connector.title,
             directions(connector), connector.settings.description);
  std::vector<std::vector<std::string>> rows = {
      {"connector", "string: " + connector.name + ", required", "Which connector it is."}};
  add_rows(connector.settings.settings, "", rows);
  fmt::print("{}", table({"setting", "value", "meaning"}, rows));
  print_apis("`api` of a source", connector.reads);
  print_apis("`api` of a target", connector.writes);
}

void list_connectors(const CommandContext& context) {
  std::vector<std::vector<std::string>> rows;
  for (const Connector& connector : connectors()) {
    if (context.json) {
      fmt::print("{}\n", to_json(connector_json(connector)));
    }
    rows.push_back({connector.name, directions(connector), connector.title});
  }
  if (!context.json) {
    fmt::print("{}{}", table({"connector", "serves as", "system"}, rows),
               painted("weir connectors NAME shows the settings of one\n", Paint::dim));
  }
}

void connectors_command(CommandContext& context, const std::string& name) {
  if (name.empty()) {
    list_connectors(context);
    return;
  }
  const Connector* connector = find_connector(name);
  if (connector == nullptr) {
    std::vector<std::string> known;
    for (const Connector& each : connectors()) {
      known.push_back(each.name);
    }
    print_error(context,
                {ErrorKind::invalid_config,
                 fmt::format("there is no connector `{}`{}", name, suggestion(name, known)),
                 {},
                 std::nullopt});
    context.exit_code = exit_wrong_input;
  } else if (context.json) {
    fmt::print("{}\n", to_json(connector_json(*connector)));
  } else {
    print_connector(*connector);
  }
}

}  // namespace

void add_connectors_command(CLI::App& app, CommandContext& context) {
  auto name = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("connectors", "what can be connected, each with its settings");
  command->add_option("name", *name, "the settings of this one");
  command->add_flag("--json", context.json, "machine-readable output on stdout");
  command->footer(
      "A connection is a file in connections/ that names its `connector` and settings.");
  command->callback([&context, name] { connectors_command(context, *name); });
}

}  // namespace weir
