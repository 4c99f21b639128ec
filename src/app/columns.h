// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Texts beside each other on a terminal. Pure; widths are in columns, of which a Chinese character
// takes two.

namespace weir {

struct TextColumn {
  std::string heading;
  std::vector<std::string> lines;
};

// The columns from left to right, each as wide as the others, `width` together; what is wider is
// cut with "…". Every line ends with a line break.
std::string side_by_side(const std::vector<TextColumn>& columns, std::size_t width);

// How wide each of so many columns is.
std::size_t column_width(std::size_t columns, std::size_t width);

// The text's own lines, each broken at blanks where it is wider; one that is indented stays whole,
// as does a word that is wider.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

// The members of a value a line as `name: value`, the elements of a list behind `- `, in JSON. A
// list or an object that is wider than `columns` is opened: what is inside stands below, two blanks
// further in.
std::vector<std::string> outline(const Value& value, std::size_t columns);

}  // namespace weir
