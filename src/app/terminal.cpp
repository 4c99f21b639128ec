// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace weir {
namespace {

bool takes_colour(int descriptor) {
  // Read at start-up by the main thread alone.
  static const bool refused = std::getenv("NO_COLOR") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  return !refused && ::isatty(descriptor) == 1;
}

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::none:
      return "";
    case Paint::green:
      return "\x1b[32m";
    case Paint::yellow:
      return "\x1b[33m";
    case Paint::red:
      return "\x1b[31m";
    case Paint::dim:
      return "\x1b[2m";
    case Paint::bold:
      return "\x1b[1m";
  }
  return "";
}

std::string paint_for(int descriptor, std::string_view text, Paint paint) {
  if (paint == Paint::none || !takes_colour(descriptor)) {
    return std::string(text);
  }
  return std::string(code_of(paint)) + std::string(text) + "\x1b[0m";
}

// One code point and its length in bytes; a stray byte counts as itself.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
};

CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (bytes == 1 || at + bytes > text.size()) {
    return {lead, 1};
  }
  char32_t value = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
  }
  return {value, bytes};
}

// East Asian wide and full-width blocks, and emoji (Unicode UAX #11, coarse).
bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
         (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
         (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
         (c >= 0x20000 && c <= 0x3fffd);
}

void pad(std::string& line, std::string_view cell, std::size_t width) {
  line += cell;
  line.append(width - std::min(width, display_width(cell)), ' ');
}

}  // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::size_t stdout_columns() {
  constexpr std::size_t usual = 80;
  if (!stdout_is_terminal()) {
    return 0;
  }
  const char* asked = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe): the main thread
  const std::string_view digits = asked != nullptr ? asked : "";
  std::size_t columns = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), columns);
  if (columns > 0) {
    return columns;
  }
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual;
}

std::string painted(std::string_view text, Paint paint) {
  return paint_for(STDOUT_FILENO, text, paint);
}

std::string painted_for_stderr(std::string_view text, Paint paint) {
  return paint_for(STDERR_FILENO, text, paint);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    width += is_wide(point.value) ? 2 : 1;
    at += point.bytes;
  }
  return width;
}

std::string fitted(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::size_t next = width + (is_wide(point.value) ? 2 : 1);
    if (next + 1 > columns && display_width(text.substr(at)) + width > columns) {
      return out + "…";
    }
    out += point.value < ' ' ? std::string_view(" ") : text.substr(at, point.bytes);
    width = next;
    at += point.bytes;
  }
  return out;
}

std::string counted(std::int64_t count, std::string_view one) {
  const std::string number = count == 0 ? "no" : std::to_string(count);
  return number + " " + std::string(one) + (count == 1 ? "" : "s");
}

std::string table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& heading : headings) {
    widths.push_back(display_width(heading));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  const auto line_of = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      pad(line, cells[i], i + 1 == cells.size() ? 0 : widths[i] + 2);
    }
    return line + "\n";
  };
  std::string out = painted(line_of(headings), Paint::dim);
  for (const auto& row : rows) {
    out += line_of(row);
  }
  return out;
}

}  // namespace weir
