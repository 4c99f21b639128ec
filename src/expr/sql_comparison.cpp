// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_node.h"

#include <array>

namespace weir {
namespace {

using Compared = std::span<const SqlValue>;

std::size_t character_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    ++length;
  }
  return length;
}

// `%` any run of characters, `_` one, `\\` takes the next as it is. ASCII letters in any case.
bool is_like(std::string_view text, std::string_view pattern) {
  std::string_view retry_text;
  std::string_view retry_pattern;
  bool may_retry = false;
  while (!text.empty() || !pattern.empty()) {
    if (!pattern.empty() && pattern.front() == '%') {
      pattern.remove_prefix(1);
      retry_text = text;
      retry_pattern = pattern;
      may_retry = true;
      continue;
    }
    if (!text.empty() && !pattern.empty() && pattern.front() == '_') {
      text.remove_prefix(character_length(text));
      pattern.remove_prefix(1);
      continue;
    }
    const bool escaped = pattern.size() > 1 && pattern.front() == '\\';
    if (!text.empty() && !pattern.empty() && text.front() == pattern[escaped ? 1 : 0]) {
      text.remove_prefix(1);
      pattern.remove_prefix(escaped ? 2 : 1);
      continue;
    }
    if (!may_retry || retry_text.empty()) {
      return false;
    }
    retry_text.remove_prefix(character_length(retry_text));
    text = retry_text;
    pattern = retry_pattern;
  }
  return true;
}

template <typename Meets>
Result<SqlValue> compared(Compared values, Meets meets) {
  const auto order = compare_sql(values[0], values[1]);
  return order ? sql_boolean(meets(*order)) : SqlValue();
}

Result<SqlValue> equal(Compared values, const EvaluationContext&) {
  return compared(values, [](auto order) { return order == 0; });
}
Result<SqlValue> not_equal(Compared values, const EvaluationContext&) {
  return compared(values, [](auto order) { return order != 0; });
}
Result<SqlValue> less(Compared values, const EvaluationContext&) {
  return compared(values, [](auto order) { return order < 0; });
}
Result<SqlValue> less_or_equal(Compared values, const EvaluationContext&) {
  return compared(values, [](auto order) { return order <= 0; });
}
Result<SqlValue> greater(Compared values, const EvaluationContext&) {
  return compared(values, [](auto order) { return order > 0; });
}
Result<SqlValue> greater_or_equal(Compared values, const EvaluationContext&) {
  return compared(values, [](auto order) { return order >= 0; });
}

Result<SqlValue> equal_or_both_null(Compared values, const EvaluationContext&) {
  if (is_null(values[0]) || is_null(values[1])) {
    return sql_boolean(is_null(values[0]) && is_null(values[1]));
  }
  return sql_boolean(compare_sql(values[0], values[1]) == std::strong_ordering::equal);
}

Result<SqlValue> negation(Compared values, const EvaluationContext&) {
  return sql_boolean(!sql_truth(values[0]));
}

Result<SqlValue> is_null_value(Compared values, const EvaluationContext&) {
  return sql_boolean(is_null(values[0]));
}

Result<SqlValue> null_if(Compared values, const EvaluationContext&) {
  const bool known = !is_null(values[0]) && !is_null(values[1]);
  const bool same = known && compare_sql(values[0], values[1]) == std::strong_ordering::equal;
  return same ? SqlValue() : values[0];
}

Result<SqlValue> is_in(Compared values, const EvaluationContext&) {
  if (is_null(values[0])) {
    return SqlValue();
  }
  bool unknown = false;
  for (const SqlValue& value : values.subspan(1)) {
    if (is_null(value)) {
      unknown = true;
    } else if (compare_sql(values[0], value) == std::strong_ordering::equal) {
      return sql_boolean(true);
    }
  }
  return unknown ? SqlValue() : sql_boolean(false);
}

Result<SqlValue> is_between(Compared values, const EvaluationContext&) {
  if (is_null(values[0])) {
    return SqlValue();
  }
  const auto low = is_null(values[1]) ? std::nullopt : compare_sql(values[0], values[1]);
  const auto high = is_null(values[2]) ? std::nullopt : compare_sql(values[0], values[2]);
  if ((low && *low < 0) || (high && *high > 0)) {
    return sql_boolean(false);
  }
  return low && high ? sql_boolean(true) : SqlValue();
}

Result<SqlValue> like(Compared values, const EvaluationContext&) {
  return sql_boolean(is_like(fold_case(sql_text(values[0])), fold_case(sql_text(values[1]))));
}

constexpr std::size_t list_max = SqlFunction::any_number;
constexpr std::array<SqlFunction, 13> comparison_functions = {
    {{"=",
      {"a = b",
       "Whether they are equal: texts without regard to case, all else as numbers or times.",
       "{{x}} = 'DONE'", R"({"x": "done"})", "1"},
      2,
      2,
      equal},
     {"<>",
      {"a <> b, a != b", "Whether they are not equal.", "{{n}} <> 7.5", R"({"n": 7.50})", "0"},
      2,
      2,
      not_equal},
     {"<", {"a < b", "Whether `a` is less.", "{{n}} < 8", R"({"n": 7.50})", "1"}, 2, 2, less},
     {"<=",
      {"a <= b", "Whether `a` is less, or equal.", "{{n}} <= 7.5", R"({"n": 7.50})", "1"},
      2,
      2,
      less_or_equal},
     {">", {"a > b", "Whether `a` is greater.", "{{n}} > 8", R"({"n": 7.50})", "0"}, 2, 2, greater},
     {">=",
      {"a >= b", "Whether `a` is greater, or equal.", "{{n}} >= 7.5", R"({"n": 7.50})", "1"},
      2,
      2,
      greater_or_equal},
     {"<=>",
      {"a <=> b", "Whether they are equal, or both null.", "{{x}} <=> NULL", R"({"x": null})", "1"},
      2,
      2,
      nullptr,
      equal_or_both_null},
     {"not",
      {"NOT a, !a", "Whether it is not true.", "NOT {{n}} > 8", R"({"n": 7.50})", "1"},
      1,
      1,
      negation},
     {"is null",
      {"a IS NULL, a IS NOT NULL", "Whether it is null, or is not.", "{{x}} IS NULL",
       R"({"x": null})", "1"},
      1,
      1,
      nullptr,
      is_null_value},
     {"in",
      {"a IN (b, …), a NOT IN (b, …)", "Whether it equals one of the list, or none.",
       "{{s}} IN ('A', 'C')", R"({"s": "C"})", "1"},
      2,
      list_max,
      nullptr,
      is_in},
     {"between",
      {"a BETWEEN b AND c, a NOT BETWEEN b AND c",
       "Whether it is within the two, both included, or is not.", "{{n}} BETWEEN 7.5 AND 8",
       R"({"n": 7.50})", "1"},
      3,
      3,
      nullptr,
      is_between},
     {"like",
      {"a LIKE b, a NOT LIKE b",
       "Whether it matches `b`, in which `%` is any run of characters and `_` any one; or does "
       "not.",
       "{{x}} LIKE 'o%l'", R"({"x": "O'Neil"})", "1"},
      2,
      2,
      like},
     {"NULLIF",
      {"NULLIF(a, b)", "Null when they are equal, else `a`.", "NULLIF({{x}}, '')", R"({"x": ""})",
       "null"},
      2,
      2,
      nullptr,
      null_if}}};
static_assert(explains_each(comparison_functions));

}  // namespace

std::span<const SqlFunction> sql_comparison_functions() { return comparison_functions; }

}  // namespace weir
