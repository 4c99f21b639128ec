// SPDX-License-Identifier: Apache-2.0
#include "transform/value_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace weir {
namespace {

Value object_of(const std::string& key, Value value) { return Object{{key, std::move(value)}}; }

Value joined_by(const std::string& separator, Value value) {
  if (value.list() == nullptr) {
    return value;
  }
  std::string text;
  for (const Value& element : *value.list()) {
    text += (&element == value.list()->data() ? "" : separator) + to_text(element);
  }
  return text;
}

Value split_by(const std::string& separator, const Value& value) {
  if (value.list() != nullptr || value.object() != nullptr) {
    return value;
  }
  const std::string text = to_text(value);
  List elements;
  for (std::size_t from = 0; !text.empty() && from <= text.size();) {
    const std::size_t found = separator.empty() ? std::string::npos : text.find(separator, from);
    elements.emplace_back(text.substr(from, found - from));
    from = found == std::string::npos ? text.size() + 1 : found + separator.size();
  }
  return elements;
}

Value without_doubles(Value value) {
  if (value.list() == nullptr) {
    return value;
  }
  List kept;
  std::set<std::string> seen;
  for (const Value& element : *value.list()) {
    if (seen.insert(to_json(element)).second) {
      kept.push_back(element);
    }
  }
  return kept;
}

Value objects_of(const std::string& key, Value value) {
  List objects;
  if (value.list() == nullptr) {
    objects.push_back(object_of(key, std::move(value)));
    return objects;
  }
  for (const Value& element : *value.list()) {
    objects.push_back(object_of(key, element));
  }
  return objects;
}

Value key_of(const std::string& text) {
  const bool whole = !text.empty() && text.size() < 19 && (text[0] != '0' || text.size() == 1) &&
                     text.find_first_not_of("0123456789") == std::string::npos;
  return whole ? Value(Number{text}) : Value(text);
}

Value key_values_of(Value value) {
  if (const std::string* text = value.text()) {
    const auto parsed = parse_json(*text);
    if (!parsed || parsed->object() == nullptr) {
      std::string line = *text;
      line.erase(
          std::remove_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }),
          line.end());
      return line;
    }
    value = *parsed;
  }
  if (value.object() == nullptr) {
    return value;
  }
  List pairs;
  for (const auto& [key, member] : *value.object()) {
    pairs.emplace_back(Object{{"Key", key_of(key)}, {"Value", member}});
  }
  return pairs;
}

bool said(const std::string& text) { return text != "false" && text != "0"; }

struct Written {
  std::string_view name;
  std::size_t params;      // that it cannot do without
  std::string_view needs;  // what these are, for messages
  WordMeaning meaning;
};

// In the order of ValueParser::Kind.
constexpr Written known_parsers[] = {
    {"ArrayToString",
     0,
     {},
     {"ArrayToString", "A list as text; `params`: what stands between its elements (`,`).",
      "{name: ArrayToString, params: '、'}", R"(["甲", "乙"])", R"("甲、乙")"}},
    {"StringToArray",
     0,
     {},
     {"StringToArray", "A text as list; `params`: what stands between its elements (`,`).",
      "StringToArray", R"("a,b")", R"(["a", "b"])"}},
    {"ArrayUnique",
     0,
     {},
     {"ArrayUnique", "A list without what stands in it before.", "ArrayUnique",
      R"(["a", "b", "a"])", R"(["a", "b"])"}},
    {"ConvertObjectParser",
     1,
     "`params`, the key of the object that it makes",
     {"ConvertObjectParser", "The value under the key `params` of an object.",
      "{name: ConvertObjectParser, params: FNumber}", R"("pcs")", R"({"FNumber": "pcs"})"}},
    {"ConvertTwoStageObjectParser",
     2,
     "`params1` and `params2`, the keys of the objects",
     {"ConvertTwoStageObjectParser", "The same two levels deep, `params2` in `params1`.",
      "{name: ConvertTwoStageObjectParser, params1: FUnit, params2: FNumber}", R"("pcs")",
      R"({"FUnit": {"FNumber": "pcs"}})"}},
    {"ConvertObjectsParser",
     1,
     "`params`, the key of the objects that it makes",
     {"ConvertObjectsParser", "Of each element of a list an object with the key `params`.",
      "{name: ConvertObjectsParser, params: FName}", R"(["甲", "乙"])",
      R"([{"FName": "甲"}, {"FName": "乙"}])"}},
    {"ConvertJson",
     0,
     {},
     {"ConvertJson",
      "An object as a list of keys and values. Text is read as JSON where it is an object, and "
      "else "
      "loses its line breaks.",
      "ConvertJson", R"({"2052": "件"})", R"([{"Key": 2052, "Value": "件"}])"}},
    {"K3WiseHeiHuCustomParser",
     1,
     "`params`, the name that stands in `keyName`",
     {"K3WiseHeiHuCustomParser", "A list of one pair, whose name is `params`.",
      "{name: K3WiseHeiHuCustomParser, params: unit}", R"("pcs")",
      R"([{"keyName": "unit", "keyValue": "pcs"}])"}},
    {"workflowRequestTableFields",
     0,
     {},
     {"workflowRequestTableFields",
      "A field of a form in a workflow; also takes `view` and `edit` (true) and `fieldId`.",
      "{name: workflowRequestTableFields, edit: false, fieldId: '6'}", R"("pcs")",
      R"({"fieldName": "x", "fieldValue": "pcs", "view": true, "edit": false, "fieldId": "6"})"}},
};
static_assert(explains_each(known_parsers));

std::vector<std::string> chain_of(std::string_view names) {
  std::vector<std::string> chain;
  for (std::size_t from = 0; from <= names.size();) {
    const std::size_t comma = std::min(names.find(',', from), names.size());
    std::string_view name = names.substr(from, comma - from);
    while (!name.empty() && name.front() == ' ') {
      name.remove_prefix(1);
    }
    while (!name.empty() && name.back() == ' ') {
      name.remove_suffix(1);
    }
    if (!name.empty()) {
      chain.emplace_back(name);
    }
    from = comma + 1;
  }
  return chain;
}

}  // namespace

std::vector<WordMeaning> parser_meanings() { return meanings_of(known_parsers); }

ValueParser ValueParser::compile(const Field& field, Faults& faults) {
  ValueParser parser;
  for (const std::string& name :
       field.parser ? chain_of(field.parser->name) : std::vector<std::string>()) {
    const auto known = std::find_if(std::begin(known_parsers), std::end(known_parsers),
                                    [&](const Written& written) { return written.name == name; });
    if (known == std::end(known_parsers)) {
      std::vector<std::string> names;
      for (const Written& written : known_parsers) {
        names.emplace_back(written.name);
      }
      add_warning(faults, field.at,
                  fmt::format("field `{}`: the value is left as it is: {}", field.field,
                              unknown_name("parser", name, names)));
      continue;
    }
    Step step{static_cast<Kind>(known - std::begin(known_parsers)), field.parser->params};
    if (step.params.size() < known->params) {
      add_error(
          faults, field.at,
          fmt::format("the parser `{}` of field `{}` needs {}", name, field.field, known->needs));
      continue;
    }
    if (step.kind == Kind::workflow_field) {
      step.params = {field.field, "true", "true", ""};
      for (const auto& [key, value] : field.parser->options) {
        step.params[key == "view" ? 1 : key == "edit" ? 2 : 3] = value;
      }
    }
    parser.steps_.push_back(std::move(step));
  }
  return parser;
}

Value ValueParser::apply(Value value) const {
  for (const Step& step : steps_) {
    if (!value.is_null()) {
      value = apply(step, std::move(value));
    }
  }
  return value;
}

Value ValueParser::apply(const Step& step, Value value) {
  const std::vector<std::string>& params = step.params;
  switch (step.kind) {
    case Kind::join:
      return joined_by(params.empty() ? "," : params[0], std::move(value));
    case Kind::split:
      return split_by(params.empty() ? "," : params[0], value);
    case Kind::unique:
      return without_doubles(std::move(value));
    case Kind::object:
      return object_of(params[0], std::move(value));
    case Kind::two_stage_object:
      return object_of(params[0], object_of(params[1], std::move(value)));
    case Kind::objects:
      return objects_of(params[0], std::move(value));
    case Kind::key_values:
      return key_values_of(std::move(value));
    case Kind::name_value:
      return List{Object{{"keyName", params[0]}, {"keyValue", std::move(value)}}};
    case Kind::workflow_field:
      return Object{{"fieldName", params[0]},
                    {"fieldValue", std::move(value)},
                    {"view", said(params[1])},
                    {"edit", said(params[2])},
                    {"fieldId", params[3]}};
  }
  return value;
}

}  // namespace weir
