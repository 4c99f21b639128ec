// SPDX-License-Identifier: Apache-2.0
#include "app/columns.h"

#include "app/terminal.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view gap = " │ ";
constexpr std::size_t gap_width = 3;

std::string padded(std::string_view cell, std::size_t width) {
  std::string text = fitted(cell, width);
  text.append(width - std::min(width, display_width(text)), ' ');
  return text;
}

bool is_leaf(const Value& value) {
  const bool members = value.object() != nullptr && !value.object()->empty();
  return !members && (value.list() == nullptr || value.list()->empty());
}

class Outline {
 public:
  explicit Outline(std::size_t columns) : columns_(columns) {}

  void add(const Value& value, const std::string& indent) {
    if (is_leaf(value)) {
      lines_.push_back(indent + to_json(value));
    } else if (const Object* object = value.object()) {
      for (const auto& [name, member] : *object) {
        add_entry(indent + name + ":", member, indent);
      }
    } else {
      for (const Value& item : *value.list()) {
        add_entry(indent + "-", item, indent);
      }
    }
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  void add_entry(const std::string& head, const Value& value, const std::string& indent) {
    std::string line = head + " " + to_json(value);
    if (is_leaf(value) || display_width(line) <= columns_) {
      lines_.push_back(std::move(line));
      return;
    }
    const std::size_t opened = lines_.size();
    if (head.ends_with(':')) {
      lines_.push_back(head);
      add(value, indent + "  ");
    } else {
      add(value, indent + "  ");  // the dash stands in front of what comes first
      lines_[opened].replace(0, head.size(), head);
    }
  }

  const std::size_t columns_;
  std::vector<std::string> lines_;
};

void wrap_line(std::string_view text, std::size_t columns, std::vector<std::string>& lines) {
  std::string line;
  while (true) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    if (!line.empty() && display_width(line) + display_width(word) + 1 > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += line.empty() ? "" : " ";
    line += word;
    if (blank == std::string_view::npos) {
      break;
    }
    text.remove_prefix(blank + 1);
  }
  lines.push_back(std::move(line));
}

}  // namespace

std::size_t column_width(std::size_t columns, std::size_t width) {
  const std::size_t gaps = gap_width * (columns - 1);
  return width > gaps + columns ? (width - gaps) / columns : 1;
}

std::string side_by_side(const std::vector<TextColumn>& columns, std::size_t width) {
  const std::size_t each = column_width(columns.size(), width);
  std::size_t height = 0;
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    height = std::max(height, columns[i].lines.size());
    text += (i == 0 ? "" : std::string(gap)) + padded(columns[i].heading, each);
  }
  text = painted(text, Paint::dim) + "\n";
  for (std::size_t row = 0; row < height; ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& lines = columns[i].lines;
      text += (i == 0 ? "" : painted(gap, Paint::dim)) +
              padded(row < lines.size() ? std::string_view(lines[row]) : "", each);
    }
    text += "\n";
  }
  return text;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(' ')) {
      lines.emplace_back(line);
    } else {
      wrap_line(line, columns, lines);
    }
    if (end == std::string_view::npos) {
      return lines;
    }
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> outline(const Value& value, std::size_t columns) {
  Outline made(columns);
  made.add(value, "");
  return made.take();
}

}  // namespace weir
