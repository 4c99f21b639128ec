// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/connection_settings.h"

#include "connectors/http/node_reader.h"
#include "spec/fault_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weir {
namespace {

struct BudgetSettings {
  std::optional<double> per_second;
  std::optional<std::int64_t> per_minute;
  std::optional<std::int64_t> per_month;
};

struct EngineSettings {
  std::optional<std::string> timezone;
  Value result_cap = "auto";
  std::optional<double> timeout;
  BudgetSettings budget;
};

const Spec<EngineSettings>& engine_spec() {
  static const Spec<EngineSettings> spec = [] {
    Spec<BudgetSettings> budget("Calls that this connection may make; empty: the system's own.");
    budget.field(&BudgetSettings::per_second, "per_second", "Calls a second.")
        .range(0.01, 10000)
        .example("10");
    budget.field(&BudgetSettings::per_minute, "per_minute", "Calls a minute.")
        .range(1, 1000000)
        .example("600");
    budget.field(&BudgetSettings::per_month, "per_month", "Calls a month.")
        .range(1, 1e12)
        .example("5000");
    Spec<EngineSettings> engine("What every system that speaks HTTP has.");
    engine
        .field(&EngineSettings::timezone, "timezone",
               "Time zone of the system's dates; default: the workspace's.")
        .example("Asia/Shanghai");
    engine.field(&EngineSettings::result_cap, "result_cap",
                 "Rows that one query can page through: `auto`, or a number.");
    engine
        .field(&EngineSettings::timeout, "timeout",
               "Seconds that one call may take; default: as the system's file says, mostly 60.")
        .range(0.1, 3600)
        .example("60");
    engine.section(&EngineSettings::budget, "budget", budget);
    return engine;
  }();
  return spec;
}

bool is_engine_setting(const std::string& name) {
  const auto& settings = engine_spec().table().settings;
  return std::any_of(settings.begin(), settings.end(),
                     [&](const SettingSpec& spec) { return spec.name == name; });
}

SettingSpec read_setting_spec(const std::string& name, const Node& node, Faults& faults) {
  static const std::vector<std::string> types{"string", "integer", "number", "boolean"};
  NodeReader reader(node, "setting `" + name + "`", faults);
  SettingSpec spec;
  spec.name = name;
  spec.description = reader.text("description");
  spec.type = types[reader.choice("type", types, 0)];
  spec.secret = reader.flag("airbyte_secret");
  spec.one_of = reader.texts("enum");
  spec.example = reader.text("example");
  if (const Node* fallback = reader.child("default")) {
    spec.fallback = fallback->to_value();
  }
  if (const auto minimum = reader.integer("minimum")) {
    spec.minimum = static_cast<double>(*minimum);
    spec.maximum = 1e15;
  }
  if (const auto maximum = reader.integer("maximum")) {
    spec.minimum = spec.minimum.value_or(-1e15);
    spec.maximum = static_cast<double>(*maximum);
  }
  return spec;
}

// The value of a setting that the file declares, as its type says.
Value read_setting(const SettingSpec& spec, const Node& node, Faults& faults) {
  if (spec.type == "integer") {
    std::int64_t number = 0;
    return setting::read(spec, node, number, faults) ? Value(number) : Value();
  }
  if (spec.type == "number") {
    double number = 0;
    return setting::read(spec, node, number, faults) ? setting::to_fallback(number) : Value();
  }
  if (spec.type == "boolean") {
    bool flag = false;
    return setting::read(spec, node, flag, faults) ? Value(flag) : Value();
  }
  std::string text;
  return setting::read(spec, node, text, faults) ? Value(std::move(text)) : Value();
}

Value read_config(const ConnectorFile& file, const Node& node, Faults& faults) {
  Value config{Object{}};
  for (const auto& spec : file.settings.settings) {
    if (is_engine_setting(spec.name)) {
      continue;
    }
    const Node* member = node.member(spec.name);
    if (member != nullptr && member->kind != Node::Kind::null) {
      config.set(spec.name, read_setting(spec, *member, faults));
      continue;
    }
    if (spec.required) {
      add_error(faults, node.at, missing_key(spec.name, spec.description));
    }
    config.set(spec.name, spec.fallback);
  }
  return config;
}

std::optional<std::int64_t> read_cap(const Value& value, const Node& node, Faults& faults) {
  const std::string text = to_text(value);
  if (text == "auto") {
    return std::nullopt;
  }
  if (text.empty() || text.size() > 12 ||
      text.find_first_not_of("0123456789") != std::string::npos || std::stoll(text) < 1) {
    const Node* member = node.member("result_cap");
    add_error(faults, member == nullptr ? node.at : member->at,
              wrong_value("result_cap", "`auto` or a number of rows",
                          member == nullptr ? node : *member));
    return std::nullopt;
  }
  return std::stoll(text);
}

TimeZone read_zone(const std::string& name, const Node& node, Faults& faults) {
  auto zone = TimeZone::find(name);
  if (!zone) {
    const Node* member = node.member("timezone");
    add_error(faults, member == nullptr ? node.at : member->at,
              "`timezone`: " + zone.error().message);
    return TimeZone::utc();
  }
  return *zone;
}

}  // namespace

SpecTable engine_settings() { return engine_spec().table(); }

void read_setting_specs(const Node& node, SpecTable& table, Faults& faults) {
  NodeReader spec_reader(node, "spec", faults);
  const Node* specification = spec_reader.required_child("connection_specification");
  if (specification == nullptr) {
    return;
  }
  NodeReader reader(*specification, "connection_specification", faults);
  const auto required = reader.texts("required");
  std::vector<SettingSpec> own;
  if (const Node* properties = reader.required_child("properties")) {
    for (const auto& [name, property] : properties->members) {
      if (is_engine_setting(name) || name == "connector") {
        reader.complain(&property, "`" + name + "` is a setting that every connection has");
        continue;
      }
      own.push_back(read_setting_spec(name, property, faults));
      own.back().required = std::find(required.begin(), required.end(), name) != required.end();
    }
  }
  for (const auto& name : required) {
    if (std::none_of(own.begin(), own.end(),
                     [&](const SettingSpec& each) { return each.name == name; })) {
      reader.complain(nullptr, "`required` names `" + name + "`, which is no property");
    }
  }
  table.settings.insert(table.settings.begin(), own.begin(), own.end());
}

HttpConnection read_http_connection(const ConnectorFile& file, const Node& node,
                                    const ConnectorContext& context, Faults& faults) {
  std::vector<std::string> own{"connector"};
  for (const auto& spec : file.settings.settings) {
    if (!is_engine_setting(spec.name)) {
      own.push_back(spec.name);
    }
  }
  const EngineSettings engine = engine_spec().read(node, own, faults);
  HttpConnection connection;
  connection.config = read_config(file, node, faults);
  const std::string zone =
      engine.timezone.value_or(file.zone.empty() ? context.workspace_zone : file.zone);
  connection.zone = read_zone(zone, node, faults);
  connection.config.set("timezone", zone);
  connection.result_cap = read_cap(engine.result_cap, node, faults);
  if (engine.timeout) {
    connection.timeout = std::chrono::milliseconds(std::llround(*engine.timeout * 1000));
  }
  connection.budget = file.budget;
  if (engine.budget.per_second) {
    connection.budget.per_second = engine.budget.per_second;
  }
  if (engine.budget.per_minute) {
    connection.budget.per_minute = engine.budget.per_minute;
  }
  if (engine.budget.per_month) {
    connection.budget.per_month = engine.budget.per_month;
  }
  return connection;
}

}  // namespace weir
