// SPDX-License-Identifier: Apache-2.0
#include "core/value.h"

#include "core/excerpt.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace weir {
namespace {

using simdjson::ondemand::json_type;

constexpr int depth_max = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The JSON grammar of a number; the on-demand parser hands out the token unchecked.
bool is_json_number(std::string_view token) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < token.size() && is_digit(token[at])) {
      ++at;
    }
    return at - start;
  };
  if (at < token.size() && token[at] == '-') {
    ++at;
  }
  const std::size_t integer = at;
  const std::size_t length = digits();
  if (length == 0 || (length > 1 && token[integer] == '0')) {
    return false;
  }
  if (at < token.size() && token[at] == '.') {
    ++at;
    if (digits() == 0) {
      return false;
    }
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) {
      ++at;
    }
    if (digits() == 0) {
      return false;
    }
  }
  return at == token.size();
}

// The last of two members with one name wins, as in every JSON library our users know.
void drop_repeated_names(Object& object) {
  std::vector<std::size_t> order(object.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int compared = object[a].first.compare(object[b].first);
    return compared != 0 ? compared < 0 : a < b;
  });
  std::vector<bool> repeated(object.size(), false);
  bool any = false;
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    if (object[order[i]].first == object[order[i + 1]].first) {
      repeated[order[i]] = true;
      any = true;
    }
  }
  if (!any) {
    return;
  }
  Object kept;
  for (std::size_t i = 0; i < object.size(); ++i) {
    if (!repeated[i]) {
      kept.push_back(std::move(object[i]));
    }
  }
  object = std::move(kept);
}

simdjson::error_code read_value(simdjson::ondemand::value from, int depth, Value& out);

simdjson::error_code read_list(simdjson::ondemand::value from, int depth, Value& out) {
  simdjson::ondemand::array array;
  if (const auto error = from.get_array().get(array); error != simdjson::SUCCESS) {
    return error;
  }
  List list;
  for (auto item : array) {
    simdjson::ondemand::value element;
    if (const auto error = item.get(element); error != simdjson::SUCCESS) {
      return error;
    }
    if (const auto error = read_value(element, depth + 1, list.emplace_back());
        error != simdjson::SUCCESS) {
      return error;
    }
  }
  out = Value(std::move(list));
  return simdjson::SUCCESS;
}

simdjson::error_code read_object(simdjson::ondemand::value from, int depth, Value& out) {
  simdjson::ondemand::object members;
  if (const auto error = from.get_object().get(members); error != simdjson::SUCCESS) {
    return error;
  }
  Object object;
  for (auto result : members) {
    simdjson::ondemand::field field;
    std::string_view name;
    if (auto error = std::move(result).get(field); error != simdjson::SUCCESS) {
      return error;
    }
    if (auto error = field.unescaped_key().get(name); error != simdjson::SUCCESS) {
      return error;
    }
    auto& member = object.emplace_back(std::string(name), Value());
    if (auto error = read_value(field.value(), depth + 1, member.second);
        error != simdjson::SUCCESS) {
      return error;
    }
  }
  drop_repeated_names(object);
  out = Value(std::move(object));
  return simdjson::SUCCESS;
}

// A token reaches up to the next structural character, blanks included.
std::string_view without_tail_blanks(std::string_view token) {
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
    token.remove_suffix(1);
  }
  return token;
}

simdjson::error_code read_number(std::string_view token, Value& out) {
  if (!is_json_number(token)) {
    return simdjson::NUMBER_ERROR;
  }
  out = Value(Number{std::string(token)});
  return simdjson::SUCCESS;
}

simdjson::error_code read_value(simdjson::ondemand::value from, int depth, Value& out) {
  if (depth > depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  json_type type{};
  if (const auto error = from.type().get(type); error != simdjson::SUCCESS) {
    return error;
  }
  switch (type) {
    case json_type::array:
      return read_list(from, depth, out);
    case json_type::object:
      return read_object(from, depth, out);
    case json_type::number:
      return read_number(without_tail_blanks(from.raw_json_token()), out);
    case json_type::string: {
      std::string_view text;
      const auto error = from.get_string().get(text);
      out = Value(text);
      return error;
    }
    case json_type::boolean: {
      bool boolean = false;
      const auto error = from.get_bool().get(boolean);
      out = Value(boolean);
      return error;
    }
    case json_type::null: {
      out = Value();
      return without_tail_blanks(from.raw_json_token()) == "null" ? simdjson::SUCCESS
                                                                  : simdjson::N_ATOM_ERROR;
    }
  }
  return simdjson::INCORRECT_TYPE;
}

// Documents that are a bare scalar cannot be walked as a value: they go in brackets.
simdjson::error_code read_document(simdjson::ondemand::parser& parser,
                                   const simdjson::padded_string& json, Value& out) {
  simdjson::ondemand::document document;
  if (const auto error = parser.iterate(json).get(document); error != simdjson::SUCCESS) {
    return error;
  }
  simdjson::ondemand::array array;
  if (const auto error = document.get_array().get(array); error != simdjson::SUCCESS) {
    return error;
  }
  Value wrapped;
  int count = 0;
  for (auto item : array) {
    simdjson::ondemand::value element;
    if (const auto error = item.get(element); error != simdjson::SUCCESS) {
      return error;
    }
    if (const auto error = read_value(element, 0, wrapped); error != simdjson::SUCCESS) {
      return error;
    }
    ++count;
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  if (count != 1 || !at_end) {
    return simdjson::TAPE_ERROR;
  }
  out = std::move(wrapped);
  return simdjson::SUCCESS;
}

void append_quoted(std::string_view text, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
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
      default: {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
          out += "\\u00";
          out += hex[byte >> 4U];
          out += hex[byte & 15U];
        } else {
          out += c;
        }
      }
    }
  }
  out += '"';
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
    append_quoted(object[i].first, out);
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

Result<Value> parse_json(std::string_view json) {
  thread_local simdjson::ondemand::parser parser;
  std::string wrapped;
  wrapped.reserve(json.size() + 2);
  wrapped += '[';
  wrapped += json;
  wrapped += ']';
  Value value;
  const auto error = read_document(parser, simdjson::padded_string(wrapped), value);
  if (error != simdjson::SUCCESS) {
    constexpr std::size_t shown_max = 40;
    if (error == simdjson::DEPTH_ERROR) {
      return fail(ErrorKind::rejected, fmt::format("JSON nested more than {} levels deep: `{}…`",
                                                   depth_max, json.substr(0, shown_max)));
    }
    return fail(ErrorKind::corrupt,
                fmt::format("not a JSON text ({}): `{}`", simdjson::error_message(error),
                            excerpt(json, shown_max)));
  }
  return value;
}

void append_json(const Value& value, std::string& out) {
  if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const Number* number = value.number()) {
    out += number->digits;
  } else if (const std::string* text = value.text()) {
    append_quoted(*text, out);
  } else if (const List* list = value.list()) {
    append_list(*list, out);
  } else if (const Object* object = value.object()) {
    append_object(*object, out);
  } else {
    out += "null";
  }
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
