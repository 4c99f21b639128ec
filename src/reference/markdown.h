// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// The little Markdown that the reference pages are written in: that of GitHub.

namespace weir::markdown {

// In backticks, on one line; empty text stays empty.
std::string code(std::string_view text);

// A sentence of a declaration: `docs/x.md` in it becomes a link from a folder below docs/.
std::string sentence(std::string_view text);

// A block of `language`, with its line break at the end.
std::string block(std::string_view language, std::string_view text);

// The anchor that a heading gets: "`id`" is named #id.
std::string anchor_of(std::string_view heading);

// Columns of which no row has a text are left out; nothing when there is no row.
std::string table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows);

}  // namespace weir::markdown
