// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/record.h"
#include "expr/expression.h"

#include <cstddef>
#include <optional>
#include <string_view>

// One `{name}` or `{{a.b|pipe}}`. Used by the parsers of this folder.

namespace weir {

struct Placeholder {
  std::optional<Reference> reference;  // nothing: a brace that opens no name
  std::size_t length = 0;              // of the whole, braces included
};

// What stands at the beginning of `text`, which begins with "{". Errors: `invalid_config`, two
// braces around what is no name, or pipes that there are not.
Result<Placeholder> parse_placeholder(std::string_view text, const RecordShape* shape);

// The length of the name that `text` begins with; 0: with none.
std::size_t name_length(std::string_view text);
bool is_name_part(char letter);

}  // namespace weir
