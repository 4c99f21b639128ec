// SPDX-License-Identifier: Apache-2.0
#include "transform/filter.h"

#include "core/business_time.h"
#include "core/excerpt.h"
#include "core/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view moment_prefix = "timestamp:";
const Value nothing;

bool has_no_value(const Value& value) {
  return value.is_null() || (value.text() != nullptr && value.text()->empty()) ||
         (value.list() != nullptr && value.list()->empty()) ||
         (value.object() != nullptr && value.object()->empty());
}

// A text of the value without a copy where it is one already.
std::string_view text_of(const Value& value, std::string& buffer) {
  if (const std::string* text = value.text()) {
    return *text;
  }
  if (const Number* number = value.number()) {
    return number->digits;
  }
  buffer = to_text(value);
  return buffer;
}

// SQL's LIKE: `%` is any run of characters. Linear in the text for each piece of the pattern.
bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t wild = pattern.find('%');
  if (wild == std::string_view::npos) {
    return text.find(pattern) != std::string_view::npos;
  }
  if (text.substr(0, wild) != pattern.substr(0, wild)) {
    return false;
  }
  text.remove_prefix(wild);
  while (true) {
    pattern.remove_prefix(wild + 1);
    wild = pattern.find('%');
    if (wild == std::string_view::npos) {
      return text.size() >= pattern.size() && text.substr(text.size() - pattern.size()) == pattern;
    }
    const std::size_t found = text.find(pattern.substr(0, wild));
    if (found == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(found + wild);
  }
}

// All values that the path leads to, through lists.
void collect(const Value& value, std::string_view path, std::vector<const Value*>& found) {
  if (const Value* whole = find_in_record(value, path, "")) {
    found.push_back(whole);
    return;
  }
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    const Value* list = find_in_record(value, path.substr(0, dot), "");
    if (list == nullptr || list->list() == nullptr) {
      continue;
    }
    for (const Value& element : *list->list()) {
      collect(element, path.substr(dot + 1), found);
    }
    return;
  }
}

std::vector<const Value*> values_at(const Value& record, const std::string& field,
                                    const std::string& around) {
  std::vector<const Value*> found;
  const Value* direct = find_in_record(record, field, around);
  if (direct == nullptr && field.find('.') != std::string::npos) {
    collect(record, field, found);
    const Value* envelope = record.member(around);
    if (found.empty() && envelope != nullptr) {
      collect(*envelope, field, found);
    }
  } else if (direct != nullptr && direct->list() != nullptr) {
    for (const Value& element : *direct->list()) {
      found.push_back(&element);
    }
  } else if (direct != nullptr) {
    found.push_back(direct);
  }
  if (found.empty()) {
    found.push_back(&nothing);
  }
  return found;
}

std::vector<Value> split(const Value& value) {
  if (value.list() != nullptr) {
    return *value.list();
  }
  std::vector<Value> parts;
  std::string buffer;
  std::string_view text = text_of(value, buffer);
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (!part.empty() && part.front() == ' ') {
      part.remove_prefix(1);
    }
    while (!part.empty() && part.back() == ' ') {
      part.remove_suffix(1);
    }
    parts.emplace_back(part);
    if (comma == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(comma + 1);
  }
}

const std::array<std::string, 13> logic_names = {"eq",    "neq",    "gt",      "egt",     "lt",
                                                 "elt",   "like",   "notlike", "between", "in",
                                                 "notin", "isnull", "notnull"};

}  // namespace

std::optional<Filter::Logic> Filter::parse_logic(std::string_view name) {
  const auto found = std::find(logic_names.begin(), logic_names.end(), name);
  if (found == logic_names.end()) {
    return std::nullopt;
  }
  return static_cast<Logic>(found - logic_names.begin());
}

std::optional<Filter::Operand> Filter::compile_operand(const Value& value) {
  Operand operand;
  operand.value = value;
  operand.text = to_text(value);
  operand.decimal = Decimal::parse(operand.text);
  const std::string_view text = operand.text;
  if (text.substr(0, moment_prefix.size()) == moment_prefix) {
    std::int64_t seconds = 0;
    const std::string_view digits = text.substr(moment_prefix.size());
    const char* end = digits.data() + digits.size();
    const auto [stop, code] = std::from_chars(digits.data(), end, seconds);
    constexpr std::int64_t year_9999 = 253'402'300'799;
    if (code != std::errc() || stop != end || seconds > year_9999 || seconds < -year_9999) {
      return std::nullopt;
    }
    operand.moment = Timestamp(std::chrono::seconds(seconds));
  }
  return operand;
}

std::optional<Filter::Test> Filter::compile_test(const Condition& condition, Faults& faults) {
  const auto logic = parse_logic(condition.logic);
  if (!logic) {
    const std::vector<std::string> names(logic_names.begin(), logic_names.end());
    const std::string hint = suggestion(condition.logic, names);
    add_error(faults, condition.at,
              fmt::format(
                  "`{}` is no logic of a condition{}", condition.logic,
                  hint.empty() ? fmt::format("; known are `{}`", fmt::join(names, "`, `")) : hint));
    return std::nullopt;
  }
  const bool unary = *logic == Logic::is_null || *logic == Logic::not_null;
  const Value& value = condition.value.value;
  const std::string value_shown = condition.value.secret ? "***" : excerpt(to_text(value), 60);
  Test test{condition.field,
            *logic,
            {},
            condition.strict,
            condition.field + " " + condition.logic + (unary ? "" : " " + value_shown)};
  if (unary) {
    return test;
  }
  const bool many = *logic == Logic::between || *logic == Logic::in || *logic == Logic::not_in;
  for (const Value& part : many ? split(value) : std::vector<Value>{value}) {
    auto operand = compile_operand(part);
    if (!operand || part.list() != nullptr || part.object() != nullptr) {
      add_error(faults, condition.at,
                fmt::format("condition `{}`: the value must be text, a number or "
                            "`timestamp:<unix seconds>`",
                            test.shown));
      return std::nullopt;
    }
    test.operands.push_back(std::move(*operand));
  }
  if (*logic == Logic::between && test.operands.size() != 2) {
    add_error(
        faults, condition.at,
        fmt::format("condition `{}`: `between` takes two ends, as in `\"100,500\"`", test.shown));
    return std::nullopt;
  }
  const bool compares = *logic >= Logic::greater && *logic <= Logic::between;
  if (compares && test.operands.front().text.empty()) {
    add_error(
        faults, condition.at,
        fmt::format("condition `{}` has no value to compare with; give it a `value`", test.shown));
    return std::nullopt;
  }
  return test;
}

Filter Filter::compile(const std::vector<std::vector<Condition>>& conditions,
                       const RecordShape& shape, const TimeZone& zone, Faults& faults) {
  Filter filter(shape.around, zone);
  for (const std::vector<Condition>& group : conditions) {
    std::vector<Test> tests;
    for (const Condition& condition : group) {
      if (auto test = compile_test(condition, faults)) {
        for (Operand& operand : test->operands) {
          operand.wall_time = is_wall_time(shape, test->field);
        }
        tests.push_back(std::move(*test));
      }
    }
    filter.groups_.push_back(std::move(tests));
  }
  return filter;
}

std::string Filter::reason(const Value& record) const {
  std::string reasons;
  for (const std::vector<Test>& group : groups_) {
    const auto failing = std::find_if(group.begin(), group.end(),
                                      [&](const Test& test) { return !meets(test, record); });
    if (failing == group.end()) {
      return {};
    }
    reasons += (reasons.empty() ? "" : "; ") + unmet(*failing, record);
  }
  return reasons;
}

std::string Filter::unmet(const Test& test, const Value& record) const {
  const Value* value = find_in_record(record, test.field, around_);
  std::string by = "a missing value";
  if (value != nullptr && !has_no_value(*value)) {
    by = "`" + excerpt(to_text(*value), 60) + "`";
  } else if (value != nullptr) {
    by = "an empty value";
  } else if (values_at(record, test.field, around_).front() != &nothing) {
    by = "what its list holds";
  }
  return fmt::format("condition `{}` is not met by {}", test.shown, by);
}

bool Filter::meets(const Test& test, const Value& record) const {
  const Value* direct = find_in_record(record, test.field, around_);
  if (direct != nullptr && direct->list() == nullptr) {
    return meets_one(test, *direct);
  }
  return meets_any_or_all(test, values_at(record, test.field, around_));
}

bool Filter::meets_any_or_all(const Test& test, const std::vector<const Value*>& values) const {
  const auto one = [&](const Value* value) { return meets_one(test, *value); };
  return test.strict ? std::all_of(values.begin(), values.end(), one)
                     : std::any_of(values.begin(), values.end(), one);
}

bool Filter::meets_one(const Test& test, const Value& value) const {
  const auto ordered = [&](const Operand& operand, auto holds) {
    const auto result = order(value, operand);
    return result && holds(*result);
  };
  const auto equal_to = [&](const Operand& operand) { return equals(value, operand); };
  const auto at_least = [](std::strong_ordering result) { return result >= 0; };
  const auto at_most = [](std::strong_ordering result) { return result <= 0; };
  const std::vector<Operand>& operands = test.operands;
  std::string buffer;
  switch (test.logic) {
    case Logic::equal:
      return equals(value, operands[0]);
    case Logic::not_equal:
      return !equals(value, operands[0]);
    case Logic::greater:
      return ordered(operands[0], [](std::strong_ordering result) { return result > 0; });
    case Logic::greater_or_equal:
      return ordered(operands[0], at_least);
    case Logic::less:
      return ordered(operands[0], [](std::strong_ordering result) { return result < 0; });
    case Logic::less_or_equal:
      return ordered(operands[0], at_most);
    case Logic::like:
      return is_like(text_of(value, buffer), operands[0].text);
    case Logic::not_like:
      return !is_like(text_of(value, buffer), operands[0].text);
    case Logic::between:
      return ordered(operands[0], at_least) && ordered(operands[1], at_most);
    case Logic::in:
      return std::any_of(operands.begin(), operands.end(), equal_to);
    case Logic::not_in:
      return std::none_of(operands.begin(), operands.end(), equal_to);
    case Logic::is_null:
      return has_no_value(value);
    case Logic::not_null:
      return !has_no_value(value);
  }
  return false;
}

std::optional<std::strong_ordering> Filter::order(const Value& value,
                                                  const Operand& operand) const {
  if (has_no_value(value)) {
    return std::nullopt;
  }
  std::string buffer;
  const std::string_view text = text_of(value, buffer);
  if (operand.moment) {
    const auto moment = parse_moment(text, zone_, operand.wall_time);
    return moment ? std::optional(*moment <=> *operand.moment) : std::nullopt;
  }
  const auto decimal = Decimal::parse(text);
  if (decimal && operand.decimal) {
    return compare(*decimal, *operand.decimal);
  }
  if (decimal || operand.decimal) {
    return std::nullopt;
  }
  return text.compare(operand.text) <=> 0;
}

bool Filter::equals(const Value& value, const Operand& operand) const {
  if (has_no_value(value)) {
    return operand.text.empty();
  }
  if (operand.moment) {
    const auto result = order(value, operand);
    return result && *result == 0;
  }
  std::string buffer;
  const std::string_view text = text_of(value, buffer);
  const bool numeric = value.number() != nullptr || operand.value.number() != nullptr;
  if (numeric && operand.decimal) {
    const auto decimal = Decimal::parse(text);
    return decimal && compare(*decimal, *operand.decimal) == 0;
  }
  return text == operand.text;
}

}  // namespace weir
