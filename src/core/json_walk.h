// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

// simdjson's on-demand parser hands out what it has not checked; what is read by these functions is
// checked. For the .cpp files that walk JSON: no other header includes this one.
//
// Fields and values are not copied from their results: to copy what was just written member by
// member makes the processor wait, which came to a fifth of a walk.
namespace weir::json_walk {

// Of lists and objects within each other.
inline constexpr int depth_max = 256;

// The name of a member. Most hold no escapes, and stand in JSON as they are. Valid as long as the
// parsed bytes, or until the parser's next document.
simdjson::error_code read_name(simdjson::ondemand::field& field, std::string_view& out);

// Calls visit(name, value) for each member, in order, until one gives an error, which is returned.
// The name is valid until the parser's next document.
template <typename Visit>
simdjson::error_code visit_members(simdjson::ondemand::object from, const Visit& visit) {
  for (auto result : from) {
    if (const auto error = result.error()) {
      return error;
    }
    simdjson::ondemand::field& field = result.value_unsafe();
    std::string_view name;
    if (const auto error = read_name(field, name)) {
      return error;
    }
    if (const auto error = visit(name, field.value())) {
      return error;
    }
  }
  return simdjson::SUCCESS;
}

// The value as a tree. Errors: simdjson's; DEPTH_ERROR beyond depth_max.
simdjson::error_code read_value(simdjson::ondemand::value& from, int depth, Value& out);

// A token reaches up to the next structural character, blanks included.
inline std::string_view without_tail_blanks(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
    token.remove_suffix(1);
  }
  return token;
}

// Whether the token is a text without escapes, which stands there as it is. What else a text may
// not hold has been looked for by the parser before.
inline bool is_text_in_place(std::string_view token, std::string_view& text) {
  token = without_tail_blanks(token);
  text = token.substr(token.empty() ? 0 : 1, token.size() - 2);
  return token.size() >= 2 && token.front() == '"' && token.back() == '"' &&
         token.find('\\') == std::string_view::npos;
}

// The text of a value of type string; valid as long as the parsed bytes, or until the parser's next
// document.
simdjson::error_code read_text(simdjson::ondemand::value& from, std::string_view& out);
// The digits of a value of type number.
simdjson::error_code read_number(simdjson::ondemand::value& from, std::string_view& out);
// Sees that a value of type null is one.
simdjson::error_code read_null(simdjson::ondemand::value& from);

// A value of JSON that was checked before, if it is a text without escapes or a number. False: it
// is anything else.
bool read_plain(std::string_view json, Value& out);

// The last of two members with one name wins, as in every JSON library our users know.
void drop_repeated_names(Object& object);

// `corrupt`, or `rejected` for what is nested too deep; with the first bytes.
Error describe(simdjson::error_code code, std::string_view json);

// A copy of JSON texts, one after the other, with the padding that simdjson reads. Keeps no more
// than a megabyte of memory between two.
class PaddedText {
 public:
  // Valid until the next call.
  simdjson::padded_string_view copy(std::string_view json);

 private:
  std::string text_;
};

}  // namespace weir::json_walk
