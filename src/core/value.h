// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir {

// A number as the source wrote it ("128000.50", "1e3"): money never passes through a double.
struct Number {
  std::string digits;
  bool operator==(const Number&) const = default;
};

// "-12.50e3": an optional minus, digits without leading zeros, fraction, exponent.
bool is_json_number(std::string_view text);

// A part of a text, in bytes.
struct TextSpan {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool operator==(const TextSpan&) const = default;
};

class Value;
using List = std::vector<Value>;
// Members in the source's order; a name occurs once (the last one wins when parsed).
using Object = std::vector<std::pair<std::string, Value>>;

// One JSON-shaped value of a record, of a setting or of a bound parameter. Plain data: copyable,
// comparable, no locks.
class Value {
 public:
  Value() = default;                                  // null
  Value(std::nullptr_t) {}                            // NOLINT(google-explicit-*)
  Value(bool boolean) : data_(boolean) {}             // NOLINT(google-explicit-*)
  Value(Number number) : data_(std::move(number)) {}  // NOLINT(google-explicit-*)
  Value(std::int64_t number) : data_(Number{std::to_string(number)}) {}  // NOLINT
  Value(std::string text) : data_(std::move(text)) {}         // NOLINT(google-explicit-*)
  Value(std::string_view text) : data_(std::string(text)) {}  // NOLINT(google-explicit-*)
  Value(const char* text) : data_(std::string(text)) {}       // NOLINT(google-explicit-*)
  Value(List list) : data_(std::move(list)) {}                // NOLINT(google-explicit-*)
  Value(Object object) : data_(std::move(object)) {}          // NOLINT(google-explicit-*)

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Number* number() const { return std::get_if<Number>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const List* list() const { return std::get_if<List>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  Number* number() { return std::get_if<Number>(&data_); }
  std::string* text() { return std::get_if<std::string>(&data_); }
  List* list() { return std::get_if<List>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  // A member of an object; nullptr when this is no object or has no such member.
  const Value* member(std::string_view name) const;
  // Adds the member, or replaces its value. Precondition: this is an object, or null (becomes one).
  void set(std::string_view name, Value value);

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, Number, std::string, List, Object> data_;
};

// Parses one JSON text (UTF-8). Errors, with the first bytes: `corrupt` (no JSON),
// `rejected` (JSON nested more than 256 levels deep).
Result<Value> parse_json(std::string_view json);

// Compact JSON; numbers by their own digits; text escaped minimally, non-ASCII kept as UTF-8.
std::string to_json(const Value& value);
void append_json(const Value& value, std::string& out);
// A text in quotes, likewise.
void append_json_text(std::string_view text, std::string& out);

// What a placeholder inside text becomes: text as it is, a number's digits, true/false, nothing for
// null, JSON for lists and objects.
std::string to_text(const Value& value);

}  // namespace weir
