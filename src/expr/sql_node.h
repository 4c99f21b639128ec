// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/word_meaning.h"
#include "expr/context.h"
#include "expr/expression.h"
#include "expr/sql_value.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// A `_function` taken apart. Operators are functions too, with names in small letters, which
// nobody can write.

namespace weir {

struct SqlNode;
struct SqlFunction;

struct SqlCall {
  const SqlFunction* function = nullptr;
  std::vector<SqlNode> arguments;
};

struct SqlNode {
  // A constant; a placeholder, a text with placeholders in it or a look-up; a call.
  std::variant<SqlValue, Expression, SqlCall> form;
};

struct SqlFunction {
  using Eager = Result<SqlValue> (*)(std::span<const SqlValue>, const EvaluationContext&);
  using Lazy = Result<SqlValue> (*)(std::span<const SqlNode>, const EvaluationContext&);
  static constexpr std::size_t any_number = 10'000;

  std::string_view name;
  WordMeaning meaning;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  // Takes values, and is null when one of them is; or takes values, nulls among them; or decides
  // itself what it evaluates. One of the three.
  Eager of_values = nullptr;
  Eager of_nullable = nullptr;
  Lazy of_nodes = nullptr;
};

// By name in any case; nullptr: none. The names that can be written, for suggestions.
const SqlFunction* find_sql_function(std::string_view name);
// By its own name ("+", "in"), which there is.
const SqlFunction* sql_operator(std::string_view name);
const std::vector<std::string>& sql_function_names();

// A family of functions and operators: the example is a value behind `_function `, of a record, on
// 5 January 2026 at 09:31:07 in Shanghai.
struct SqlFamily {
  std::string_view title;
  std::vector<WordMeaning> meanings;
};
std::vector<SqlFamily> sql_families();

// The parts of the table.
std::span<const SqlFunction> sql_control_functions();
std::span<const SqlFunction> sql_comparison_functions();
std::span<const SqlFunction> sql_number_functions();
std::span<const SqlFunction> sql_text_functions();
std::span<const SqlFunction> sql_time_functions();
std::span<const SqlFunction> sql_list_functions();

// Errors: `rejected`; those of the surroundings.
Result<SqlValue> evaluate_sql(const SqlNode& node, const EvaluationContext& context);

}  // namespace weir
