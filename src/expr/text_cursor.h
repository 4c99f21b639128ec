// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "expr/expression.h"
#include "expr/template_options.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

// A place in the text of an underscore expression, moved on by what is taken. Spans that stand for
// themselves are data wherever they are: outside of quotes each of them is a text of its own.
class TextCursor {
 public:
  TextCursor(std::string_view text, const TemplateOptions& options, std::size_t at)
      : text_(text), options_(options), at_(at) {}

  bool done() const { return at_ >= text_.size(); }
  std::size_t at() const { return at_; }
  // The next character; 0 at the end, and where a literal span begins.
  char peek() const { return done() || in_span() ? '\0' : text_[at_]; }
  bool starts_with(std::string_view wanted) const {
    return !in_span() && text_.substr(at_).starts_with(wanted);
  }
  void skip(std::size_t count = 1) { at_ += count; }
  bool skip_blanks();  // whether there were any
  bool take(std::string_view wanted);

  // The rest of the literal span that begins here; empty: none does.
  std::string take_span();
  // Letters, digits and `_`; with `more`, also these characters.
  std::string take_word(std::string_view more = {});
  // 'text with {placeholders}', in either quote, with the escapes of MySQL. Precondition: it begins
  // with one.
  Result<Expression> take_quoted();
  // Precondition: a brace.
  Result<Expression> take_placeholder();

  // "at character 12: …"; at the place where the cursor is.
  tl::unexpected<Error> error(std::string_view what) const { return error_at(at_, what); }
  tl::unexpected<Error> error_at(std::size_t place, std::string_view what) const;
  // Of a part of the text, spans as ***.
  std::string shown(std::size_t from, std::size_t to) const;

 private:
  bool in_span() const { return span_end() > at_; }
  std::size_t span_end() const;  // of the span that the place is in; else 0
  void take_escape(std::string& text);

  std::string_view text_;
  const TemplateOptions& options_;
  std::size_t at_ = 0;
};

}  // namespace weir
