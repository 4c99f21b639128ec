// SPDX-License-Identifier: Apache-2.0
#include "expr/placeholder.h"

#include "core/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

bool is_name_start(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<unsigned char>(letter) >= 0x80;
}

std::string_view without_spaces_around(std::string_view text) {
  return trimmed(text, [](char letter) { return letter == ' '; });
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
      parts.push_back(without_spaces_around(text.substr(start, at - start)));
      start = at + 1;
    }
  }
  parts.push_back(without_spaces_around(text.substr(start)));
  return parts;
}

struct WrittenPipe {
  std::string_view name;
  std::vector<std::string> arguments;
};

// "name", "name:argument", "name('a','b')".
std::optional<WrittenPipe> parse_pipe(std::string_view text) {
  const std::size_t length = name_length(text);
  if (length == 0) {
    return std::nullopt;
  }
  WrittenPipe pipe{text.substr(0, length), {}};
  std::string_view rest = without_spaces_around(text.substr(length));
  if (rest.empty()) {
    return pipe;
  }
  const bool enclosed = rest.front() == '(' && rest.back() == ')';
  if (rest.front() != ':' && !enclosed) {
    return std::nullopt;
  }
  rest = without_spaces_around(enclosed ? rest.substr(1, rest.size() - 2) : rest.substr(1));
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

// Nothing: no reference at all. Errors: it has pipes that there are not.
Result<std::optional<Reference>> parse_reference(std::string_view inside,
                                                 const RecordShape* shape) {
  const std::vector<std::string_view> parts = split_pipes(inside);
  const std::string_view name = parts.front();
  if (name.empty() || name_length(name) != name.size()) {
    return std::nullopt;
  }
  Reference reference;
  reference.name = name;
  reference.variable = TimeVariable::parse(name);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::optional<WrittenPipe> written = parse_pipe(parts[i]);
    if (!written) {
      return std::nullopt;
    }
    auto pipe = compile_pipe(written->name, written->arguments);
    if (!pipe) {
      return tl::unexpected(pipe.error().within(fmt::format("`{{{{{}}}}}`", inside)));
    }
    reference.pipes.push_back(std::move(*pipe));
  }
  reference.wall_time = !reference.pipes.empty() && shape != nullptr && is_wall_time(*shape, name);
  return reference;
}

std::string shown(std::string_view text) {
  return std::string(text.substr(0, std::min<std::size_t>(text.size(), 60)));
}

// `text` starts with "{{".
Result<Placeholder> parse_double(std::string_view text, const RecordShape* shape) {
  const std::size_t closing = text.find("}}");
  const std::string_view inside =
      text.substr(2, closing == std::string_view::npos ? closing : closing - 2);
  if (closing != std::string_view::npos) {
    WEIR_TRY(auto reference, parse_reference(without_spaces_around(inside), shape));
    if (reference) {
      return Placeholder{std::move(reference), closing + 2};
    }
  }
  const std::size_t length = name_length(without_spaces_around(inside));
  if (length == 0) {
    return Placeholder{};
  }
  return fail(
      ErrorKind::invalid_config,
      fmt::format("`{}` is no placeholder: write `{{{{{}}}}}`, with nothing but a name "
                  "between the braces",
                  shown(closing == std::string_view::npos ? text : text.substr(0, closing + 2)),
                  without_spaces_around(inside).substr(0, length)));
}

// `text` starts with "{", and not with "{{name".
Result<Placeholder> parse_single(std::string_view text, const RecordShape* shape) {
  const std::size_t closing = text.find('}');
  if (closing == std::string_view::npos || name_length(text.substr(1)) == 0) {
    return Placeholder{};
  }
  const std::string_view inside = text.substr(1, closing - 1);
  if (inside.find('|') == std::string_view::npos && name_length(inside) != inside.size()) {
    return Placeholder{};
  }
  WEIR_TRY(auto reference, parse_reference(inside, shape));
  return Placeholder{std::move(reference), closing + 1};
}

}  // namespace

bool is_name_part(char letter) {
  return is_name_start(letter) || (letter >= '0' && letter <= '9') || letter == '.' ||
         letter == '-' || letter == '$' || letter == '#';
}

std::size_t name_length(std::string_view text) {
  std::size_t length = !text.empty() && is_name_start(text[0]) ? 1 : 0;
  while (length > 0 && length < text.size() && is_name_part(text[length])) {
    ++length;
  }
  return length;
}

Result<Placeholder> parse_placeholder(std::string_view text, const RecordShape* shape) {
  if (text.substr(0, 2) == "{{") {
    WEIR_TRY(Placeholder found, parse_double(text, shape));
    if (found.reference) {
      return found;
    }
  }
  return parse_single(text, shape);
}

}  // namespace weir
