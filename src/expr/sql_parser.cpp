// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_parser.h"

#include "expr/sql_grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace weir {
namespace {

constexpr int depth_max = 100;

bool asks_the_clock(const SqlCall& call) {
  static constexpr std::array<std::string_view, 6> names = {
      "NOW", "SYSDATE", "CURRENT_TIMESTAMP", "CURDATE", "CURRENT_DATE", "UNIX_TIMESTAMP"};
  return call.arguments.empty() &&
         std::find(names.begin(), names.end(), call.function->name) != names.end();
}

void collect_mentions(const SqlNode& node, Mentions& mentions) {
  if (const auto* expression = std::get_if<Expression>(&node.form)) {
    append_mentions(*expression, mentions);
  } else if (const auto* call = std::get_if<SqlCall>(&node.form)) {
    if (asks_the_clock(*call)) {
      mentions.clocks.push_back(std::string(call->function->name) + "()");
    }
    for (const SqlNode& argument : call->arguments) {
      collect_mentions(argument, mentions);
    }
  }
}

}  // namespace

SqlNode SqlParser::call_of(std::string_view operation, std::vector<SqlNode> arguments) {
  return {SqlCall{sql_operator(operation), std::move(arguments)}};
}

bool SqlParser::take_keyword(std::string_view keyword) {
  cursor_.skip_blanks();
  TextCursor ahead = cursor_;
  if (fold_case(ahead.take_word()) != keyword) {
    return false;
  }
  cursor_.skip(keyword.size());
  return true;
}

bool SqlParser::take_symbol(std::string_view symbol) {
  cursor_.skip_blanks();
  return cursor_.take(symbol);
}

Result<void> SqlParser::expect(std::string_view symbol) {
  return take_symbol(symbol) ? Result<void>()
                             : cursor_.error(fmt::format("`{}` is expected", symbol));
}

Result<void> SqlParser::expect_keyword(std::string_view keyword) {
  return take_keyword(keyword) ? Result<void>()
                               : cursor_.error(fmt::format("`{}` is expected", keyword));
}

// Behind the opening bracket.
Result<std::vector<SqlNode>> SqlParser::parse_list() {
  std::vector<SqlNode> nodes;
  if (take_symbol(")")) {
    return nodes;
  }
  for (;;) {
    WEIR_TRY(SqlNode node, parse_or());
    nodes.push_back(std::move(node));
    if (take_symbol(")")) {
      return nodes;
    }
    if (!take_symbol(",")) {
      return cursor_.error("`,` or `)` is expected");
    }
  }
}

Result<SqlNode> SqlParser::parse_or() {
  if (++depth_ > depth_max) {
    return cursor_.error("the expression is nested too deeply");
  }
  WEIR_TRY(SqlNode left, parse_and());
  while (take_keyword("OR") || take_symbol("||")) {
    WEIR_TRY(SqlNode right, parse_and());
    left = operation("or", std::move(left), std::move(right));
  }
  --depth_;
  return left;
}

Result<SqlNode> SqlParser::parse_and() {
  WEIR_TRY(SqlNode left, parse_not());
  while (take_keyword("AND") || take_symbol("&&")) {
    WEIR_TRY(SqlNode right, parse_not());
    left = operation("and", std::move(left), std::move(right));
  }
  return left;
}

Result<SqlNode> SqlParser::parse_not() {
  if (!take_keyword("NOT")) {
    return parse_comparison();
  }
  if (++depth_ > depth_max) {
    return cursor_.error("the expression is nested too deeply");
  }
  WEIR_TRY(SqlNode operand, parse_not());
  --depth_;
  return operation("not", std::move(operand));
}

Result<SqlNode> SqlParser::parse_comparison() {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> symbols = {{{"<=>", "<=>"},
                                                                                     {"<=", "<="},
                                                                                     {">=", ">="},
                                                                                     {"<>", "<>"},
                                                                                     {"!=", "<>"},
                                                                                     {"=", "="},
                                                                                     {"<", "<"},
                                                                                     {">", ">"}}};
  WEIR_TRY(SqlNode left, parse_sum());
  for (bool done = false; !done;) {
    const auto* symbol = std::find_if(symbols.begin(), symbols.end(),
                                      [&](const auto& each) { return take_symbol(each.first); });
    if (symbol == symbols.end()) {
      WEIR_TRY(left, parse_predicate(std::move(left), done));
      continue;
    }
    WEIR_TRY(SqlNode right, parse_sum());
    left = operation(symbol->second, std::move(left), std::move(right));
  }
  return left;
}

// IS, IN, BETWEEN and LIKE behind their operand; `done`: none of them stands there.
Result<SqlNode> SqlParser::parse_predicate(SqlNode left, bool& done) {
  if (take_keyword("IS")) {
    const bool negated = take_keyword("NOT");
    WEIR_CHECK(expect_keyword("NULL"));
    SqlNode node = operation("is null", std::move(left));
    return negated ? operation("not", std::move(node)) : std::move(node);
  }
  const bool negated = take_keyword("NOT");
  SqlNode node;
  if (take_keyword("IN")) {
    WEIR_CHECK(expect("("));
    WEIR_TRY(std::vector<SqlNode> list, parse_list());
    if (list.empty()) {
      return cursor_.error("`IN ()` has nothing in it");
    }
    list.insert(list.begin(), std::move(left));
    node = call_of("in", std::move(list));
  } else if (take_keyword("BETWEEN")) {
    WEIR_TRY(SqlNode low, parse_sum());
    WEIR_CHECK(expect_keyword("AND"));
    WEIR_TRY(SqlNode high, parse_sum());
    node = operation("between", std::move(left), std::move(low), std::move(high));
  } else if (take_keyword("LIKE")) {
    WEIR_TRY(SqlNode pattern, parse_sum());
    node = operation("like", std::move(left), std::move(pattern));
  } else if (negated) {
    return cursor_.error("`IN`, `BETWEEN` or `LIKE` is expected behind `NOT`");
  } else {
    done = true;
    return left;
  }
  return negated ? operation("not", std::move(node)) : std::move(node);
}

Result<SqlNode> SqlParser::parse_sum() {
  WEIR_TRY(SqlNode left, parse_product());
  for (;;) {
    const bool plus = take_symbol("+");
    if (!plus && !take_symbol("-")) {
      return left;
    }
    if (take_keyword("INTERVAL")) {
      WEIR_TRY(left, parse_interval(plus ? "later" : "earlier", std::move(left)));
      continue;
    }
    WEIR_TRY(SqlNode right, parse_product());
    left = operation(plus ? "+" : "-", std::move(left), std::move(right));
  }
}

Result<SqlNode> SqlParser::parse_product() {
  WEIR_TRY(SqlNode left, parse_unary());
  for (;;) {
    const std::string_view name = take_symbol("*")      ? "*"
                                  : take_symbol("/")    ? "/"
                                  : take_symbol("%")    ? "%"
                                  : take_keyword("DIV") ? "div"
                                  : take_keyword("MOD") ? "%"
                                                        : "";
    if (name.empty()) {
      return left;
    }
    WEIR_TRY(SqlNode right, parse_unary());
    left = operation(name, std::move(left), std::move(right));
  }
}

Result<SqlNode> SqlParser::parse_unary() {
  cursor_.skip_blanks();
  const bool minus = cursor_.take("-");
  const bool negates = !minus && cursor_.peek() == '!' && !cursor_.starts_with("!=");
  if (!minus && !negates && !cursor_.take("+")) {
    return parse_primary();
  }
  if (negates) {
    cursor_.skip();
  }
  if (++depth_ > depth_max) {
    return cursor_.error("the expression is nested too deeply");
  }
  WEIR_TRY(SqlNode operand, parse_unary());
  --depth_;
  return minus     ? operation("minus", std::move(operand))
         : negates ? operation("not", std::move(operand))
                   : std::move(operand);
}

Result<Calculation> parse_calculation(TextCursor& cursor) {
  Calculation calculation;
  const std::size_t begin = cursor.at();
  WEIR_TRY(SqlNode root, SqlParser(cursor).parse());
  calculation.written = cursor.shown(begin, cursor.at());
  collect_mentions(root, calculation.mentions);
  calculation.root = std::make_shared<const SqlNode>(std::move(root));
  return calculation;
}

}  // namespace weir
