// SPDX-License-Identifier: Apache-2.0
#include "core/json_walk.h"

#include "core/excerpt.h"
#include "core/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <utility>
#include <vector>

namespace weir::json_walk {
namespace {

using simdjson::error_code;

constexpr std::size_t few_members = 256;

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

error_code read_list(JsonCursor& json, int depth, Value& out) {
  List list;
  const auto error =
      json.each_item([&] { return read_value(json, depth + 1, list.emplace_back()); });
  out = Value(std::move(list));
  return error;
}

error_code read_object(JsonCursor& json, int depth, Value& out) {
  Object object;
  const auto error = json.each_member([&] {
    std::string_view name;
    const auto wrong = json.read_name(name);
    return wrong ? wrong
                 : read_value(json, depth + 1,
                              object.emplace_back(std::string(name), Value()).second);
  });
  drop_repeated_names(object);
  out = Value(std::move(object));
  return error;
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

error_code read_value(JsonCursor& json, int depth, Value& out) {
  if (depth > depth_max) {
    return simdjson::DEPTH_ERROR;
  }
  error_code error = simdjson::SUCCESS;
  std::string_view text;
  bool boolean = false;
  switch (json.next()) {
    case '"':
      error = json.read_text(text);
      set_text(text, out);
      break;
    case '{':
      error = read_object(json, depth, out);
      break;
    case '[':
      error = read_list(json, depth, out);
      break;
    case 't':
    case 'f':
      error = json.read_boolean(boolean);
      out = Value(boolean);
      break;
    case 'n':
      error = json.read_null();
      out = Value();
      break;
    default:
      error = json.read_number(text);
      set_number(text, out);
  }
  return error;
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

Error describe(error_code code, std::string_view json) {
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

std::string_view PaddedText::copy(std::string_view json) {
  constexpr std::size_t kept_max = std::size_t{1} << 20U;
  if (text_.capacity() > kept_max) {
    text_ = {};
  }
  text_.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  text_.assign(json);
  return text_;
}

}  // namespace weir::json_walk
