// SPDX-License-Identifier: Apache-2.0
#include "core/ascii.h"
#include "core/nearest_name.h"
#include "expr/call_parser.h"
#include "expr/sql_grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

// What stands between operators: values, calls, CASE and INTERVAL.

namespace weir {

Result<SqlNode> SqlParser::parse_primary() {
  cursor_.skip_blanks();
  if (cursor_.done()) {
    return cursor_.error("the expression ends where a value is expected");
  }
  if (cursor_.take("(")) {
    WEIR_TRY(SqlNode node, parse_or());
    WEIR_CHECK(expect(")"));
    return node;
  }
  const char first = cursor_.peek();
  if (first == '\0') {
    std::string text = cursor_.take_span();
    return text.empty() ? Result<SqlNode>(cursor_.error("a value is expected"))
                        : SqlNode{SqlValue(std::move(text))};
  }
  if (first == '{') {
    WEIR_TRY(Expression expression, cursor_.take_placeholder());
    return SqlNode{std::move(expression)};
  }
  if (first == '\'' || first == '"') {
    WEIR_TRY(Expression expression, cursor_.take_quoted());
    return SqlNode{std::move(expression)};
  }
  return is_digit(first) || first == '.' ? parse_number() : parse_word();
}

Result<SqlNode> SqlParser::parse_number() {
  const std::size_t begin = cursor_.at();
  std::string digits;
  while (is_digit(cursor_.peek()) || cursor_.peek() == '.' || cursor_.peek() == 'e' ||
         cursor_.peek() == 'E' ||
         ((cursor_.peek() == '-' || cursor_.peek() == '+') && !digits.empty() &&
          (digits.back() == 'e' || digits.back() == 'E'))) {
    digits += cursor_.peek();
    cursor_.skip();
  }
  auto value = Decimal::parse(digits) ? to_sql(Value(Number{digits}))
                                      : Result<SqlValue>(fail(ErrorKind::rejected, ""));
  if (!value) {
    return cursor_.error_at(begin, fmt::format("`{}` is no number", digits));
  }
  return SqlNode{std::move(*value)};
}

Result<SqlNode> SqlParser::parse_word() {
  const std::size_t begin = cursor_.at();
  const std::string word = cursor_.take_word();
  const std::string upper = fold_case(word);
  if (word == "_findCollection") {
    WEIR_TRY(Collection collection, parse_collection(cursor_));
    return SqlNode{Expression{std::move(collection)}};
  }
  if (word == "_lua") {
    WEIR_TRY(LuaCall call, parse_lua_call(cursor_));
    return SqlNode{Expression{std::move(call)}};
  }
  if (upper == "NULL") {
    return SqlNode{};
  }
  if (upper == "TRUE" || upper == "FALSE") {
    return SqlNode{sql_boolean(upper == "TRUE")};
  }
  if (upper == "CASE") {
    return parse_case();
  }
  if (word.empty()) {
    return cursor_.error("a value is expected");
  }
  return parse_call(word, begin);
}

Result<SqlNode> SqlParser::parse_call(const std::string& word, std::size_t begin) {
  const SqlFunction* function = find_sql_function(word);
  const bool opened = take_symbol("(");
  if (function == nullptr) {
    const std::string nearest = suggestion(word, sql_function_names());
    return cursor_.error_at(
        begin, opened ? fmt::format("`{}` is no function{}", word, nearest)
                      : fmt::format("`{}` is no value; write `'{}'` for the text, or `{{{{{}}}}}` "
                                    "for the field",
                                    word, word, word));
  }
  if (!opened && function->name.starts_with("CURRENT_")) {
    return SqlNode{SqlCall{function, {}}};
  }
  if (!opened) {
    return cursor_.error(fmt::format("`(` is expected behind `{}`", word));
  }
  const bool of_interval = function->name == "DATE_ADD" || function->name == "DATE_SUB" ||
                           function->name == "ADDDATE" || function->name == "SUBDATE";
  if (of_interval) {
    return parse_interval_arguments(*function);
  }
  WEIR_TRY(std::vector<SqlNode> arguments, parse_list());
  if (arguments.size() < function->arguments_min || arguments.size() > function->arguments_max) {
    const bool fixed = function->arguments_min == function->arguments_max;
    return cursor_.error_at(
        begin, fmt::format("`{}` takes {} {} arguments, and there are {}", word,
                           fixed                                        ? "just"
                           : arguments.size() < function->arguments_min ? "at least"
                                                                        : "at most",
                           arguments.size() < function->arguments_min ? function->arguments_min
                                                                      : function->arguments_max,
                           arguments.size()));
  }
  return SqlNode{SqlCall{function, std::move(arguments)}};
}

Result<SqlNode> SqlParser::parse_case() {
  std::vector<SqlNode> nodes;
  const bool has_operand = !take_keyword("WHEN");
  if (has_operand) {
    WEIR_TRY(SqlNode operand, parse_or());
    nodes.push_back(std::move(operand));
    WEIR_CHECK(expect_keyword("WHEN"));
  }
  do {
    WEIR_TRY(SqlNode when, parse_or());
    nodes.push_back(std::move(when));
    WEIR_CHECK(expect_keyword("THEN"));
    WEIR_TRY(SqlNode then, parse_or());
    nodes.push_back(std::move(then));
  } while (take_keyword("WHEN"));
  if (take_keyword("ELSE")) {
    WEIR_TRY(SqlNode otherwise, parse_or());
    nodes.push_back(std::move(otherwise));
  }
  WEIR_CHECK(expect_keyword("END"));
  return call_of(has_operand ? "case of" : "case", std::move(nodes));
}

Result<std::string> SqlParser::parse_unit() {
  const std::vector<std::string> units = {"SECOND", "MINUTE", "HOUR",    "DAY",
                                          "WEEK",   "MONTH",  "QUARTER", "YEAR"};
  cursor_.skip_blanks();
  const std::size_t begin = cursor_.at();
  const std::string word = cursor_.take_word();
  std::string unit = fold_case(word);
  if (std::find(units.begin(), units.end(), unit) == units.end()) {
    return cursor_.error_at(begin, fmt::format("`{}` is no unit of INTERVAL; known are {}", word,
                                               fmt::join(units, ", ")));
  }
  return unit;
}

// Behind INTERVAL.
Result<SqlNode> SqlParser::parse_interval(std::string_view function, SqlNode time) {
  WEIR_TRY(SqlNode amount, parse_sum());
  WEIR_TRY(std::string unit, parse_unit());
  return operation(function, std::move(time), std::move(amount),
                   SqlNode{SqlValue(std::move(unit))});
}

// "time, INTERVAL n DAY)", or "time, days)".
Result<SqlNode> SqlParser::parse_interval_arguments(const SqlFunction& function) {
  WEIR_TRY(SqlNode time, parse_or());
  WEIR_CHECK(expect(","));
  const std::string_view name =
      function.name.ends_with("ADD") || function.name == "ADDDATE" ? "later" : "earlier";
  SqlNode node;
  if (take_keyword("INTERVAL")) {
    WEIR_TRY(node, parse_interval(name, std::move(time)));
  } else if (function.name.ends_with("DATE")) {
    WEIR_TRY(SqlNode amount, parse_or());
    node =
        operation(name, std::move(time), std::move(amount), SqlNode{SqlValue(std::string("DAY"))});
  } else {
    return cursor_.error("`INTERVAL` is expected, as in `INTERVAL 1 DAY`");
  }
  WEIR_CHECK(expect(")"));
  return node;
}

}  // namespace weir
