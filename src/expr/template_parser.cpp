// SPDX-License-Identifier: Apache-2.0
#include "expr/template_parser.h"

#include "expr/call_parser.h"
#include "expr/placeholder.h"
#include "expr/sql_parser.h"
#include "expr/text_cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

// The underscore word that a text begins with; empty: none.
std::string_view underscore_word(std::string_view text) {
  constexpr std::array<std::string_view, 5> words = {"_function", "_findCollection", "_mongoQuery",
                                                     "_lua", "_endFind"};
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(start == std::string_view::npos ? text.size() : start);
  for (const std::string_view word : words) {
    const bool ends = text.size() == word.size() ||
                      (text.size() > word.size() && !is_name_part(text[word.size()]));
    if (text.substr(0, word.size()) == word && ends) {
      return word;
    }
  }
  return {};
}

template <typename Parsed>
Result<Expression> whole(Parsed parsed, TextCursor& cursor) {
  if (!parsed) {
    return tl::unexpected(std::move(parsed).error());
  }
  cursor.skip_blanks();
  return cursor.done() ? Result<Expression>(Expression{std::move(*parsed)})
                       : cursor.error("nothing more is expected here");
}

Result<Expression> parse_underscore(std::string_view word, std::string_view text,
                                    const TemplateOptions& options) {
  TextCursor cursor(text, options, 0);
  if (text.front() != '_') {
    return cursor.error(fmt::format("`{}` must stand at the very beginning", word));
  }
  cursor.skip(word.size());
  if (word == "_function") {
    return whole(parse_calculation(cursor), cursor);
  }
  if (word == "_findCollection") {
    return whole(parse_collection(cursor), cursor);
  }
  if (word == "_lua") {
    return whole(parse_lua_call(cursor), cursor);
  }
  return fail(
      ErrorKind::invalid_config,
      word == "_endFind"
          ? "`_endFind` ends no `_findCollection`"
          : fmt::format("`{}` is known by name only, so this value cannot be worked out; "
                        "use `_findCollection find FIELD from PIPELINE where NAME={{{{x}}}}`",
                        word));
}

// Collects what a text is made of.
class Parts {
 public:
  void add_literal(std::string_view text) { literal_ += text; }

  void add(Reference reference) {
    end_literal();
    parts_.push_back({std::move(reference)});
  }

  Expression take() {
    end_literal();
    if (parts_.empty()) {
      return Expression{Literal{std::string()}};
    }
    if (parts_.size() == 1) {
      return std::move(parts_.front());
    }
    return Expression{Concatenation{std::move(parts_)}};
  }

 private:
  void end_literal() {
    if (!literal_.empty()) {
      parts_.push_back({Literal{std::exchange(literal_, {})}});
    }
  }

  std::vector<Expression> parts_;
  std::string literal_;
};

Result<void> parse_text(std::string_view text, const RecordShape* shape, Parts& parts) {
  while (!text.empty()) {
    const std::size_t brace = text.find('{');
    parts.add_literal(text.substr(0, brace));
    text.remove_prefix(std::min(brace, text.size()));
    if (text.empty()) {
      break;
    }
    WEIR_TRY(Placeholder found, parse_placeholder(text, shape));
    if (!found.reference) {
      parts.add_literal("{");
      text.remove_prefix(1);
      continue;
    }
    parts.add(std::move(*found.reference));
    text.remove_prefix(found.length);
  }
  return {};
}

}  // namespace

Result<Expression> parse_template(std::string_view text, const TemplateOptions& options) {
  if (options.literal.empty() || options.literal.front().offset > 0) {
    const std::string_view word = underscore_word(text);
    if (!word.empty()) {
      return parse_underscore(word, text, options);
    }
  }
  Parts parts;
  std::size_t at = 0;
  for (const TextSpan& span : options.literal) {
    WEIR_CHECK(parse_text(text.substr(at, span.offset - at), options.shape, parts));
    parts.add_literal(text.substr(span.offset, span.length));
    at = span.offset + span.length;
  }
  WEIR_CHECK(parse_text(text.substr(at), options.shape, parts));
  return parts.take();
}

}  // namespace weir
