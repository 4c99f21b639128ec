// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir {

// The first line (from 1) that is not UTF-8, or holds a NUL; 0: all are well.
int first_invalid_line(std::string_view text);

// The text starts, after blanks, as a JSON object or list does.
bool looks_like_json(std::string_view text);

// JSON writes characters beyond the first plane as two escapes (`\ud83d\ude00`), which YAML does
// not know: inside quotes they become the character itself. Lines stay as they are.
std::string join_surrogates(std::string_view text);

}  // namespace weir
