// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_node.h"

#include <array>
#include <optional>

// What decides which of its arguments are evaluated at all.

namespace weir {
namespace {

using Nodes = std::span<const SqlNode>;

// Nothing: null.
Result<std::optional<bool>> truth_of(const SqlNode& node, const EvaluationContext& context) {
  WEIR_TRY(const SqlValue value, evaluate_sql(node, context));
  return is_null(value) ? std::nullopt : std::optional(sql_truth(value));
}

Result<SqlValue> decide_and(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const auto left, truth_of(nodes[0], context));
  if (left == false) {
    return sql_boolean(false);
  }
  WEIR_TRY(const auto right, truth_of(nodes[1], context));
  if (right == false) {
    return sql_boolean(false);
  }
  return left && right ? sql_boolean(true) : SqlValue();
}

Result<SqlValue> decide_or(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const auto left, truth_of(nodes[0], context));
  if (left == true) {
    return sql_boolean(true);
  }
  WEIR_TRY(const auto right, truth_of(nodes[1], context));
  if (right == true) {
    return sql_boolean(true);
  }
  return left && right ? sql_boolean(false) : SqlValue();
}

Result<SqlValue> choose_if(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const auto truth, truth_of(nodes[0], context));
  return evaluate_sql(nodes[truth.value_or(false) ? 1 : 2], context);
}

// COALESCE, IFNULL
Result<SqlValue> first_of_all(Nodes nodes, const EvaluationContext& context) {
  for (const SqlNode& node : nodes) {
    WEIR_TRY(SqlValue value, evaluate_sql(node, context));
    if (!is_null(value)) {
      return value;
    }
  }
  return SqlValue();
}

// when, then, when, then, …, else
Result<SqlValue> choose_case(Nodes nodes, const EvaluationContext& context) {
  std::size_t at = 0;
  for (; at + 1 < nodes.size(); at += 2) {
    WEIR_TRY(const auto truth, truth_of(nodes[at], context));
    if (truth.value_or(false)) {
      return evaluate_sql(nodes[at + 1], context);
    }
  }
  return at < nodes.size() ? evaluate_sql(nodes[at], context) : Result<SqlValue>(SqlValue());
}

// operand, value, then, value, then, …, else
Result<SqlValue> choose_case_of(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const SqlValue operand, evaluate_sql(nodes[0], context));
  std::size_t at = 1;
  for (; at + 1 < nodes.size(); at += 2) {
    WEIR_TRY(const SqlValue value, evaluate_sql(nodes[at], context));
    const bool known = !is_null(operand) && !is_null(value);
    if (known && compare_sql(operand, value) == std::strong_ordering::equal) {
      return evaluate_sql(nodes[at + 1], context);
    }
  }
  return at < nodes.size() ? evaluate_sql(nodes[at], context) : Result<SqlValue>(SqlValue());
}

constexpr std::size_t many = SqlFunction::any_number;
constexpr std::array<SqlFunction, 7> control_functions = {
    {{"and",
      {"a AND b, a && b", "Whether both are true; null when it cannot be known.",
       "{{n}} > 5 AND {{n}} < 10", R"({"n": 7.50})", "1"},
      2,
      2,
      nullptr,
      nullptr,
      decide_and},
     {"or",
      {"a OR b, a || b", "Whether one of them is true; null when it cannot be known.",
       "{{n}} < 5 OR {{n}} > 7", R"({"n": 7.50})", "1"},
      2,
      2,
      nullptr,
      nullptr,
      decide_or},
     {"case",
      {"CASE WHEN a THEN b … ELSE c END",
       "What stands behind the first condition that is true, else `c`, or null without it.",
       "CASE WHEN {{n}} > 5 THEN 'much' ELSE 'little' END", R"({"n": 7.50})", R"("much")"},
      2,
      many,
      nullptr,
      nullptr,
      choose_case},
     {"case of",
      {"CASE x WHEN a THEN b … ELSE c END",
       "What stands behind the first value that is `x`, else `c`, or null without it.",
       "CASE {{s}} WHEN 'A' THEN '草稿' WHEN 'C' THEN '已审' END", R"({"s": "C"})", R"("已审")"},
      3,
      many,
      nullptr,
      nullptr,
      choose_case_of},
     {"IF",
      {"IF(a, b, c)", "`b` when `a` is true, else `c`.", "IF({{n}} > 5, 'yes', 'no')",
       R"({"n": 7.50})", R"("yes")"},
      3,
      3,
      nullptr,
      nullptr,
      choose_if},
     {"IFNULL",
      {"IFNULL(a, b)", "`a`, or `b` where `a` is null.", "IFNULL({{x}}, 'none')", R"({"x": null})",
       R"("none")"},
      2,
      2,
      nullptr,
      nullptr,
      first_of_all},
     {"COALESCE",
      {"COALESCE(a, b, …)", "The first that is not null.", "COALESCE({{x}}, {{y}}, 'none')",
       R"({"x": null, "y": "b"})", R"("b")"},
      1,
      many,
      nullptr,
      nullptr,
      first_of_all}}};
static_assert(explains_each(control_functions));

}  // namespace

std::span<const SqlFunction> sql_control_functions() { return control_functions; }

}  // namespace weir
