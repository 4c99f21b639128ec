// SPDX-License-Identifier: Apache-2.0
#include "core/json_cursor.h"

#include "core/value.h"

#include <algorithm>
#include <cstring>

namespace weir {

using simdjson::error_code;

error_code JsonCursor::begin(std::string_view json) {
  if (const auto error = make_room(json.size())) {
    return error;
  }
  if (const auto error = parser_->stage1(reinterpret_cast<const std::uint8_t*>(json.data()),
                                         json.size(), simdjson::stage1_mode::regular)) {
    return error;
  }
  json_ = json.data();
  at_ = parser_->structural_indexes.get();
  end_ = at_ + parser_->n_structural_indexes;
  parser_->structural_indexes[parser_->n_structural_indexes] =
      static_cast<std::uint32_t>(json.size());
  escape_ = nullptr;
  unescaped_end_ = unescaped_.get();
  return simdjson::SUCCESS;
}

// The memory for a huge text is not kept.
error_code JsonCursor::make_room(std::size_t bytes) {
  constexpr std::size_t kept_max = std::size_t{4} << 20U;
  constexpr std::size_t least = std::size_t{1} << 12U;
  if (bytes > simdjson::SIMDJSON_MAXSIZE_BYTES) {
    return simdjson::CAPACITY;
  }
  if (parser_ != nullptr && bytes <= parser_->capacity() && parser_->capacity() <= kept_max) {
    return simdjson::SUCCESS;
  }
  constexpr std::size_t depth = 1;  // of the second stage, which is not used
  parser_.reset();
  unescaped_.reset();
  return simdjson::get_active_implementation()->create_dom_parser_implementation(
      std::clamp(bytes + bytes / 8, least, simdjson::SIMDJSON_MAXSIZE_BYTES), depth, parser_);
}

const char* JsonCursor::find_escape(const char* from) const {
  const char* const end = json_ + *end_;
  const void* const found = std::memchr(from, '\\', static_cast<std::size_t>(end - from));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

// All texts of a JSON text, without their escapes, are no longer than it.
error_code JsonCursor::unescape(std::string_view& text) {
  if (unescaped_ == nullptr) {
    unescaped_ = std::make_unique_for_overwrite<std::uint8_t[]>(parser_->capacity() +
                                                                simdjson::SIMDJSON_PADDING);
    unescaped_end_ = unescaped_.get();
  }
  std::uint8_t* const begin = unescaped_end_;
  std::uint8_t* const end =
      parser_->parse_string(reinterpret_cast<const std::uint8_t*>(text.data()), begin);
  if (end == nullptr) {
    return simdjson::STRING_ERROR;
  }
  unescaped_end_ = end;
  text = {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
  return simdjson::SUCCESS;
}

error_code JsonCursor::read_number(std::string_view& out) {
  if (at_end()) {
    return simdjson::NUMBER_ERROR;
  }
  out = token();
  ++at_;
  return is_json_number(out) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
}

error_code JsonCursor::read_boolean(bool& out) {
  const std::string_view token = at_end() ? std::string_view() : this->token();
  out = token == "true";
  if (!out && token != "false") {
    return simdjson::T_ATOM_ERROR;
  }
  ++at_;
  return simdjson::SUCCESS;
}

error_code JsonCursor::read_null() {
  if (at_end() || token() != "null") {
    return simdjson::N_ATOM_ERROR;
  }
  ++at_;
  return simdjson::SUCCESS;
}

error_code JsonCursor::pass_brackets() {
  std::size_t open = 0;
  do {
    const char first = next();
    if (first == '\0') {
      return simdjson::TAPE_ERROR;
    }
    open += first == '{' || first == '[' ? 1 : 0;
    open -= first == '}' || first == ']' ? 1 : 0;
    ++at_;
  } while (open > 0);
  return simdjson::SUCCESS;
}

}  // namespace weir
