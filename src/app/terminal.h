// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Paint { none, green, yellow, red, dim, bold };

// What stdout and stderr are. Colour and moving lines only on a terminal, and never with NO_COLOR.
bool stdout_is_terminal();
bool stderr_is_terminal();

// How wide the terminal is that stdout is; 0: it is none. COLUMNS in the environment overrules what
// the terminal says of itself.
std::size_t stdout_columns();

// `text` in colour for stdout; as it is when stdout takes none.
std::string painted(std::string_view text, Paint paint);
// The same for stderr.
std::string painted_for_stderr(std::string_view text, Paint paint);

// Columns that the text takes on a terminal: a Chinese character takes two.
std::size_t display_width(std::string_view text);

// At most `columns` wide, with … where something was cut; line breaks become blanks.
std::string fitted(std::string_view text, std::size_t columns);

// "1 pipeline", "2 pipelines", "no pipelines".
std::string counted(std::int64_t count, std::string_view one);

// Rows under headings, columns aligned, the last one free. Empty rows give the headings alone.
std::string table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows);

}  // namespace weir
