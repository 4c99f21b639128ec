// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/search_filter.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kNode = "currentNodeName";

enum class Operation : std::uint8_t { like, equal, any_of, range, more, at_least, less, at_most };

std::optional<Operation> parse_operation(std::string_view text) {
  static constexpr std::pair<std::string_view, Operation> kOperations[] = {
      {"like", Operation::like},     {"eq", Operation::equal},   {"contains", Operation::any_of},
      {"between", Operation::range}, {"gt", Operation::more},    {"ge", Operation::at_least},
      {"lt", Operation::less},       {"le", Operation::at_most}, {"", Operation::range},
  };
  for (const auto& [name, operation] : kOperations) {
    if (name == text) {
      return operation;
    }
  }
  return std::nullopt;
}

std::optional<double> number_in(const Json& value) {
  if (value.is_number()) {
    return value.get<double>();
  }
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return std::nullopt;
  }
  const std::string& text = value.get_ref<const std::string&>();
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() ? std::optional(number) : std::nullopt;
}

std::string text_in(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool contains_text(const Json& value, const Json& wanted) {
  return text_in(value).find(text_in(wanted)) != std::string::npos;
}

// A list of texts, whichever way it came: a list, a JSON list inside a string, one text.
std::vector<std::string> texts_in(const Json& value) {
  if (value.is_string() && value.get_ref<const std::string&>().rfind('[', 0) == 0) {
    const Json inner = Json::parse(value.get_ref<const std::string&>(), nullptr, false);
    if (inner.is_array()) {
      return texts_in(inner);
    }
  }
  std::vector<std::string> texts;
  if (!value.is_array()) {
    return {text_in(value)};
  }
  for (const Json& item : value) {
    texts.push_back(text_in(item));
  }
  return texts;
}

bool share_one(const Json& value, const Json& wanted) {
  const auto have = texts_in(value);
  const auto want = texts_in(wanted);
  return std::any_of(want.begin(), want.end(), [&](const std::string& text) {
    return std::find(have.begin(), have.end(), text) != have.end();
  });
}

bool in_range(const Json& value, const Json& range) {
  const auto number = number_in(value);
  if (!number || !range.is_array() || range.size() != 2) {
    return false;
  }
  const auto low = number_in(range[0]);
  const auto high = number_in(range[1]);
  return (!low || *number >= *low) && (!high || *number <= *high);
}

bool compare(const Json& value, Operation operation, const Json& wanted) {
  const auto left = number_in(value);
  const auto right = number_in(wanted);
  if (!left || !right) {
    return operation == Operation::equal && text_in(value) == text_in(wanted);
  }
  switch (operation) {
    case Operation::more:
      return *left > *right;
    case Operation::at_least:
      return *left >= *right;
    case Operation::less:
      return *left < *right;
    case Operation::at_most:
      return *left <= *right;
    default:
      return *left == *right;
  }
}

bool ranges_match(const Json& value, const Json& wanted) {
  if (!value.is_array() || value.size() != 2 || !wanted.is_array() || wanted.size() != 2) {
    return false;
  }
  return in_range(value[0], wanted[0]) && in_range(value[1], wanted[1]);
}

bool value_matches(Component kind, Operation operation, const Json& value, const Json& wanted) {
  switch (kind) {
    case Component::number:
    case Component::date:
      return operation == Operation::range ? in_range(value, wanted)
                                           : compare(value, operation, wanted);
    case Component::date_range:
      return ranges_match(value, wanted);
    case Component::choice:
    case Component::choices:
    case Component::employee:
    case Component::department:
      return share_one(value, wanted);
    case Component::cascade:
      return operation == Operation::equal ? texts_in(value) == texts_in(wanted)
                                           : share_one(value, wanted);
    case Component::text:
    case Component::document:
    case Component::table:
      return operation == Operation::equal ? text_in(value) == text_in(wanted)
                                           : contains_text(value, wanted);
  }
  return false;
}

// Members and departments are asked for by id, which stands in the companion.
bool by_companion(Component kind) {
  return kind == Component::employee || kind == Component::department;
}

// "", null and [] in the fuzzy mode ask for nothing.
bool asks_nothing(const Json& value) {
  return value.is_null() || (value.is_array() && value.empty()) ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

Operation fuzzy_operation(Component kind) {
  switch (kind) {
    case Component::number:
    case Component::date:
    case Component::date_range:
      return Operation::range;
    case Component::cascade:
      return Operation::equal;
    case Component::text:
    case Component::document:
    case Component::table:
      return Operation::like;
    default:
      return Operation::any_of;
  }
}

}  // namespace

struct SearchFilter::Condition {
  std::string key;
  std::string parent;
  Component kind = Component::text;
  Operation operation = Operation::like;
  Json wanted;

  bool holds_in(const Json& object) const {
    const auto found = object.find(by_companion(kind) ? key + "_id" : key);
    return found != object.end() && value_matches(kind, operation, *found, wanted);
  }
  bool holds(const std::vector<Member>& data, std::string_view node) const {
    if (key == kNode) {
      return value_matches(kind, operation, Json(std::string(node)), wanted);
    }
    const std::string name = !parent.empty() ? parent : by_companion(kind) ? key + "_id" : key;
    const auto found = std::find_if(data.begin(), data.end(),
                                    [&](const Member& member) { return member.key == name; });
    if (found == data.end()) {
      return false;
    }
    const Json value = Json::parse(found->json, nullptr, false);
    if (parent.empty()) {
      return value_matches(kind, operation, value, wanted);
    }
    return std::any_of(value.begin(), value.end(), [&](const Json& row) { return holds_in(row); });
  }
};

namespace {

ApiError field_is_null() { return invalid_parameter("searchFieldJson", "field is null"); }

}  // namespace

Answer<SearchFilter::Condition> SearchFilter::read_condition(const std::string& name,
                                                             const Json& entry, bool fuzzy) {
  if (!fuzzy && !entry.is_object()) {
    return tl::unexpected(field_is_null());
  }
  Condition condition;
  condition.key = fuzzy ? name : text_in(entry.value("key", Json("")));
  condition.parent = fuzzy ? "" : text_in(entry.value("parentId", Json("")));
  condition.wanted = fuzzy ? entry : entry.value("value", Json());
  const FormField* known = find_field(condition.key);
  if (known == nullptr && condition.key != kNode) {
    return tl::unexpected(field_is_null());
  }
  condition.kind = known == nullptr ? Component::text : known->kind;
  if (known != nullptr && condition.parent.empty()) {
    condition.parent = known->parent;
  }
  condition.operation = fuzzy_operation(condition.kind);
  if (fuzzy) {
    return condition;
  }
  static constexpr std::string_view kTypes[] = {"TEXT", "DOUBLE", "ARRAY", "STRING"};
  const std::string type = text_in(entry.value("type", Json("TEXT")));
  const auto operation = parse_operation(text_in(entry.value("operator", Json(""))));
  if (!operation || std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) {
    return tl::unexpected(invalid_parameter("searchFieldJson", "暂时不支持其他类型Field"));
  }
  condition.operation = *operation;
  return condition;
}

Answer<SearchFilter> SearchFilter::parse(std::string_view json) {
  SearchFilter filter;
  if (json.empty()) {
    return filter;
  }
  const Json parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object() && !parsed.is_array()) {
    return tl::unexpected(invalid_parameter(
        "searchFieldJson", "searchFieldJson is neither a JSON object nor a JSON array"));
  }
  for (const auto& item : parsed.items()) {
    auto condition = read_condition(item.key(), item.value(), parsed.is_object());
    if (!condition) {
      return tl::unexpected(condition.error());
    }
    if (!asks_nothing(condition->wanted)) {
      filter.conditions_.push_back(std::make_shared<const Condition>(std::move(*condition)));
    }
  }
  filter.matches_sales_ = filter.matches_kind(kSalesReceipt);
  return filter;
}

bool SearchFilter::only_kind() const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [](const auto& condition) { return condition->key == field::kKind; });
}

bool SearchFilter::matches_kind(std::string_view kind) const {
  const Json value = std::string(kind);
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const auto& condition) {
    return condition->key != field::kKind ||
           value_matches(condition->kind, condition->operation, value, condition->wanted);
  });
}

bool SearchFilter::matches(const std::vector<Member>& data, std::string_view node) const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const auto& condition) { return condition->holds(data, node); });
}

bool SearchFilter::uses(const std::vector<std::string>& fields) const {
  return std::any_of(conditions_.begin(), conditions_.end(), [&](const auto& condition) {
    return std::find(fields.begin(), fields.end(), condition->key) != fields.end();
  });
}

}  // namespace weir::yida_sandbox
