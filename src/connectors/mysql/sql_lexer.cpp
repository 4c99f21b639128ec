// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/sql_lexer.h"

#include "core/ascii.h"

namespace weir {
namespace {

bool is_sql_blank(char c) { return is_blank(c) || c == '\v' || c == '\f'; }

// Bytes from 0x80 on are letters to the server: names may be Chinese.
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_name(char c) { return is_name_start(c) || is_digit(c) || c == '$'; }

}  // namespace

std::size_t SqlLexer::end_of_name(std::size_t from) const {
  while (from < sql_.size() && is_name(sql_[from])) {
    ++from;
  }
  return from;
}

bool SqlLexer::skip_blank() {
  for (;;) {
    if (place_ < sql_.size() && is_sql_blank(sql_[place_])) {
      ++place_;
      continue;
    }
    const char first = at(place_);
    const char second = at(place_ + 1);
    const char third = at(place_ + 2);
    const bool dashes = first == '-' && second == '-' &&
                        (place_ + 2 >= sql_.size() || is_sql_blank(third) || third == '\0');
    if (first == '#' || dashes) {
      const std::size_t line_end = sql_.find('\n', place_);
      place_ = line_end == std::string_view::npos ? sql_.size() : line_end;
    } else if (first == '/' && second == '*' &&
               (third == '!' || (third == 'M' && at(place_ + 3) == '!'))) {
      executable_comment_ = true;
      place_ += third == '!' ? 3 : 4;
      while (is_digit(at(place_))) {
        ++place_;
      }
    } else if (first == '*' && second == '/' && executable_comment_) {
      executable_comment_ = false;
      place_ += 2;
    } else if (first == '/' && second == '*') {
      const std::size_t comment_end = sql_.find("*/", place_ + 2);
      if (comment_end == std::string_view::npos) {
        return false;
      }
      place_ = comment_end + 2;
    } else {
      return true;
    }
  }
}

SqlToken SqlLexer::quoted(char quote, SqlTokenKind kind) {
  const std::size_t start = place_++;
  while (place_ < sql_.size()) {
    const char c = sql_[place_];
    if (c == '\\' && quote != '`' && backslash_escapes_) {
      place_ += 2;
    } else if (c == quote && at(place_ + 1) == quote) {
      place_ += 2;
    } else if (c == quote) {
      ++place_;
      return {kind, start, place_ - start};
    } else {
      ++place_;
    }
  }
  place_ = sql_.size();
  return {SqlTokenKind::unclosed, start, place_ - start};
}

SqlToken SqlLexer::next() {
  if (!skip_blank()) {
    const std::size_t start = place_;
    place_ = sql_.size();
    return {SqlTokenKind::unclosed, start, place_ - start};
  }
  const std::size_t start = place_;
  if (start >= sql_.size()) {
    return executable_comment_ ? SqlToken{SqlTokenKind::unclosed, start, 0}
                               : SqlToken{SqlTokenKind::end, start, 0};
  }
  const char c = sql_[start];
  if (c == '\'' || c == '"') {
    return quoted(c, SqlTokenKind::text);
  }
  if (c == '`') {
    return quoted(c, SqlTokenKind::quoted);
  }
  SqlTokenKind kind = SqlTokenKind::symbol;
  std::size_t end = start + 1;
  if (c == ':' && is_name_start(at(start + 1))) {
    kind = SqlTokenKind::placeholder;
    end = end_of_name(start + 1);
  } else if (is_name_start(c)) {
    kind = SqlTokenKind::word;
    end = end_of_name(start);
  } else if (is_digit(c)) {
    kind = SqlTokenKind::number;
    end = end_of_name(start);
  } else if (c == '?') {
    kind = SqlTokenKind::question;
  }
  place_ = end;
  return {kind, start, end - start};
}

}  // namespace weir
