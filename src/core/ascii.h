// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// Kinds of characters, whatever the locale.

namespace weir {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
// What JSON has as blanks.
inline bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Without what is around it: blanks, or such characters.
inline std::string_view trimmed(std::string_view text, bool (*is_around)(char) = is_blank) {
  while (!text.empty() && is_around(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_around(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace weir
