// SPDX-License-Identifier: Apache-2.0
#include "expr/template_parser.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

bool is_name_start(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<unsigned char>(letter) >= 0x80;
}

bool is_name_part(char letter) {
  return is_name_start(letter) || (letter >= '0' && letter <= '9') || letter == '.' ||
         letter == '-' || letter == '$' || letter == '#';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) {
    return {};
  }
  return text.substr(start, text.find_last_not_of(' ') - start + 1);
}

std::size_t name_length(std::string_view text) {
  std::size_t length = !text.empty() && is_name_start(text[0]) ? 1 : 0;
  while (length > 0 && length < text.size() && is_name_part(text[length])) {
    ++length;
  }
  return length;
}

// "a|b('x')|c" at the pipes that stand outside of quotes.
std::vector<std::string_view> split_pipes(std::string_view text) {
  std::vector<std::string_view> parts;
  char quote = '\0';
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quote != '\0') {
      quote = text[at] == quote ? '\0' : quote;
    } else if (text[at] == '\'' || text[at] == '"') {
      quote = text[at];
    } else if (text[at] == '|') {
      parts.push_back(trimmed(text.substr(start, at - start)));
      start = at + 1;
    }
  }
  parts.push_back(trimmed(text.substr(start)));
  return parts;
}

// "name", "name:argument", "name('a','b')".
std::optional<Pipe> parse_pipe(std::string_view text) {
  const std::size_t length = name_length(text);
  if (length == 0) {
    return std::nullopt;
  }
  Pipe pipe{std::string(text.substr(0, length)), {}};
  std::string_view rest = trimmed(text.substr(length));
  if (rest.empty()) {
    return pipe;
  }
  const bool enclosed = rest.front() == '(' && rest.back() == ')';
  if (rest.front() != ':' && !enclosed) {
    return std::nullopt;
  }
  rest = trimmed(enclosed ? rest.substr(1, rest.size() - 2) : rest.substr(1));
  std::string argument;
  char quote = '\0';
  for (const char letter : rest) {
    if (quote != '\0' ? letter == quote : letter == '\'' || letter == '"') {
      quote = quote != '\0' ? '\0' : letter;
    } else if (letter == ',' && quote == '\0') {
      pipe.arguments.push_back(std::exchange(argument, {}));
    } else {
      argument += letter;
    }
  }
  pipe.arguments.push_back(std::move(argument));
  return pipe;
}

std::optional<Reference> parse_reference(std::string_view inside) {
  const std::vector<std::string_view> parts = split_pipes(inside);
  const std::string_view name = parts.front();
  if (name.empty() || name_length(name) != name.size()) {
    return std::nullopt;
  }
  Reference reference{std::string(name), {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::optional<Pipe> pipe = parse_pipe(parts[i]);
    if (!pipe) {
      return std::nullopt;
    }
    reference.pipes.push_back(std::move(*pipe));
  }
  return reference;
}

struct Placeholder {
  std::optional<Reference> reference;  // nothing: a brace that opens no name
  std::size_t length = 0;              // of the whole, braces included
};

std::string shown(std::string_view text) {
  return std::string(text.substr(0, std::min<std::size_t>(text.size(), 60)));
}

// `text` starts with "{{".
Result<Placeholder> parse_double(std::string_view text) {
  const std::size_t closing = text.find("}}");
  const std::string_view inside =
      text.substr(2, closing == std::string_view::npos ? closing : closing - 2);
  if (closing != std::string_view::npos) {
    if (std::optional<Reference> reference = parse_reference(trimmed(inside))) {
      return Placeholder{std::move(reference), closing + 2};
    }
  }
  const std::size_t length = name_length(trimmed(inside));
  if (length == 0) {
    return Placeholder{};
  }
  return fail(
      ErrorKind::invalid_config,
      fmt::format("`{}` is no placeholder: write `{{{{{}}}}}`, with nothing but a name "
                  "between the braces",
                  shown(closing == std::string_view::npos ? text : text.substr(0, closing + 2)),
                  trimmed(inside).substr(0, length)));
}

// `text` starts with "{", and not with "{{name".
Placeholder parse_single(std::string_view text) {
  const std::size_t closing = text.find('}');
  if (closing == std::string_view::npos || !is_name_start(text.size() > 1 ? text[1] : ' ')) {
    return {};
  }
  const std::string_view inside = text.substr(1, closing - 1);
  if (inside.find('|') == std::string_view::npos && name_length(inside) != inside.size()) {
    return {};
  }
  return {parse_reference(inside), closing + 1};
}

Result<void> refuse_underscore_words(std::string_view text) {
  constexpr std::array<std::string_view, 5> words = {"_function", "_findCollection", "_mongoQuery",
                                                     "_lua", "_endFind"};
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(start == std::string_view::npos ? text.size() : start);
  for (const std::string_view word : words) {
    const bool ends = text.size() == word.size() ||
                      (text.size() > word.size() && !is_name_part(text[word.size()]));
    if (text.substr(0, word.size()) == word && ends) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`{}` is not available yet, so this value cannot be worked out; use "
                              "a placeholder or a fixed value",
                              word));
    }
  }
  return {};
}

Result<void> refuse_pipes(const Reference& reference) {
  if (reference.pipes.empty()) {
    return {};
  }
  return fail(ErrorKind::invalid_config,
              fmt::format("`{{{{{}|{}}}}}`: pipes are not available yet; let `formatResponse` make "
                          "the form that is wanted, and name its `new` here",
                          reference.name, reference.pipes.front().name));
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

Result<void> parse_text(std::string_view text, Parts& parts) {
  while (!text.empty()) {
    const std::size_t brace = text.find('{');
    parts.add_literal(text.substr(0, brace));
    text.remove_prefix(std::min(brace, text.size()));
    if (text.empty()) {
      break;
    }
    Placeholder found;
    if (text.substr(0, 2) == "{{") {
      WEIR_TRY(found, parse_double(text));
    }
    if (!found.reference) {
      found = parse_single(text);
    }
    if (!found.reference) {
      parts.add_literal("{");
      text.remove_prefix(1);
      continue;
    }
    WEIR_CHECK(refuse_pipes(*found.reference));
    parts.add(std::move(*found.reference));
    text.remove_prefix(found.length);
  }
  return {};
}

}  // namespace

Result<Expression> parse_template(std::string_view text, std::span<const TextSpan> literal) {
  if (literal.empty() || literal.front().offset > 0) {
    WEIR_CHECK(refuse_underscore_words(text));
  }
  Parts parts;
  std::size_t at = 0;
  for (const TextSpan& span : literal) {
    WEIR_CHECK(parse_text(text.substr(at, span.offset - at), parts));
    parts.add_literal(text.substr(span.offset, span.length));
    at = span.offset + span.length;
  }
  WEIR_CHECK(parse_text(text.substr(at), parts));
  return parts.take();
}

}  // namespace weir
