// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ascii.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace weir {

// Goes through a JSON text token by token: brackets, colons, commas, texts, numbers and literals.
// simdjson's first stage finds where each of them begins, and has seen then that the text is UTF-8
// and that its strings end and hold no control characters. The rest of the grammar is checked as
// one goes. For the .cpp files that walk JSON. One thread.
class JsonCursor {
 public:
  // Stands at the first token then. The text outlives the cursor's use of it, and SIMDJSON_PADDING
  // bytes behind it can be read. Errors: simdjson's; EMPTY: there is no token.
  simdjson::error_code begin(std::string_view json);

  // The first byte of the next token, which tells its kind. '\0': there is none.
  char next() const { return at_ != end_ ? json_[*at_] : '\0'; }
  bool at_end() const { return at_ == end_; }
  // Where the next token begins; at the end, where the text ends.
  const char* position() const { return json_ + *at_; }
  // What stands between a token that was passed and the next, without the blanks before that.
  std::string_view passed(const char* begin) const {
    return without_tail_blanks(begin, position());
  }
  // The next token, a text in its quotes, a number or a literal. Not at the end.
  std::string_view token() const { return without_tail_blanks(position(), json_ + at_[1]); }
  // Whether the next token is a text that stands in JSON as it is.
  bool is_plain_text() { return next() == '"' && !holds_escape(token()); }

  // Calls visit() for each member of the object, or item of the list, that comes next, until one
  // gives an error, which is returned. It begins at the member's name or at the item, and passes
  // the whole of it.
  template <typename Visit>
  simdjson::error_code each_member(const Visit& visit) {
    return each('{', '}', visit);
  }
  template <typename Visit>
  simdjson::error_code each_item(const Visit& visit) {
    return each('[', ']', visit);
  }

  // These pass what they read; an error says that something else comes. Texts are valid as long as
  // the JSON, those with escapes until the next begin().
  simdjson::error_code read_name(std::string_view& out) {  // and its colon
    const auto error = read_text(out);
    return error || take(':') ? error : simdjson::TAPE_ERROR;
  }
  simdjson::error_code read_text(std::string_view& out) {
    if (next() != '"') {
      return simdjson::TAPE_ERROR;
    }
    const std::string_view token = this->token();
    ++at_;
    out = token.substr(1, token.size() - 2);
    return holds_escape(token) ? unescape(out) : simdjson::SUCCESS;
  }
  simdjson::error_code read_number(std::string_view& out);  // its digits
  simdjson::error_code read_boolean(bool& out);
  simdjson::error_code read_null();
  // Of a list or an object only the brackets are looked at, of anything else nothing.
  simdjson::error_code pass_value() {
    switch (next()) {
      case '{':
      case '[':
        return pass_brackets();
      case '}':
      case ']':
      case ':':
      case ',':
      case '\0':
        return simdjson::TAPE_ERROR;
      default:
        ++at_;
        return simdjson::SUCCESS;
    }
  }

 private:
  // Most tokens have none behind them.
  static std::string_view without_tail_blanks(const char* begin, const char* end) {
    while (end != begin && is_blank(end[-1])) {
      --end;
    }
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  bool take(char token) {
    const bool is_next = next() == token;
    at_ += is_next ? 1 : 0;
    return is_next;
  }

  template <typename Visit>
  simdjson::error_code each(char open, char close, const Visit& visit) {
    if (!take(open)) {
      return simdjson::INCORRECT_TYPE;
    }
    if (take(close)) {
      return simdjson::SUCCESS;
    }
    do {
      if (const auto error = visit()) {
        return error;
      }
    } while (take(','));
    return take(close) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
  }

  bool holds_escape(std::string_view token) {
    if (escape_ < token.data()) {
      escape_ = find_escape(token.data());
    }
    return escape_ < token.data() + token.size();
  }
  simdjson::error_code pass_brackets();
  const char* find_escape(const char* from) const;
  simdjson::error_code unescape(std::string_view& text);
  simdjson::error_code make_room(std::size_t bytes);

  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
  const char* json_ = nullptr;
  const std::uint32_t* at_ = nullptr;   // the next token's offset
  const std::uint32_t* end_ = nullptr;  // behind the last; it holds the text's length
  const char* escape_ = nullptr;        // the first backslash that is not passed yet, or the end
  std::unique_ptr<std::uint8_t[]> unescaped_;  // made for the first text that has escapes
  std::uint8_t* unescaped_end_ = nullptr;
};

}  // namespace weir
