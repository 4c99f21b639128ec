// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "expr/sql_node.h"
#include "expr/text_cursor.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// Takes one `_function` apart by recursive descent, in MySQL's order of operators. Used by
// sql_parser.cpp only.
class SqlParser {
 public:
  explicit SqlParser(TextCursor& cursor) : cursor_(cursor) {}

  Result<SqlNode> parse() {
    WEIR_TRY(SqlNode node, parse_or());
    cursor_.skip_blanks();
    if (!cursor_.done()) {
      return cursor_.error("this is more than one expression");
    }
    return node;
  }

 private:
  // Behind the keyword, if it stands here.
  bool take_keyword(std::string_view keyword);
  bool take_symbol(std::string_view symbol);
  Result<void> expect(std::string_view symbol);
  Result<void> expect_keyword(std::string_view keyword);
  Result<std::vector<SqlNode>> parse_list();

  Result<SqlNode> parse_or();
  Result<SqlNode> parse_and();
  Result<SqlNode> parse_not();
  Result<SqlNode> parse_comparison();
  Result<SqlNode> parse_predicate(SqlNode left, bool& done);
  Result<SqlNode> parse_sum();
  Result<SqlNode> parse_product();
  Result<SqlNode> parse_unary();
  Result<SqlNode> parse_primary();
  Result<SqlNode> parse_number();
  Result<SqlNode> parse_word();
  Result<SqlNode> parse_call(const std::string& word, std::size_t begin);
  Result<SqlNode> parse_case();
  Result<SqlNode> parse_interval(std::string_view function, SqlNode time);
  Result<SqlNode> parse_interval_arguments(const SqlFunction& function);
  Result<std::string> parse_unit();

  static SqlNode call_of(std::string_view operation, std::vector<SqlNode> arguments);
  template <typename... Arguments>
  static SqlNode operation(std::string_view name, Arguments... arguments) {
    std::vector<SqlNode> list;
    (list.push_back(std::move(arguments)), ...);
    return call_of(name, std::move(list));
  }

  TextCursor& cursor_;
  int depth_ = 0;
};

}  // namespace weir
