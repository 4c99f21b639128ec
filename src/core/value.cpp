// SPDX-License-Identifier: Apache-2.0
#include "core/value.h"

#include "core/ascii.h"
#include "core/json_walk.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace weir {
namespace {

bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Whether one of eight bytes is escaped. Each byte is looked at by itself: the bits that are asked
// for never carry into another.
bool holds_escaped(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = ones * 0x80U;
  const auto is_zero = [](std::uint64_t each) {
    return ~(((each & ~highs) + ~highs) | each | ~highs);
  };
  const std::uint64_t control = is_zero(bytes & (ones * 0xE0U));
  return (control | is_zero(bytes ^ (ones * '"')) | is_zero(bytes ^ (ones * '\\'))) != 0;
}

bool eight_hold_escaped(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return holds_escaped(bytes);
}

// How many bytes stand in front of the first that is escaped.
std::size_t plain_length(std::string_view text) {
  constexpr std::size_t step = 8;
  std::size_t at = 0;
  while (at + step <= text.size() && !eight_hold_escaped(text.data() + at)) {
    at += step;
  }
  const bool last_left = text.size() >= step && at + step > text.size();
  if (last_left && !eight_hold_escaped(text.data() + text.size() - step)) {
    return text.size();
  }
  while (at < text.size() && !is_escaped(text[at])) {
    ++at;
  }
  return at;
}

void append_escaped(char c, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4U];
      out += hex[static_cast<unsigned char>(c) & 15U];
  }
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) {
    ++at;
  }
  return at;
}

void append_list(const List& list, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) {
      out += ',';
    }
    append_json(list[i], out);
  }
  out += ']';
}

void append_object(const Object& object, std::string& out) {
  out += '{';
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (i != 0) {
      out += ',';
    }
    append_json_text(object[i].first, out);
    out += ':';
    append_json(object[i].second, out);
  }
  out += '}';
}

}  // namespace

const Value* Value::member(std::string_view name) const {
  if (const Object* members = object()) {
    for (const auto& [key, value] : *members) {
      if (key == name) {
        return &value;
      }
    }
  }
  return nullptr;
}

void Value::set(std::string_view name, Value value) {
  if (is_null()) {
    data_ = Object();
  }
  Object& members = std::get<Object>(data_);
  for (auto& [key, held] : members) {
    if (key == name) {
      held = std::move(value);
      return;
    }
  }
  members.emplace_back(std::string(name), std::move(value));
}

bool is_json_number(std::string_view text) {
  const std::size_t start = !text.empty() && text[0] == '-' ? 1 : 0;
  std::size_t at = skip_digits(text, start);
  if (at == start || (text[start] == '0' && at > start + 1)) {
    return false;
  }
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = at + 1;
    at = skip_digits(text, fraction);
    if (at == fraction) {
      return false;
    }
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) {
      ++exponent;
    }
    at = skip_digits(text, exponent);
    if (at == exponent) {
      return false;
    }
  }
  return at == text.size();
}

Result<Value> parse_json(std::string_view json) {
  thread_local JsonCursor cursor;
  thread_local json_walk::PaddedText text;
  Value value;
  auto error = cursor.begin(text.copy(json));
  error = error ? error : json_walk::read_value(cursor, 0, value);
  if (error || !cursor.at_end()) {
    return tl::unexpected(json_walk::describe(error ? error : simdjson::TAPE_ERROR, json));
  }
  return value;
}

void append_json(const Value& value, std::string& out) {
  if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const Number* number = value.number()) {
    out += number->digits;
  } else if (const std::string* text = value.text()) {
    append_json_text(*text, out);
  } else if (const List* list = value.list()) {
    append_list(*list, out);
  } else if (const Object* object = value.object()) {
    append_object(*object, out);
  } else {
    out += "null";
  }
}

void append_json_text(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    out += text.substr(0, plain);
    if (plain == text.size()) {
      break;
    }
    append_escaped(text[plain], out);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(value, out);
  return out;
}

std::string to_text(const Value& value) {
  if (value.is_null()) {
    return {};
  }
  if (const std::string* text = value.text()) {
    return *text;
  }
  return to_json(value);
}

}  // namespace weir
