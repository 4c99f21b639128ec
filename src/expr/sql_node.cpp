// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_node.h"

#include "expr/evaluation.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace weir {
namespace {

using Functions = std::span<const SqlFunction>;

std::array<std::pair<std::string_view, Functions>, 6> families() {
  return {{{"Choice", sql_control_functions()},
           {"Comparison", sql_comparison_functions()},
           {"Numbers", sql_number_functions()},
           {"Text", sql_text_functions()},
           {"Time", sql_time_functions()},
           {"Lists", sql_list_functions()}}};
}

std::map<std::string, const SqlFunction*, std::less<>> make_table() {
  std::map<std::string, const SqlFunction*, std::less<>> table;
  for (const auto& family : families()) {
    for (const SqlFunction& function : family.second) {
      table.emplace(function.name, &function);
    }
  }
  return table;
}

const std::map<std::string, const SqlFunction*, std::less<>>& functions() {
  static const auto table = make_table();
  return table;
}

Result<SqlValue> call(const SqlCall& call, const EvaluationContext& context) {
  const SqlFunction& function = *call.function;
  if (function.of_nodes != nullptr) {
    return function.of_nodes(call.arguments, context);
  }
  std::vector<SqlValue> values;
  values.reserve(call.arguments.size());
  for (const SqlNode& argument : call.arguments) {
    WEIR_TRY(SqlValue value, evaluate_sql(argument, context));
    values.push_back(std::move(value));
  }
  if (function.of_nullable != nullptr) {
    return function.of_nullable(values, context);
  }
  return std::any_of(values.begin(), values.end(), is_null) ? SqlValue()
                                                            : function.of_values(values, context);
}

}  // namespace

const SqlFunction* find_sql_function(std::string_view name) {
  const auto found = functions().find(fold_case(name));
  return found == functions().end() ? nullptr : found->second;
}

const SqlFunction* sql_operator(std::string_view name) { return functions().find(name)->second; }

const std::vector<std::string>& sql_function_names() {
  static const auto names = [] {
    std::vector<std::string> made;
    for (const auto& [name, function] : functions()) {
      if (name.front() >= 'A' && name.front() <= 'Z') {
        made.push_back(name);
      }
    }
    return made;
  }();
  return names;
}

std::vector<SqlFamily> sql_families() {
  std::vector<SqlFamily> made;
  for (const auto& [title, functions_of] : families()) {
    made.push_back({title, meanings_of(functions_of)});
  }
  return made;
}

Result<SqlValue> evaluate_sql(const SqlNode& node, const EvaluationContext& context) {
  if (const auto* constant = std::get_if<SqlValue>(&node.form)) {
    return *constant;
  }
  if (const auto* expression = std::get_if<Expression>(&node.form)) {
    WEIR_TRY(const Value value, evaluate_expression(*expression, context));
    return to_sql(value);
  }
  return call(std::get<SqlCall>(node.form), context);
}

}  // namespace weir
