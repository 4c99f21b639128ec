// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/json_cursor.h"
#include "core/value.h"

#include <string>
#include <string_view>

// Trees, or parts of them, of what a cursor stands at. For the .cpp files that walk JSON.
namespace weir::json_walk {

// Of lists and objects within each other.
inline constexpr int depth_max = 256;

// Passes the value that comes next, and gives it as a tree, in the memory of the one that is there.
// Errors: the cursor's; DEPTH_ERROR beyond depth_max.
simdjson::error_code read_value(JsonCursor& json, int depth, Value& out);

// A value of JSON that was checked before, if it is a text without escapes or a number. False: it
// is anything else.
bool read_plain(std::string_view json, Value& out);

// The last of two members with one name wins, as in every JSON library our users know.
void drop_repeated_names(Object& object);

// `corrupt`, or `rejected` for what is nested too deep; with the first bytes.
Error describe(simdjson::error_code code, std::string_view json);

// A copy of JSON texts, one after the other, with the padding that the cursor wants. Keeps no more
// than a megabyte of memory between two.
class PaddedText {
 public:
  // Valid until the next call.
  std::string_view copy(std::string_view json);

 private:
  std::string text_;
};

}  // namespace weir::json_walk
