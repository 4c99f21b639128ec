// SPDX-License-Identifier: Apache-2.0
#include "core/decimal_arithmetic.h"
#include "expr/sql_arithmetic.h"
#include "expr/sql_node.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>

// SUM, AVG, MIN, MAX, COUNT: their argument is evaluated for every element of the list that it
// names, as in SUM({{lines.qty}} * {{lines.price}}); nulls are passed over.

namespace weir {
namespace {

using Nodes = std::span<const SqlNode>;

struct NamedList {
  std::string name;
  const List* elements = nullptr;
};

// The list that a dot path goes through, the shortest first.
std::optional<NamedList> list_of(const std::string& path, const Scope& scope) {
  for (std::size_t end = path.find('.');; end = path.find('.', end + 1)) {
    std::string name = path.substr(0, end);
    const Value* value = scope.find(name);
    if (value != nullptr && value->list() != nullptr) {
      return NamedList{std::move(name), value->list()};
    }
    if (end == std::string::npos) {
      return std::nullopt;
    }
  }
}

std::optional<NamedList> list_in(const SqlNode& node, const Scope& scope);

std::optional<NamedList> list_in(const Expression& expression, const Scope& scope) {
  if (const auto* reference = std::get_if<Reference>(&expression.form)) {
    return list_of(reference->name, scope);
  }
  if (const auto* text = std::get_if<Concatenation>(&expression.form)) {
    for (const Expression& part : text->parts) {
      if (auto list = list_in(part, scope)) {
        return list;
      }
    }
  }
  return std::nullopt;
}

std::optional<NamedList> list_in(const SqlNode& node, const Scope& scope) {
  if (const auto* expression = std::get_if<Expression>(&node.form)) {
    return list_in(*expression, scope);
  }
  if (const auto* call = std::get_if<SqlCall>(&node.form)) {
    for (const SqlNode& argument : call->arguments) {
      if (auto list = list_in(argument, scope)) {
        return list;
      }
    }
  }
  return std::nullopt;
}

// What is no list counts as a list of itself.
Result<std::vector<SqlValue>> values_of(const SqlNode& node, const EvaluationContext& context) {
  std::vector<SqlValue> values;
  const auto list = list_in(node, context.scope.around());
  if (!list) {
    WEIR_TRY(SqlValue value, evaluate_sql(node, context));
    if (!is_null(value)) {
      values.push_back(std::move(value));
    }
    return values;
  }
  for (const Value& element : *list->elements) {
    const ElementScope inside(context.scope, list->name, element);
    WEIR_TRY(SqlValue value, evaluate_sql(node, context.within(inside)));
    if (!is_null(value)) {
      values.push_back(std::move(value));
    }
  }
  return values;
}

Result<SqlValue> total_of(const std::vector<SqlValue>& values) {
  SqlValue total = sql_integer(0);
  for (const SqlValue& value : values) {
    WEIR_TRY(total, add_numbers(sql_number(total), sql_number(value)));
  }
  return total;
}

Result<SqlValue> sum_of_list(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const auto values, values_of(nodes[0], context));
  return values.empty() ? Result<SqlValue>(SqlValue()) : total_of(values);
}

Result<SqlValue> average_of_list(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const auto values, values_of(nodes[0], context));
  if (values.empty()) {
    return SqlValue();
  }
  WEIR_TRY(const SqlValue total, total_of(values));
  return divide_numbers(sql_number(total),
                        sql_number(sql_integer(static_cast<std::int64_t>(values.size()))));
}

Result<SqlValue> count_of_list(Nodes nodes, const EvaluationContext& context) {
  WEIR_TRY(const auto values, values_of(nodes[0], context));
  return sql_integer(static_cast<std::int64_t>(values.size()));
}

Result<SqlValue> extreme_of_list(Nodes nodes, const EvaluationContext& context,
                                 std::strong_ordering wanted) {
  WEIR_TRY(const auto values, values_of(nodes[0], context));
  SqlValue extreme;
  for (const SqlValue& value : values) {
    if (is_null(extreme) || compare_sql(value, extreme) == wanted) {
      extreme = value;
    }
  }
  return extreme;
}

Result<SqlValue> least_of_list(Nodes nodes, const EvaluationContext& context) {
  return extreme_of_list(nodes, context, std::strong_ordering::less);
}

Result<SqlValue> greatest_of_list(Nodes nodes, const EvaluationContext& context) {
  return extreme_of_list(nodes, context, std::strong_ordering::greater);
}

constexpr std::array<SqlFunction, 5> list_functions = {
    {{"SUM",
      {"SUM(list)", "The sum over all elements.", "SUM({{lines.qty}} * {{lines.price}})",
       R"({"lines": [{"qty": 2, "price": 1.25}, {"qty": 3, "price": 0.10}]})", "2.80"},
      1,
      1,
      nullptr,
      nullptr,
      sum_of_list},
     {"AVG",
      {"AVG(list)", "The average.", "AVG({{lines.qty}})",
       R"({"lines": [{"qty": 2, "price": 1.25}, {"qty": 3, "price": 0.10}]})", "2.5000"},
      1,
      1,
      nullptr,
      nullptr,
      average_of_list},
     {"COUNT",
      {"COUNT(list)", "How many values that are not null.", "COUNT({{lines.qty}})",
       R"({"lines": [{"qty": 2, "price": 1.25}, {"qty": 3, "price": 0.10}]})", "2"},
      1,
      1,
      nullptr,
      nullptr,
      count_of_list},
     {"MIN",
      {"MIN(list)", "The least.", "MIN({{lines.price}})",
       R"({"lines": [{"qty": 2, "price": 1.25}, {"qty": 3, "price": 0.10}]})", "0.10"},
      1,
      1,
      nullptr,
      nullptr,
      least_of_list},
     {"MAX",
      {"MAX(list)", "The greatest.", "MAX({{lines.qty}})",
       R"({"lines": [{"qty": 2, "price": 1.25}, {"qty": 3, "price": 0.10}]})", "3"},
      1,
      1,
      nullptr,
      nullptr,
      greatest_of_list}}};
static_assert(explains_each(list_functions));

}  // namespace

std::span<const SqlFunction> sql_list_functions() { return list_functions; }

}  // namespace weir
