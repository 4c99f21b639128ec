// SPDX-License-Identifier: Apache-2.0
#include "transform/comparison.h"

#include "core/business_time.h"
#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view moment_prefix = "timestamp:";

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

struct LogicName {
  std::string_view name;
  WordMeaning meaning;
};

// In the order of Comparison::Logic.
constexpr std::array<LogicName, 13> logics = {
    {{"eq",
      {"eq", "The values are the same: by value when one of them is a number, else as text.",
       "{field: x, logic: eq, value: 12.5}", R"("12.50")", R"("12.51")"}},
     {"neq",
      {"neq", "The values are not the same.", "{field: x, logic: neq, value: DRAFT}", R"("DONE")",
       R"("DRAFT")"}},
     {"gt",
      {"gt", "Greater: numbers exactly, else as text; what cannot be compared is not met.",
       "{field: x, logic: gt, value: 100}", "100.01", "100"}},
     {"egt",
      {"egt", "Greater or equal.", "{field: x, logic: egt, value: 'timestamp:1767576660'}",
       R"("2026-01-05 09:31:00")", R"("2026-01-05 09:30:59")"}},
     {"lt", {"lt", "Less.", "{field: x, logic: lt, value: 100}", "99.99", "100"}},
     {"elt", {"elt", "Less or equal.", "{field: x, logic: elt, value: 100}", "100", "100.01"}},
     {"like",
      {"like", "Holds the text; or matches it, where it has `%` for any run of characters.",
       "{field: x, logic: like, value: 'SKD%7'}", R"("SKD0007")", R"("SKD0008")"}},
     {"notlike",
      {"notlike", "Does not hold, or match, the text.", "{field: x, logic: notlike, value: test}",
       R"("receipt")", R"("a test")"}},
     {"between",
      {"between", "Within the two ends, both included.",
       "{field: x, logic: between, value: '100,500'}", "500", "500.01"}},
     {"in",
      {"in", "One of a list, or of `'a,b'`.", "{field: x, logic: in, value: '甲,乙'}", R"("乙")",
       R"("丙")"}},
     {"notin",
      {"notin", "None of a list, or of `'a,b'`.", "{field: x, logic: notin, value: '甲,乙'}",
       R"("丙")", R"("乙")"}},
     {"isnull",
      {"isnull", "Missing, null, an empty text or an empty list; no `value` is needed.",
       "{field: x, logic: isnull}", R"("")", R"("a")"}},
     {"notnull",
      {"notnull", "There, and not empty; no `value` is needed.", "{field: x, logic: notnull}",
       R"("a")", "null"}}}};
static_assert(explains_each(logics));

const std::vector<std::string> logic_names = names_of(logics);

}  // namespace

std::vector<WordMeaning> logic_meanings() { return meanings_of(logics); }

bool has_no_value(const Value& value) {
  return value.is_null() || (value.text() != nullptr && value.text()->empty()) ||
         (value.list() != nullptr && value.list()->empty()) ||
         (value.object() != nullptr && value.object()->empty());
}

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

std::string shown_value(const Value* value) {
  if (value == nullptr) {
    return "a missing value";
  }
  return has_no_value(*value) ? "an empty value" : "`" + excerpt(to_text(*value), 60) + "`";
}

bool is_same(const Value& left, const Value& right) {
  std::string left_buffer;
  std::string right_buffer;
  const std::string_view left_text = text_of(left, left_buffer);
  const std::string_view right_text = text_of(right, right_buffer);
  if (left.number() == nullptr && right.number() == nullptr) {
    return left_text == right_text;
  }
  const auto one = Decimal::parse(left_text);
  const auto other = Decimal::parse(right_text);
  return one && other ? compare(*one, *other) == 0 : left_text == right_text;
}

std::optional<Comparison> Comparison::compile(const Condition& condition, const RecordShape& shape,
                                              const TimeZone& zone, Faults& faults) {
  const auto logic = parse_logic(condition, faults);
  if (!logic) {
    return std::nullopt;
  }
  const bool unary = *logic == Logic::is_null || *logic == Logic::not_null;
  const std::string value_shown =
      condition.value.secret ? "***" : excerpt(to_text(condition.value.value), 60);
  Comparison made(zone);
  made.field_ = condition.field;
  made.logic_ = *logic;
  made.strict_ = condition.strict;
  made.shown_ = condition.field + " " + condition.logic + (unary ? "" : " " + value_shown);
  const bool wall_time = is_wall_time(shape, condition.field);
  if (!unary && !made.compile_operands(condition, wall_time, faults)) {
    return std::nullopt;
  }
  return made;
}

std::optional<Comparison::Logic> Comparison::parse_logic(const Condition& condition,
                                                         Faults& faults) {
  const auto found = std::find(logic_names.begin(), logic_names.end(), condition.logic);
  if (found != logic_names.end()) {
    return static_cast<Logic>(found - logic_names.begin());
  }
  const std::vector<std::string> names(logic_names.begin(), logic_names.end());
  add_error(faults, condition.at, unknown_name("logic of a condition", condition.logic, names));
  return std::nullopt;
}

bool Comparison::compile_operands(const Condition& condition, bool wall_time, Faults& faults) {
  const Value& value = condition.value.value;
  const bool many = logic_ == Logic::between || logic_ == Logic::in || logic_ == Logic::not_in;
  for (const Value& part : many ? split(value) : std::vector<Value>{value}) {
    auto operand = compile_operand(part);
    if (!operand || part.list() != nullptr || part.object() != nullptr) {
      add_error(faults, condition.at,
                fmt::format("condition `{}`: the value must be text, a number or "
                            "`timestamp:<unix seconds>`",
                            shown_));
      return false;
    }
    operand->wall_time = wall_time;
    operands_.push_back(std::move(*operand));
  }
  if (logic_ == Logic::between && operands_.size() != 2) {
    add_error(faults, condition.at,
              fmt::format("condition `{}`: `between` takes two ends, as in `\"100,500\"`", shown_));
    return false;
  }
  const bool compares = logic_ >= Logic::greater && logic_ <= Logic::between;
  if (compares && operands_.front().text.empty()) {
    add_error(
        faults, condition.at,
        fmt::format("condition `{}` has no value to compare with; give it a `value`", shown_));
    return false;
  }
  return true;
}

std::optional<Comparison::Operand> Comparison::compile_operand(const Value& value) {
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

bool Comparison::meets(const Value& value) const {
  const auto ordered = [&](const Operand& operand, auto holds) {
    const auto result = order(value, operand);
    return result && holds(*result);
  };
  const auto equal_to = [&](const Operand& operand) { return equals(value, operand); };
  const auto at_least = [](std::strong_ordering result) { return result >= 0; };
  const auto at_most = [](std::strong_ordering result) { return result <= 0; };
  std::string buffer;
  switch (logic_) {
    case Logic::equal:
      return equals(value, operands_[0]);
    case Logic::not_equal:
      return !equals(value, operands_[0]);
    case Logic::greater:
      return ordered(operands_[0], [](std::strong_ordering result) { return result > 0; });
    case Logic::greater_or_equal:
      return ordered(operands_[0], at_least);
    case Logic::less:
      return ordered(operands_[0], [](std::strong_ordering result) { return result < 0; });
    case Logic::less_or_equal:
      return ordered(operands_[0], at_most);
    case Logic::like:
      return is_like(text_of(value, buffer), operands_[0].text);
    case Logic::not_like:
      return !is_like(text_of(value, buffer), operands_[0].text);
    case Logic::between:
      return ordered(operands_[0], at_least) && ordered(operands_[1], at_most);
    case Logic::in:
      return std::any_of(operands_.begin(), operands_.end(), equal_to);
    case Logic::not_in:
      return std::none_of(operands_.begin(), operands_.end(), equal_to);
    case Logic::is_null:
      return has_no_value(value);
    case Logic::not_null:
      return !has_no_value(value);
  }
  return false;
}

std::optional<std::strong_ordering> Comparison::order(const Value& value,
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

bool Comparison::equals(const Value& value, const Operand& operand) const {
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
