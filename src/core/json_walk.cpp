// SPDX-License-Identifier: Apache-2.0
#include "core/json_walk.h"

#include "core/excerpt.h"
#include "core/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace weir::json_walk {
namespace {

using simdjson::ondemand::json_type;

constexpr std::size_t few_members = 256;

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

// Clears most objects without sorting their names.
bool has_repeated_name(const Object& object) {
  std::bitset<1024> seen;
  for (std::size_t i = 0; i < object.size(); ++i) {
    const std::string& name = object[i].first;
    auto mark = seen[hash64(name) % seen.size()];
    if (mark && std::any_of(object.begin(), object.begin() + static_cast<std::ptrdiff_t>(i),
                            [&](const auto& before) { return before.first == name; })) {
      return true;
    }
    mark = true;
  }
  return false;
}

// The memory of a value of the same kind serves again.
void set_text(std::string_view text, Value& out) {
  if (std::string* held = out.text()) {
    held->assign(text);
  } else {
    out = Value(text);
  }
}

void set_number(std::string_view digits, Value& out) {
  if (Number* held = out.number()) {
    held->digits.assign(digits);
  } else {
    out = Value(Number{std::string(digits)});
  }
}

simdjson::error_code read_list(simdjson::ondemand::value& from, int depth, Value& out) {
  simdjson::ondemand::array array;
  if (const auto error = from.get_array().get(array); error != simdjson::SUCCESS) {
    return error;
  }
  List list;
  for (auto item : array) {
    if (const auto error = item.error(); error != simdjson::SUCCESS) {
      return error;
    }
    if (const auto error = read_value(item.value_unsafe(), depth + 1, list.emplace_back());
        error != simdjson::SUCCESS) {
      return error;
    }
  }
  out = Value(std::move(list));
  return simdjson::SUCCESS;
}

simdjson::error_code read_object(simdjson::ondemand::value& from, int depth, Value& out) {
  simdjson::ondemand::object members;
  if (const auto error = from.get_object().get(members); error != simdjson::SUCCESS) {
    return error;
  }
  Object object;
  const auto error =
      visit_members(members, [&](std::string_view name, simdjson::ondemand::value& value) {
        return read_value(value, depth + 1, object.emplace_back(std::string(name), Value()).second);
      });
  if (error != simdjson::SUCCESS) {
    return error;
  }
  drop_repeated_names(object);
  out = Value(std::move(object));
  return simdjson::SUCCESS;
}

}  // namespace

void drop_repeated_names(Object& object) {
  if (object.size() <= few_members && !has_repeated_name(object)) {
    return;
  }
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

simdjson::error_code read_text(simdjson::ondemand::value& from, std::string_view& out) {
  return is_text_in_place(from.raw_json_token(), out) ? simdjson::SUCCESS
                                                      : from.get_string().get(out);
}

simdjson::error_code read_name(simdjson::ondemand::field& field, std::string_view& out) {
  const char* const begin = field.key().raw();
  const auto* const end =
      static_cast<const char*>(std::memchr(begin, '"', simdjson::SIMDJSON_PADDING));
  if (end != nullptr) {
    out = {begin, static_cast<std::size_t>(end - begin)};
    if (out.find('\\') == std::string_view::npos) {
      return simdjson::SUCCESS;
    }
  }
  return field.unescaped_key().get(out);
}

simdjson::error_code read_number(simdjson::ondemand::value& from, std::string_view& out) {
  out = without_tail_blanks(from.raw_json_token());
  return is_json_number(out) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
}

simdjson::error_code read_null(simdjson::ondemand::value& from) {
  return without_tail_blanks(from.raw_json_token()) == "null" ? simdjson::SUCCESS
                                                              : simdjson::N_ATOM_ERROR;
}

simdjson::error_code read_value(simdjson::ondemand::value& from, int depth, Value& out) {
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
    case json_type::number: {
      std::string_view digits;
      const auto error = read_number(from, digits);
      set_number(digits, out);
      return error;
    }
    case json_type::string: {
      std::string_view text;
      const auto error = read_text(from, text);
      set_text(text, out);
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
      return read_null(from);
    }
  }
  return simdjson::INCORRECT_TYPE;
}

bool read_plain(std::string_view json, Value& out) {
  const char first = json.empty() ? '\0' : json.front();
  if (first == '"' && json.find('\\') == std::string_view::npos) {
    set_text(json.substr(1, json.size() - 2), out);
    return true;
  }
  if (first == '-' || (first >= '0' && first <= '9')) {
    set_number(json, out);
    return true;
  }
  return false;
}

Error describe(simdjson::error_code code, std::string_view json) {
  constexpr std::size_t shown_max = 40;
  if (code == simdjson::DEPTH_ERROR) {
    return {ErrorKind::rejected,
            fmt::format("JSON nested more than {} levels deep: `{}…`", depth_max,
                        json.substr(0, shown_max)),
            "", std::nullopt};
  }
  return {ErrorKind::corrupt,
          fmt::format("not a JSON text ({}): `{}`", simdjson::error_message(code),
                      excerpt(json, shown_max)),
          "", std::nullopt};
}

simdjson::padded_string_view PaddedText::copy(std::string_view json) {
  constexpr std::size_t kept_max = std::size_t{1} << 20U;
  if (text_.capacity() > kept_max) {
    text_ = {};
  }
  text_.assign(json);
  text_.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  return simdjson::padded_string_view(text_.data(), json.size(), text_.capacity());
}

}  // namespace weir::json_walk
