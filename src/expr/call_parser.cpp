// SPDX-License-Identifier: Apache-2.0
#include "expr/call_parser.h"

#include "core/decimal.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

constexpr std::string_view in_names = ".-$#";

std::string lower_word(std::string word) {
  for (char& letter : word) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  }
  return word;
}

Result<void> take_keyword(TextCursor& cursor, std::string_view keyword) {
  cursor.skip_blanks();
  const std::size_t begin = cursor.at();
  if (lower_word(cursor.take_word()) != keyword) {
    return cursor.error_at(
        begin, fmt::format("`{}` is expected; write it as in `_findCollection find FNumber from "
                           "customers where name={{{{name}}}}`",
                           keyword));
  }
  return {};
}

Result<std::string> take_name(TextCursor& cursor, std::string_view what) {
  cursor.skip_blanks();
  std::string name = cursor.take_word(in_names);
  if (name.empty()) {
    return cursor.error(fmt::format("the name of {} is expected", what));
  }
  return name;
}

Result<Expression> take_value(TextCursor& cursor) {
  if (cursor.peek() == '{') {
    return cursor.take_placeholder();
  }
  if (cursor.peek() == '\'' || cursor.peek() == '"') {
    return cursor.take_quoted();
  }
  std::string text = cursor.take_span();
  if (text.empty()) {
    text = cursor.take_word(".-+");
  }
  return text.empty() ? Result<Expression>(cursor.error("a value is expected"))
                      : Expression{Literal{std::move(text)}};
}

Result<Expression> take_argument(TextCursor& cursor) {
  const std::size_t begin = cursor.at();
  const char first = cursor.peek();
  if (first == '{' || first == '\'' || first == '"' || first == '\0') {
    return take_value(cursor);
  }
  const std::string word = cursor.take_word(".-+");
  const std::string lower = lower_word(word);
  if (lower == "true" || lower == "false") {
    return Expression{Literal{lower == "true"}};
  }
  if (lower == "null") {
    return Expression{Literal{}};
  }
  const auto json = parse_json(word);
  if (json && json->number() != nullptr) {
    return Expression{Literal{*json}};
  }
  return cursor.error_at(begin,
                         "an argument is a placeholder, a text in quotes, a number, true, false "
                         "or null");
}

}  // namespace

Result<Collection> parse_collection(TextCursor& cursor) {
  Collection collection;
  WEIR_CHECK(take_keyword(cursor, "find"));
  WEIR_TRY(collection.field, take_name(cursor, "the field to find"));
  WEIR_CHECK(take_keyword(cursor, "from"));
  WEIR_TRY(collection.pipeline, take_name(cursor, "a pipeline"));
  WEIR_CHECK(take_keyword(cursor, "where"));
  for (;;) {
    cursor.skip_blanks();
    if (cursor.take("_endFind") || cursor.done()) {
      break;
    }
    WEIR_TRY(std::string name, take_name(cursor, "a field"));
    if (!collection.where.empty() && lower_word(name) == "and") {
      WEIR_TRY(name, take_name(cursor, "a field"));
    }
    cursor.skip_blanks();
    if (!cursor.take("=")) {
      return cursor.error(fmt::format("`=` is expected behind `{}`", name));
    }
    cursor.skip_blanks();
    WEIR_TRY(Expression value, take_value(cursor));
    collection.where.emplace_back(std::move(name), std::move(value));
  }
  if (collection.where.empty()) {
    return cursor.error("a condition is expected behind `where`, as in `name={{name}}`");
  }
  return collection;
}

Result<LuaCall> parse_lua_call(TextCursor& cursor) {
  LuaCall call;
  WEIR_TRY(call.function, take_name(cursor, "a function"));
  cursor.skip_blanks();
  if (!cursor.take("(")) {
    return cursor.error("`(` is expected; write it as in `_lua name({a}, 'b')`");
  }
  cursor.skip_blanks();
  if (cursor.take(")")) {
    return call;
  }
  for (;;) {
    cursor.skip_blanks();
    WEIR_TRY(Expression argument, take_argument(cursor));
    call.arguments.push_back(std::move(argument));
    cursor.skip_blanks();
    if (cursor.take(")")) {
      return call;
    }
    if (!cursor.take(",")) {
      return cursor.error("`,` or `)` is expected");
    }
  }
}

}  // namespace weir
