// SPDX-License-Identifier: Apache-2.0
#pragma once

// Kinds of characters, whatever the locale.

namespace weir {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
// What JSON has as blanks.
inline bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace weir
