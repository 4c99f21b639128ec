// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir {

enum class SqlTokenKind : std::uint8_t {
  word,         // keyword or bare identifier
  quoted,       // `identifier`
  text,         // 'literal' or "literal" (an identifier under ANSI_QUOTES)
  number,       // 12.5, 0x1F
  placeholder,  // :name
  question,     // ?
  symbol,       // one byte of anything else
  unclosed,     // a literal, quoted identifier or comment that never ends; the last token
  end,
};

struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::end;
  std::size_t offset = 0;
  std::size_t length = 0;
};

// Cuts a statement of MySQL or MariaDB into tokens. Comments are skipped, but the inside of the
// executable ones (/*! … */, /*M! … */) is read as the server reads it. Any bytes are accepted.
class SqlLexer {
 public:
  // `backslash_escapes`: false under sql_mode NO_BACKSLASH_ESCAPES.
  SqlLexer(std::string_view sql, bool backslash_escapes)
      : sql_(sql), backslash_escapes_(backslash_escapes) {}

  SqlToken next();

 private:
  bool skip_blank();  // false: a comment does not end
  SqlToken quoted(char quote, SqlTokenKind kind);
  std::size_t end_of_name(std::size_t from) const;
  char at(std::size_t index) const { return index < sql_.size() ? sql_[index] : '\0'; }

  std::string_view sql_;
  bool backslash_escapes_;
  bool executable_comment_ = false;
  std::size_t place_ = 0;
};

}  // namespace weir
