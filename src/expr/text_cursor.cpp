// SPDX-License-Identifier: Apache-2.0
#include "expr/text_cursor.h"

#include "core/excerpt.h"
#include "expr/placeholder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t shown_max = 80;

bool is_word_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_';
}

void end_literal(std::string& literal, std::vector<Expression>& parts) {
  if (!literal.empty()) {
    parts.push_back({Literal{std::exchange(literal, {})}});
  }
}

}  // namespace

std::size_t TextCursor::span_end() const {
  for (const TextSpan& span : options_.literal) {
    if (at_ >= span.offset && at_ < span.offset + span.length) {
      return span.offset + span.length;
    }
  }
  return 0;
}

bool TextCursor::skip_blanks() {
  const std::size_t before = at_;
  while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') {
    ++at_;
  }
  return at_ > before;
}

bool TextCursor::take(std::string_view wanted) {
  if (!starts_with(wanted)) {
    return false;
  }
  at_ += wanted.size();
  return true;
}

std::string TextCursor::take_span() {
  const std::size_t end = std::min(span_end(), text_.size());
  if (end <= at_) {
    return {};
  }
  return std::string(text_.substr(std::exchange(at_, end), end - at_));
}

std::string TextCursor::take_word(std::string_view more) {
  std::string word;
  while (is_word_letter(peek()) || static_cast<unsigned char>(peek()) >= 0x80 ||
         (peek() != '\0' && more.find(peek()) != std::string_view::npos)) {
    word += text_[at_++];
  }
  return word;
}

void TextCursor::take_escape(std::string& text) {
  skip();
  const char letter = peek();
  if (letter == '\0') {
    text += '\\';
    return;
  }
  skip();
  switch (letter) {
    case 'n':
      text += '\n';
      break;
    case 'r':
      text += '\r';
      break;
    case 't':
      text += '\t';
      break;
    case '%':
    case '_':  // stay escaped, for LIKE
      text += '\\';
      text += letter;
      break;
    default:
      text += letter;
  }
}

Result<Expression> TextCursor::take_quoted() {
  const std::size_t begin = at_;
  const std::string quote(1, text_[at_]);
  std::string literal;
  std::vector<Expression> parts;
  skip();
  while (!done()) {
    if (in_span()) {
      literal += take_span();
    } else if (peek() == '\\') {
      take_escape(literal);
    } else if (take(quote + quote)) {
      literal += quote;
    } else if (take(quote)) {
      if (parts.empty()) {
        return Expression{Literal{std::move(literal)}};
      }
      end_literal(literal, parts);
      return Expression{Concatenation{std::move(parts)}};
    } else if (peek() == '{') {
      auto found = parse_placeholder(text_.substr(at_), options_.shape);
      if (!found) {
        return error(found.error().message);
      }
      if (!found->reference) {
        literal += '{';
        skip();
        continue;
      }
      end_literal(literal, parts);
      parts.push_back({std::move(*found->reference)});
      skip(found->length);
    } else {
      literal += text_[at_++];
    }
  }
  return error_at(begin, "the quote is not closed");
}

Result<Expression> TextCursor::take_placeholder() {
  auto found = parse_placeholder(text_.substr(at_), options_.shape);
  if (!found) {
    return error(found.error().message);
  }
  if (!found->reference) {
    return error("a name is expected between the braces, as in `{{x}}`");
  }
  skip(found->length);
  return Expression{std::move(*found->reference)};
}

tl::unexpected<Error> TextCursor::error_at(std::size_t place, std::string_view what) const {
  const std::string_view before = text_.substr(0, std::min(place, text_.size()));
  const auto character = std::count_if(before.begin(), before.end(), [](char letter) {
    return (static_cast<unsigned char>(letter) & 0xC0U) != 0x80U;
  });
  return fail(ErrorKind::invalid_config,
              fmt::format("`{}`: at character {}: {}", excerpt(shown(0, text_.size()), shown_max),
                          character + 1, what));
}

std::string TextCursor::shown(std::size_t from, std::size_t to) const {
  if (options_.secret) {
    return " ***";
  }
  std::string text;
  std::size_t at = from;
  for (const TextSpan& span : options_.literal) {
    if (span.offset >= at && span.offset < to && span.length > 0) {
      text += text_.substr(at, span.offset - at);
      text += "***";
      at = span.offset + span.length;
    }
  }
  return at < to ? text.append(text_.substr(at, to - at)) : text;
}

}  // namespace weir
