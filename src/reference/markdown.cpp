// SPDX-License-Identifier: Apache-2.0
#include "reference/markdown.h"

#include <algorithm>
#include <cstddef>

namespace weir::markdown {
namespace {

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = text.find(from, at);
    made += text.substr(at, found - at);
    if (found == std::string_view::npos) {
      break;
    }
    made += to;
    at = found + from.size();
  }
  return made;
}

bool is_name(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
         letter == '_';
}

// A bar in a cell would end it.
std::string cell_of(const std::string& text) {
  std::string made;
  for (std::size_t at = 0; at < text.size(); ++at) {
    made += text[at] == '|' && (at == 0 || text[at - 1] != '\\') ? "\\|" : text.substr(at, 1);
  }
  return made;
}

void append_row(std::string& text, const std::vector<std::string>& cells,
                const std::vector<bool>& shown) {
  text += "|";
  for (std::size_t column = 0; column < shown.size(); ++column) {
    if (shown[column]) {
      text += column < cells.size() && !cells[column].empty() ? " " + cell_of(cells[column]) + " |"
                                                              : " |";
    }
  }
  text += "\n";
}

}  // namespace

std::string code(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const std::string fence = text.find('`') == std::string_view::npos ? "`" : "``";
  const std::string space = fence == "`" ? "" : " ";
  return fence + space + replaced(text, "\n", " ") + space + fence;
}

std::string sentence(std::string_view text) {
  constexpr std::string_view folder = "docs/";
  constexpr std::string_view ending = ".md";
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = text.find(folder, at);
    const std::size_t name = found + folder.size();
    std::size_t end = name;
    while (found != std::string_view::npos && end < text.size() && is_name(text[end])) {
      ++end;
    }
    if (found == std::string_view::npos) {
      return made + std::string(text.substr(at));
    }
    made += text.substr(at, found - at);
    const std::string file(text.substr(name, end - name));
    const bool page = text.substr(end, ending.size()) == ending;
    made += page ? "[" + file + ".md](../" + file + ".md)" : std::string(folder) + file;
    at = page ? end + ending.size() : end;
  }
  return made;
}

std::string block(std::string_view language, std::string_view text) {
  std::string made = "```" + std::string(language) + "\n" + std::string(text);
  return made + (made.back() == '\n' ? "```\n" : "\n```\n");
}

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char letter : heading) {
    const char small =
        letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    const bool beyond_ascii = (static_cast<unsigned char>(letter) & 0x80U) != 0;
    if (is_name(small) || beyond_ascii) {
      anchor += small;
    } else if (letter == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::string table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) {
    return {};
  }
  std::vector<bool> shown(headings.size());
  for (std::size_t column = 0; column < headings.size(); ++column) {
    shown[column] = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return column < row.size() && !row[column].empty();
    });
  }
  std::string text;
  append_row(text, headings, shown);
  append_row(text, std::vector<std::string>(headings.size(), "---"), shown);
  for (const auto& row : rows) {
    append_row(text, row, shown);
  }
  return text;
}

}  // namespace weir::markdown
