// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::yida_sandbox {

// Appends `text` (UTF-8) as a JSON string with its quotes; non-ASCII stays as it is.
void append_quoted(std::string_view text, std::string& out);
std::string json_quoted(std::string_view text);

// One member of a form's data: the key, and its value as JSON text, so that a number keeps the
// digits it was given.
struct Member {
  std::string key;
  std::string json;
  bool operator==(const Member&) const = default;
};

}  // namespace weir::yida_sandbox
