// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition.h"

#include "core/time_zone.h"
#include "pipeline/definition_reader.h"
#include "pipeline/functions_file.h"
#include "pipeline/retry_reader.h"
#include "pipeline/setting_tables.h"
#include "spec/fault_text.h"
#include "spec/quality_reader.h"
#include "spec/schedule_reader.h"
#include "spec/spec.h"
#include "spec/strategy_reader.h"
#include "transform/transform.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace weir {
namespace {

struct SyncSettings {
  std::string by = "modified";
  std::optional<std::string> from;
  std::string overlap = "1d";
};

struct Settings {
  std::optional<std::string> name;
  std::string delivery = "exactly_once";
};

const Spec<SyncSettings>& sync_spec() {
  static const auto spec =
      Spec<SyncSettings>("Which records a run asks for.")
          .field(&SyncSettings::by, "by", "The time that windows are cut by.")
          .one_of({"created", "modified", "full"})
          .field(&SyncSettings::from, "from", "First day ever asked for.")
          .example("\"2026-01-01\"")
          .field(&SyncSettings::overlap, "overlap", "What is read again behind the cursor.")
          .example("1d");
  return spec;
}

const Spec<Settings>& settings_spec() {
  static const auto spec =
      Spec<Settings>("One flow from a source to a target.")
          .field(&Settings::name, "name", "The pipeline's name for people.")
          .example("Receipts from YiDa")
          .field(&Settings::delivery, "delivery", "What is promised about doubles.")
          .one_of({"exactly_once", "at_least_once"});
  return spec;
}

const std::vector<std::string> parts = {"schedule", "sync",  "retry",     "source", "target",
                                        "quality",  "tests", "functions", "alerts"};

Location member_place(const Node& mapping, std::string_view name) {
  const Node* member = mapping.member(name);
  return member != nullptr ? member->at : mapping.at;
}

// "1d" or "12h": in whole days, as windows are; hours count as the days that they begin.
std::optional<std::chrono::days> parse_overlap(std::string_view text) {
  int count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, count);
  constexpr int days_max = 3660;
  if (code != std::errc() || stop + 1 != end || count < 0 || count > days_max * 24) {
    return std::nullopt;
  }
  if (*stop == 'h') {
    return std::chrono::ceil<std::chrono::days>(std::chrono::hours(count));
  }
  return *stop == 'd' && count <= days_max ? std::optional(std::chrono::days(count)) : std::nullopt;
}

Sync read_sync(const Node& node, Faults& faults) {
  const SyncSettings settings = sync_spec().read(node, {}, faults);
  Sync sync;
  sync.by = settings.by == "created" ? WindowKind::created
            : settings.by == "full"  ? WindowKind::full
                                     : WindowKind::modified;
  if (settings.from) {
    if (const auto day = parse_day(*settings.from)) {
      sync.from = *day;
    } else {
      const Node& from = *node.member("from");
      add_error(faults, from.at,
                from.holds_secret() ? wrong_value("sync.from", "a day, as in `2026-01-31`", from)
                                    : "`sync.from`: " + day.error().message);
    }
  }
  if (const auto overlap = parse_overlap(settings.overlap)) {
    sync.overlap = *overlap;
  } else {
    add_error(faults, member_place(node, "overlap"),
              wrong_value("overlap", "a number of days or hours, as in `1d` or `12h`",
                          *node.member("overlap")));
  }
  return sync;
}

Strategy read_side(const Node& document, const std::string& side, Location& connection,
                   Faults& faults) {
  const Node* node = document.member(side);
  if (node == nullptr) {
    add_error(faults, document.at,
              missing_key(side, side == "source" ? "where the pipeline reads from"
                                                 : "where the pipeline writes to"));
    return {};
  }
  connection = member_place(*node, "connection");
  return read_strategy(*node, side == "source", faults);
}

SettingSpec section_of(const std::string& name, const SpecTable& table) {
  SettingSpec section;
  section.name = name;
  section.description = table.description;
  section.type = "object";
  section.settings = table.settings;
  return section;
}

// A part with a reader of its own.
SettingSpec any(const std::string& name, const std::string& description) {
  SettingSpec part;
  part.name = name;
  part.description = description;
  return part;
}

}  // namespace

SpecTable pipeline_table() {
  SpecTable table = settings_spec().table();
  table.settings.push_back(section_of("schedule", schedule_table()));
  table.settings.push_back(section_of("sync", sync_spec().table()));
  table.settings.push_back(retry_setting());
  table.settings.push_back(section_of("alerts", alert_limits_table()));
  table.settings.push_back(any("quality", "Rules that a record must keep; see docs/mapping.md."));
  table.settings.push_back(
      any("functions", "A file of Lua functions of the workspace; see docs/functions.md."));
  table.settings.push_back(
      any("tests", "Records in, rows out, for `weir test`; see docs/testing-pipelines.md."));
  return table;
}

DefinitionReading read_definition_file(const std::string& name, const std::string& file,
                                       std::string_view text, const References& references,
                                       Faults& faults) {
  Faults found;
  DefinitionReading reading;
  Definition& definition = reading.definition;
  definition.name = name;
  definition.text = text;
  definition.at = {file, 0};
  const Node document = read_document(text, file, references, found);
  if (document.kind == Node::Kind::mapping && !document.cut) {
    const Settings settings = settings_spec().read(document, parts, found);
    definition.title = settings.name.value_or(name);
    definition.at_least_once = settings.delivery == "at_least_once";
    if (const Node* schedule = document.member("schedule")) {
      definition.schedule = read_schedule(*schedule, found);
    }
    if (const Node* retry = document.member("retry")) {
      definition.retry = read_retry(*retry, found);
    }
    if (const Node* sync = document.member("sync")) {
      definition.sync = read_sync(*sync, found);
    }
    if (const Node* alerts = document.member("alerts")) {
      definition.alerts = read_alert_limits(*alerts, {}, found);
    }
    if (const Node* tests = document.member("tests")) {
      definition.tests = read_declared_tests(*tests, found);
    }
    if (const Node* functions = document.member("functions")) {
      definition.functions = read_functions_name(*functions, found);
    }
    definition.source = read_side(document, "source", reading.source_connection, found);
    definition.target = read_side(document, "target", reading.target_connection, found);
    if (const Node* quality = document.member("quality")) {
      definition.source.quality = read_quality(*quality, found);
    }
  } else if (!has_errors(found)) {
    add_error(found, {file, document.at.line},
              "a pipeline must be a mapping with `source` and `target`, and is " + shown(document));
  }
  reading.well = !has_errors(found);
  if (!reading.well && !document.cut) {
    // Nobody will compile what is not well, and its author wants all faults at once.
    Transform::compile(definition.source, definition.target, RecordShape(), TimeZone::utc(), found);
  }
  std::stable_sort(found.begin(), found.end(), [](const Fault& left, const Fault& right) {
    return left.at.line < right.at.line;
  });
  faults.insert(faults.end(), found.begin(), found.end());
  return reading;
}

std::optional<Definition> read_definition(const std::string& name, std::string_view text,
                                          const References& references, Faults& faults) {
  const KeptDefinition kept = split_kept(text);
  auto reading = read_definition_file(name, "pipelines/" + name, kept.text, references, faults);
  if (!reading.well) {
    return std::nullopt;
  }
  if (reading.definition.functions) {
    reading.definition.functions->text = kept.functions;
  }
  return std::move(reading.definition);
}

}  // namespace weir
