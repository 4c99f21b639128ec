// SPDX-License-Identifier: Apache-2.0
#include "app/file_schema.h"

#include "alert/alert_kind.h"
#include "alert/alert_settings.h"
#include "connectors/connectors.h"
#include "pipeline/retention_reader.h"
#include "pipeline/setting_tables.h"
#include "spec/quality_reader.h"
#include "spec/schedule_reader.h"
#include "spec/spec.h"
#include "spec/vocabulary.h"

#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

constexpr const char* draft = "https://json-schema.org/draft/2020-12/schema";

Value object_of(std::initializer_list<std::pair<std::string, Value>> members) {
  Value object{Object{}};
  for (const auto& [name, value] : members) {
    object.set(name, value);
  }
  return object;
}

Value reference_to(const char* definition) {
  return object_of({{"$ref", std::string("#/$defs/") + definition}});
}

// What a file may hold where the declaration names one type: text by its digits, the others also
// as a reference.
Value taken_for(const std::string& type) {
  if (type == "string") {
    return object_of({{"type", List{"string", "number"}}});
  }
  const Value written = object_of({{"type", type}});
  const Value reference =
      object_of({{"type", "string"}, {"pattern", "\\$\\{(env|file|secret):[^}]+\\}"}});
  return object_of({{"anyOf", List{written, reference}}});
}

// Lets the settings of a schema be written as the reader takes them; null counts as absent.
void admit_what_is_read(Value& schema) {
  const Value* type = schema.member("type");
  const std::string name = type != nullptr && type->text() != nullptr ? *type->text() : "";
  if (name == "object") {
    for (auto& [key, member] : *schema.object()) {
      if (key == "properties") {
        for (auto& property : *member.object()) {
          admit_what_is_read(property.second);
        }
      }
    }
    return;
  }
  if (name.empty() || schema.member("enum") != nullptr) {
    return;
  }
  std::erase_if(*schema.object(), [](const auto& member) { return member.first == "type"; });
  const Value taken = taken_for(name);
  for (const auto& [key, value] : *taken.object()) {
    schema.set(key, value);
  }
}

Value schema_of(const SpecTable& table) {
  Value schema = parse_json(to_json_schema(table)).value_or(Value(Object{}));
  std::erase_if(*schema.object(), [](const auto& member) { return member.first == "$schema"; });
  admit_what_is_read(schema);
  return schema;
}

// Puts a property in front of those that are declared.
void add_property(Value& schema, const std::string& name, Value property) {
  const Value* declared = schema.member("properties");
  Value properties{Object{}};
  properties.set(name, std::move(property));
  if (declared != nullptr) {
    for (const auto& [key, value] : *declared->object()) {
      properties.set(key, value);
    }
  }
  schema.set("properties", std::move(properties));
}

Value property_of(const VocabularyKey& key) {
  Value property{Object{}};
  if (key.type == "fields") {
    property = reference_to("fields");
  } else if (key.type == "schedule") {
    property = schema_of(schedule_table());
  } else if (key.place == KeyPlace::source && key.name == "omissionRemedy") {
    property = reference_to("omissionRemedy");
  } else if (key.place == KeyPlace::source && key.name == "formatResponse") {
    property.set("type", "array");
    property.set("items", reference_to("formatResponse"));
  } else if (key.place == KeyPlace::source && key.name == "condition") {
    property.set("type", "array");
    property.set("items", object_of({{"type", "array"}, {"items", reference_to("condition")}}));
  } else if (key.type == "string") {
    property.set("type", List{"string", "number", "null"});  // exports write null for nothing
  } else if (key.type == "boolean") {
    property.set("enum", List{true, false, "true", "false"});
  }
  const bool kept = key.effect == KeyEffect::kept;
  property.set("description", kept ? "Kept, without effect: " + key.description : key.description);
  if (kept) {
    property.set("deprecated", true);
  }
  return property;
}

// Keys that are not known are warned about, not refused, so the schema lets them be.
Value place_schema(KeyPlace place, std::vector<std::string> required) {
  Value properties{Object{}};
  for (const VocabularyKey& key : vocabulary()) {
    if (key.place != place) {
      continue;
    }
    properties.set(key.name, property_of(key));
    for (const std::string& name : key.also_called) {
      properties.set(name, property_of(key));
    }
  }
  Value schema = object_of({{"type", "object"}, {"properties", std::move(properties)}});
  schema.set("required", List(required.begin(), required.end()));
  return schema;
}

Value quality_schema(const Value& declared) {
  Value rules = declared;
  rules.set("type", "array");
  rules.set("items", schema_of(quality_spec().table()));
  return rules;
}

Value field_list_schema() {
  const Value list = object_of({{"type", "array"}, {"items", reference_to("field")}});
  const Value plain = object_of({{"type", List{"object", "null"}}});
  return object_of({{"anyOf", List{list, plain}}});
}

Value channel_schema() {
  const Value kind =
      object_of({{"enum", List(alert_kind_names().begin(), alert_kind_names().end())}});
  const Value kinds =
      object_of({{"description", "What this channel hears; by default all."},
                 {"anyOf", List{kind, object_of({{"type", "array"}, {"items", kind}})}}});
  List types;
  List choices;
  for (const auto& [type, table] : alert_channel_tables()) {
    Value settings = schema_of(table);
    add_property(settings, "kinds", kinds);
    add_property(settings, "type", object_of({{"const", type}}));
    const Value named =
        object_of({{"properties", object_of({{"type", object_of({{"const", type}})}})}});
    choices.push_back(object_of({{"if", named}, {"then", std::move(settings)}}));
    types.emplace_back(type);
  }
  return object_of({{"type", "object"},
                    {"properties", object_of({{"type", object_of({{"enum", std::move(types)}})}})},
                    {"required", List{"type"}},
                    {"allOf", std::move(choices)}});
}

Value alerts_schema() {
  Value schema = schema_of(alerts_table());
  add_property(schema, "channels",
               object_of({{"description", "Where it is told, by names of yours."},
                          {"type", List{"object", "null"}},
                          {"additionalProperties", channel_schema()}}));
  schema.set("type", List{"object", "null"});
  return schema;
}

Value retention_schema() {
  return object_of({{"description", retention_table().description},
                    {"anyOf", List{schema_of(retention_table()), object_of({{"const", "off"}}),
                                   object_of({{"type", "null"}})}}});
}

}  // namespace

Value workspace_schema() {
  Value schema = schema_of(workspace_table());
  for (auto& [key, member] : *schema.object()) {
    if (key == "properties") {
      member.set("alerts", alerts_schema());
      member.set("retention", retention_schema());
    }
  }
  schema.set("$schema", draft);
  schema.set("type", List{"object", "null"});  // an empty file will do
  return schema;
}

Value connection_schema() {
  List names;
  List choices;
  for (const Connector& connector : connectors()) {
    Value settings = schema_of(connector.settings);
    add_property(settings, "connector", object_of({{"const", connector.name}}));
    const Value named = object_of(
        {{"properties", object_of({{"connector", object_of({{"const", connector.name}})}})},
         {"required", List{"connector"}}});
    choices.push_back(object_of({{"if", named}, {"then", std::move(settings)}}));
    names.emplace_back(connector.name);
  }
  const Value connector =
      object_of({{"description", "Which kind of system this is."}, {"enum", std::move(names)}});
  return object_of({{"$schema", draft},
                    {"description", "One outside system: where it is, and with which credentials."},
                    {"type", "object"},
                    {"properties", object_of({{"connector", connector}})},
                    {"required", List{"connector"}},
                    {"allOf", std::move(choices)}});
}

Value pipeline_schema() {
  Value schema = schema_of(pipeline_table());
  for (auto& [name, part] : *schema.object()) {
    const Value* quality = name == "properties" ? part.member("quality") : nullptr;
    if (quality != nullptr) {
      part.set("quality", quality_schema(*quality));
    }
  }
  add_property(schema, "target", reference_to("target"));
  add_property(schema, "source", reference_to("source"));
  schema.set("required", List{"source", "target"});
  schema.set("$schema", draft);
  schema.set(
      "$defs",
      object_of({{"source", place_schema(KeyPlace::source, {"connection", "api"})},
                 {"target", place_schema(KeyPlace::target, {"connection", "api"})},
                 {"fields", field_list_schema()},
                 {"field", place_schema(KeyPlace::field, {"field"})},
                 {"formatResponse", place_schema(KeyPlace::format_rule, {"old", "new", "format"})},
                 {"condition", place_schema(KeyPlace::condition, {"field", "logic"})},
                 {"omissionRemedy", place_schema(KeyPlace::remedy, {})}}));
  return schema;
}

}  // namespace weir
