// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/statement.h"

#include "connectors/mysql/sql_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace weir {
namespace {

std::string upper(std::string_view word) {
  std::string text(word);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return text;
}

// Reads a statement's tokens once, forward.
class StatementParser {
 public:
  StatementParser(std::string_view sql, std::vector<SqlToken> tokens)
      : sql_(sql), tokens_(std::move(tokens)) {}

  MysqlStatement parse() {
    classify();
    split();
    return std::move(statement_);
  }

 private:
  const SqlToken& token() const { return tokens_[next_]; }
  std::string_view text(const SqlToken& token) const {
    return sql_.substr(token.offset, token.length);
  }
  bool is_word(std::string_view word) const {
    return token().kind == SqlTokenKind::word && upper(text(token())) == word;
  }
  bool is_symbol(char symbol) const {
    return token().kind == SqlTokenKind::symbol && sql_[token().offset] == symbol;
  }
  bool accept_word(std::string_view word) { return is_word(word) && advance(); }
  bool accept_symbol(char symbol) { return is_symbol(symbol) && advance(); }
  bool advance() {
    if (token().kind != SqlTokenKind::end) {
      ++next_;
    }
    return true;
  }

  std::optional<std::string> name();
  bool table_name();
  bool column_list(std::vector<std::string>& names);
  bool skip_group();
  void classify();
  void classify_insert();
  void look_for_update();
  void values(std::vector<std::string> columns);
  bool value_group(std::vector<std::string>& parameters);
  bool tail();
  void split();

  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t next_ = 0;
  std::size_t group_begin_ = 0;
  std::size_t group_end_ = 0;
  MysqlStatement statement_;
};

std::optional<std::string> StatementParser::name() {
  const SqlToken found = token();
  const std::string_view raw = text(found);
  if (found.kind == SqlTokenKind::word) {
    advance();
    return std::string(raw);
  }
  if (found.kind != SqlTokenKind::quoted) {
    return std::nullopt;
  }
  advance();
  std::string plain;
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    plain += raw[i];
    i += raw[i] == '`' ? 1 : 0;
  }
  return plain;
}

bool StatementParser::table_name() {
  auto first = name();
  if (!first) {
    return false;
  }
  statement_.table = std::move(*first);
  if (accept_symbol('.')) {
    auto second = name();
    if (!second) {
      statement_.table.clear();
      return false;
    }
    statement_.schema = std::exchange(statement_.table, std::move(*second));
  }
  return true;
}

bool StatementParser::column_list(std::vector<std::string>& names) {
  while (!accept_symbol(')')) {
    auto column = name();
    while (column && accept_symbol('.')) {
      column = name();
    }
    if (!column) {
      return false;
    }
    names.push_back(std::move(*column));
    if (!accept_symbol(',') && !is_symbol(')')) {
      return false;
    }
  }
  return true;
}

// From behind an opening bracket to behind its closing one.
bool StatementParser::skip_group() {
  for (int depth = 1; depth > 0; advance()) {
    if (token().kind == SqlTokenKind::end) {
      return false;
    }
    depth += is_symbol('(') ? 1 : is_symbol(')') ? -1 : 0;
  }
  return true;
}

void StatementParser::classify() {
  if (accept_word("INSERT")) {
    statement_.verb = StatementVerb::insert;
    look_for_update();
    classify_insert();
  } else if (accept_word("REPLACE")) {
    statement_.verb = StatementVerb::replace;
    classify_insert();
  } else if (accept_word("UPDATE")) {
    statement_.verb = StatementVerb::update;
    while (accept_word("LOW_PRIORITY") || accept_word("IGNORE")) {
    }
    if (table_name() && !is_word("SET")) {
      statement_.table.clear();  // several tables, or an alias
    }
  } else if (accept_word("DELETE")) {
    statement_.verb = StatementVerb::remove;
    while (accept_word("LOW_PRIORITY") || accept_word("QUICK") || accept_word("IGNORE")) {
    }
    if (accept_word("FROM") && table_name() && !is_word("WHERE")) {
      statement_.table.clear();
    }
  } else {
    // What can stand inside a transaction is named; everything else may commit by itself.
    static constexpr std::string_view harmless[] = {"WITH", "SELECT", "DO", "VALUES"};
    statement_.commits_itself = std::none_of(std::begin(harmless), std::end(harmless),
                                             [&](std::string_view word) { return is_word(word); });
  }
}

void StatementParser::classify_insert() {
  for (;;) {
    if (accept_word("IGNORE")) {
      statement_.ignores_faults = true;
    } else if (!accept_word("LOW_PRIORITY") && !accept_word("DELAYED") &&
               !accept_word("HIGH_PRIORITY")) {
      break;
    }
  }
  accept_word("INTO");
  if (!table_name()) {
    return;
  }
  if (accept_word("PARTITION") && accept_symbol('(') && !skip_group()) {
    return;
  }
  std::vector<std::string> columns;
  if (accept_symbol('(') && !column_list(columns)) {
    return;
  }
  if (accept_word("VALUES") || accept_word("VALUE")) {
    values(std::move(columns));
    return;
  }
  for (std::string& column : columns) {
    statement_.columns.push_back({std::move(column), {}});
  }
}

// Wherever it stands: behind VALUES, SET or a SELECT.
void StatementParser::look_for_update() {
  for (std::size_t i = next_; i + 1 < tokens_.size(); ++i) {
    const auto is = [&](const SqlToken& each, std::string_view word) {
      return each.kind == SqlTokenKind::word && upper(text(each)) == word;
    };
    if (is(tokens_[i], "ON") && is(tokens_[i + 1], "DUPLICATE")) {
      statement_.updates_on_duplicate = true;
    }
  }
}

void StatementParser::values(std::vector<std::string> columns) {
  group_begin_ = token().offset;
  std::vector<std::string> parameters;
  const bool whole = value_group(parameters);
  group_end_ = whole ? tokens_[next_ - 1].offset + 1 : 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    statement_.columns.push_back(
        {std::move(columns[i]), i < parameters.size() ? parameters[i] : std::string()});
  }
  if (!whole || is_symbol(',')) {
    return;  // several groups: one record makes several rows
  }
  const bool bound_tail =
      std::any_of(tokens_.begin() + static_cast<std::ptrdiff_t>(next_), tokens_.end(),
                  [](const SqlToken& each) { return each.kind == SqlTokenKind::placeholder; });
  if (tail()) {
    // A group that an executable comment reaches into cannot be repeated as it stands.
    const bool commented =
        sql_.find("/*!") != std::string_view::npos || sql_.find("/*M!") != std::string_view::npos;
    statement_.batching = bound_tail || commented ? Batching::array : Batching::multi_row;
  }
}

// One (…) with the placeholder of each value that is nothing else.
bool StatementParser::value_group(std::vector<std::string>& parameters) {
  if (!accept_symbol('(')) {
    return false;
  }
  std::string lone;
  std::size_t count = 0;
  for (int depth = 1; token().kind != SqlTokenKind::end; advance()) {
    const bool ends = depth == 1 && (is_symbol(')') || is_symbol(','));
    if (ends) {
      parameters.push_back(count == 1 ? lone : std::string());
      lone.clear();
      count = 0;
      if (accept_symbol(')')) {
        return true;
      }
      continue;
    }
    depth += is_symbol('(') ? 1 : is_symbol(')') ? -1 : 0;
    ++count;
    lone = token().kind == SqlTokenKind::placeholder ? text(token()).substr(1) : "";
  }
  return false;
}

// What may stand behind the group without binding it to one row.
bool StatementParser::tail() {
  if (accept_word("AS")) {  // MySQL's row alias: AS new [(columns)]
    if (!name() || (accept_symbol('(') && !skip_group())) {
      return false;
    }
  }
  if (accept_word("ON")) {
    while (token().kind != SqlTokenKind::end && !is_word("RETURNING") && !is_symbol(';')) {
      advance();
    }
  }
  accept_symbol(';');
  return token().kind == SqlTokenKind::end;
}

void StatementParser::split() {
  std::size_t from = 0;
  std::size_t last_piece = 0;
  std::size_t text_end = 0;
  for (const SqlToken& each : tokens_) {
    if (each.kind == SqlTokenKind::placeholder) {
      statement_.pieces.emplace_back(sql_.substr(from, each.offset - from));
      statement_.parameters.emplace_back(text(each).substr(1));
      from = each.offset + each.length;
      last_piece = from;
    }
    const bool closing = each.kind == SqlTokenKind::symbol && sql_[each.offset] == ';';
    if (each.kind != SqlTokenKind::end && !closing) {
      text_end = each.offset + each.length;
    }
  }
  statement_.pieces.emplace_back(sql_.substr(from, text_end - from));
  if (statement_.parameters.empty()) {
    statement_.batching = Batching::none;
  }
  if (statement_.batching != Batching::multi_row) {
    return;
  }
  if (statement_.pieces.front().size() <= group_begin_) {
    statement_.batching = Batching::array;  // a placeholder before the group
    return;
  }
  statement_.group_begin = group_begin_;
  statement_.group_end = group_end_ - last_piece;
}

tl::unexpected<Error> fault_at(std::size_t offset, std::string_view what) {
  return fail(ErrorKind::invalid_config, fmt::format("{} (at byte {})", what, offset));
}

}  // namespace

std::string MysqlStatement::prepared() const {
  std::string text = pieces.front();
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    text += '?';
    text += pieces[i];
  }
  return text;
}

Result<MysqlStatement> parse_statement(std::string_view sql, bool backslash_escapes) {
  SqlLexer lexer(sql, backslash_escapes);
  std::vector<SqlToken> tokens;
  bool closed = false;
  for (;;) {
    const SqlToken token = lexer.next();
    if (token.kind == SqlTokenKind::unclosed) {
      return fault_at(token.offset, "a literal, a quoted name or a comment begins but never ends");
    }
    if (token.kind == SqlTokenKind::question) {
      return fault_at(token.offset, "`?` stands for nothing here; write a named one such as `:id`");
    }
    tokens.push_back(token);
    if (token.kind == SqlTokenKind::end) {
      break;
    }
    if (closed) {
      return fault_at(token.offset, "a second statement begins; only one can be executed");
    }
    closed = token.kind == SqlTokenKind::symbol && sql[token.offset] == ';';
  }
  if (tokens.size() < (closed ? 3U : 2U)) {
    return fail(ErrorKind::invalid_config, "there is no statement");
  }
  return StatementParser(sql, std::move(tokens)).parse();
}

}  // namespace weir
