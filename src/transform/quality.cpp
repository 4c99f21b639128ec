// SPDX-License-Identifier: Apache-2.0
#include "transform/quality.h"

#include "core/business_time.h"
#include "core/excerpt.h"
#include "core/record.h"
#include "spec/quality_reader.h"
#include "transform/comparison.h"
#include "transform/sub_table.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace weir {
namespace {

const Value missing;

constexpr std::string_view broken_rule = "quality rule `";

constexpr std::array<std::string_view, 7> type_words = {"string", "integer", "number", "boolean",
                                                        "date",   "list",    "object"};

template <typename Kind, std::size_t count>
std::optional<Kind> kind_of(const std::array<std::string_view, count>& words,
                            std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? std::nullopt
                              : std::optional(static_cast<Kind>(found - words.begin()));
}

// By the place among the names that a rule may have.
template <typename Kind>
std::optional<Kind> rule_kind(std::string_view word) {
  const auto found = std::find_if(quality_rule_names.begin(), quality_rule_names.end(),
                                  [&](const QualityRuleName& rule) { return rule.name == word; });
  return found == quality_rule_names.end()
             ? std::nullopt
             : std::optional(static_cast<Kind>(found - quality_rule_names.begin()));
}

// Characters of a text, elements of a list.
std::int64_t length_of(const Value& value) {
  if (value.list() != nullptr) {
    return static_cast<std::int64_t>(value.list()->size());
  }
  std::string buffer;
  const std::string_view text = text_of(value, buffer);
  return std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  });
}

void append_sentence(std::string& text, std::string_view sentence) {
  text += text.empty() ? "" : "; ";
  text += sentence;
}

std::string shown_rule(const QualityRule& rule) {
  std::string shown = rule.field + " " + rule.rule;
  if (!rule.min.is_null() || !rule.max.is_null()) {
    shown += fmt::format(" {}..{}", to_text(rule.min), to_text(rule.max));
  }
  const std::string detail = rule.type + rule.pattern + to_text(rule.values);
  return detail.empty() ? shown : shown + " " + excerpt(detail, 60);
}

}  // namespace

bool names_broken_rule(std::string_view reason) { return reason.starts_with(broken_rule); }

Quality Quality::compile(const std::vector<QualityRule>& rules, std::string around,
                         Faults& faults) {
  Quality quality(std::move(around));
  for (const QualityRule& rule : rules) {
    if (auto compiled = compile_rule(rule, faults)) {
      quality.rules_.push_back(std::move(*compiled));
    }
  }
  return quality;
}

std::optional<Quality::Rule> Quality::compile_rule(const QualityRule& from, Faults& faults) {
  const auto kind = rule_kind<Kind>(from.rule);
  if (!kind || !check_members(from, faults)) {
    return std::nullopt;
  }
  Rule rule;
  rule.field = from.field;
  rule.kind = *kind;
  rule.type = kind_of<Type>(type_words, from.type).value_or(Type::text);
  rule.warns = from.otherwise == "warn";
  rule.shown = shown_rule(from);
  if (from.values.list() != nullptr) {
    rule.values = *from.values.list();
  }
  const bool well = compile_bounds(from, rule, faults) && compile_pattern(from, rule, faults);
  return well ? std::optional(std::move(rule)) : std::nullopt;
}

// Each rule has members of its own; one that would have no effect is a slip.
bool Quality::check_members(const QualityRule& rule, Faults& faults) {
  const bool bounded = rule.rule == "range" || rule.rule == "length";
  const struct {
    const char* name;
    bool given;
    bool wanted;
    bool needed;
  } members[] = {{"type", !rule.type.empty(), rule.rule == "type", true},
                 {"pattern", !rule.pattern.empty(), rule.rule == "pattern", true},
                 {"values", !rule.values.is_null(), rule.rule == "enum", true},
                 {"min", !rule.min.is_null(), bounded, rule.max.is_null()},
                 {"max", !rule.max.is_null(), bounded, rule.min.is_null()}};
  bool well = true;
  for (const auto& member : members) {
    if (member.given && !member.wanted) {
      add_error(faults, rule.at,
                fmt::format("quality of `{}`: rule `{}` does not know `{}`", rule.field, rule.rule,
                            member.name));
      well = false;
    } else if (!member.given && member.wanted && member.needed && well) {
      add_error(faults, rule.at,
                fmt::format("quality of `{}`: rule `{}` needs `{}`", rule.field, rule.rule,
                            bounded ? "min` or `max" : member.name));
      well = false;
    }
  }
  const List* values = rule.values.list();
  if (well && rule.rule == "enum" && (values == nullptr || values->empty())) {
    add_error(faults, rule.at,
              fmt::format("quality of `{}`: `values` must be a list, as in `[a, b]`", rule.field));
    return false;
  }
  return well;
}

bool Quality::compile_bounds(const QualityRule& from, Rule& rule, Faults& faults) {
  const std::pair<const Value*, std::optional<Decimal>*> bounds[] = {{&from.min, &rule.min},
                                                                     {&from.max, &rule.max}};
  for (const auto& [written, bound] : bounds) {
    *bound = Decimal::parse(to_text(*written));
    const bool length = rule.kind == Kind::length;
    const bool usable = *bound && (!length || ((*bound)->is_whole() && !(*bound)->negative));
    if (!written->is_null() && !usable) {
      add_error(faults, from.at,
                fmt::format("quality of `{}`: `{}` is no {}number", from.field, to_text(*written),
                            length ? "whole, positive " : ""));
      return false;
    }
  }
  if (rule.min && rule.max && compare(*rule.min, *rule.max) > 0) {
    add_error(faults, from.at,
              fmt::format("quality of `{}`: `min` is greater than `max`, so no value is allowed",
                          from.field));
    return false;
  }
  return true;
}

bool Quality::compile_pattern(const QualityRule& from, Rule& rule, Faults& faults) {
  if (rule.kind != Kind::pattern) {
    return true;
  }
  constexpr std::int64_t memory_max = 1 << 20;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_max);
  auto pattern = std::make_shared<const re2::RE2>(from.pattern, options);
  if (!pattern->ok()) {
    add_error(faults, from.at,
              fmt::format("quality of `{}`: the pattern `{}` cannot be used: {}", from.field,
                          excerpt(from.pattern, 60), pattern->error()));
    return false;
  }
  rule.pattern = std::move(pattern);
  return true;
}

QualityVerdict Quality::judge(const Value& record) const {
  QualityVerdict verdict;
  for (const Rule& rule : rules_) {
    const std::string by = broken_by(rule, record);
    if (!by.empty()) {
      append_sentence(rule.warns ? verdict.remark : verdict.rejected,
                      fmt::format("{}{}` is broken by {}", broken_rule, rule.shown, by));
    }
  }
  return verdict;
}

// The first value that breaks the rule, and how many more do; empty: none.
std::string Quality::broken_by(const Rule& rule, const Value& record) const {
  const Value* value = find_in_record(record, rule.field, around_);
  const auto table = value == nullptr ? find_sub_table(record, rule.field, around_) : std::nullopt;
  if (!table) {
    return breaks(rule, value != nullptr ? *value : missing) ? shown_value(value) : "";
  }
  std::string first;
  std::size_t others = 0;
  const List& rows = *table->rows->list();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto cells = cells_of(rows[row], table->column);
    if (cells.empty()) {
      cells.push_back(&missing);
    }
    const auto bad = std::find_if(cells.begin(), cells.end(),
                                  [&](const Value* cell) { return breaks(rule, *cell); });
    if (bad == cells.end()) {
      continue;
    }
    if (first.empty()) {
      first = fmt::format("{} in row {} of `{}`", shown_value(*bad == &missing ? nullptr : *bad),
                          row + 1, table->name);
    } else {
      ++others;
    }
  }
  return others == 0 ? first : first + fmt::format(" and by {} more", others);
}

bool Quality::breaks(const Rule& rule, const Value& value) {
  if (rule.kind == Kind::required) {
    return has_no_value(value);
  }
  if (has_no_value(value)) {
    return false;
  }
  std::string buffer;
  switch (rule.kind) {
    case Kind::required:
      return false;
    case Kind::type:
      return !is_of_type(rule.type, value);
    case Kind::length:
      return !is_within(rule, *Decimal::parse(std::to_string(length_of(value))));
    case Kind::range: {
      const auto number = Decimal::parse(text_of(value, buffer));
      return !number || !is_within(rule, *number);
    }
    case Kind::pattern: {
      const std::string_view text = text_of(value, buffer);
      return !re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *rule.pattern);
    }
    case Kind::one_of:
      return std::none_of(rule.values.begin(), rule.values.end(),
                          [&](const Value& allowed) { return is_same(value, allowed); });
  }
  return false;
}

bool Quality::is_of_type(Type type, const Value& value) {
  std::string buffer;
  const bool scalar = value.list() == nullptr && value.object() == nullptr;
  const std::string_view text = scalar ? text_of(value, buffer) : std::string_view();
  switch (type) {
    case Type::text:
      return value.text() != nullptr;
    case Type::whole: {
      const auto number = Decimal::parse(text);
      return number && number->is_whole();
    }
    case Type::number:
      return Decimal::parse(text).has_value();
    case Type::boolean:
      return text == "true" || text == "false";
    case Type::date:
      return parse_moment(text, TimeZone::utc(), false).has_value();
    case Type::list:
      return value.list() != nullptr;
    case Type::object:
      return value.object() != nullptr;
  }
  return false;
}

bool Quality::is_within(const Rule& rule, const Decimal& number) {
  return (!rule.min || compare(number, *rule.min) >= 0) &&
         (!rule.max || compare(number, *rule.max) <= 0);
}

}  // namespace weir
