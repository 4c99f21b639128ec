// SPDX-License-Identifier: Apache-2.0
#include "spec/text_encoding.h"

#include <simdjson.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace weir {
namespace {

constexpr std::size_t escape_length = 6;  // \ud83d

// The code unit of the escape that stands at the start of `text`.
std::optional<std::uint32_t> code_unit(std::string_view text) {
  if (text.size() < escape_length || text[0] != '\\' || text[1] != 'u') {
    return std::nullopt;
  }
  std::uint32_t unit = 0;
  const char* end = text.data() + escape_length;
  const auto [stop, code] = std::from_chars(text.data() + 2, end, unit, 16);
  return code == std::errc() && stop == end ? std::optional(unit) : std::nullopt;
}

void append_utf8(std::uint32_t point, std::string& out) {
  out += static_cast<char>(0xF0U | (point >> 18U));
  out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
  out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
  out += static_cast<char>(0x80U | (point & 0x3FU));
}

bool is_valid(std::string_view line) {
  return line.find('\0') == std::string_view::npos && simdjson::validate_utf8(line);
}

}  // namespace

int first_invalid_line(std::string_view text) {
  if (is_valid(text)) {
    return 0;
  }
  for (int line = 1;; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !is_valid(text.substr(0, end))) {
      return line;
    }
    text.remove_prefix(end + 1);
  }
}

bool looks_like_json(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
}

std::string join_surrogates(std::string_view text) {
  std::string joined;
  joined.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      joined += text[at];
      continue;
    }
    const auto high = code_unit(text.substr(at));
    const auto low = high && text.size() - at > escape_length
                         ? code_unit(text.substr(at + escape_length))
                         : std::nullopt;
    const bool pair = low && (*high >> 10U) == 0x36U && (*low >> 10U) == 0x37U;
    if (pair) {
      append_utf8(0x10000U + ((*high & 0x3FFU) << 10U) + (*low & 0x3FFU), joined);
      at += 2 * escape_length - 1;
    } else if (at + 1 < text.size()) {
      joined += text[at];
      joined += text[++at];
    } else {
      joined += text[at];
    }
  }
  return joined;
}

}  // namespace weir
