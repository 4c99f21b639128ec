// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_values.h"

#include "core/decimal.h"
#include "lua/lua_budget.h"
#include "lua/lua_decimal.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace weir {
namespace {

constexpr const char* list_type = "list";
constexpr int depth_max = 128;

void push_null(lua_State* lua) { lua_pushlightuserdata(lua, nullptr); }

bool is_null(lua_State* lua, int index) {
  return lua_type(lua, index) == LUA_TLIGHTUSERDATA;  // there is no other
}

void push_number(lua_State* lua, const std::string& digits) {
  lua_Integer whole = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, whole);
  if (code == std::errc() && stop == end && digits != "-0") {
    lua_pushinteger(lua, whole);
  } else {
    push_decimal(lua, digits);
  }
}

void push_list(lua_State* lua, const List& items) {
  lua_createtable(lua, static_cast<int>(items.size()), 0);
  lua_Integer index = 0;
  for (const Value& item : items) {
    if (item.is_null()) {
      push_null(lua);
    } else {
      push_value(lua, item);
    }
    lua_rawseti(lua, -2, ++index);
  }
  luaL_setmetatable(lua, list_type);
}

void push_object(lua_State* lua, const Object& members) {
  lua_createtable(lua, 0, static_cast<int>(members.size()));
  for (const auto& [name, value] : members) {
    lua_pushlstring(lua, name.data(), name.size());
    push_value(lua, value);
    lua_rawset(lua, -3);
  }
}

int mark_as_list(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  luaL_setmetatable(lua, list_type);
  return 1;
}

class Reader {
 public:
  explicit Reader(lua_State* lua) : lua_(lua) {}

  Value read(const std::string& place, int depth) {
    charge(lua_, 1);
    if (is_null(lua_, -1)) {
      return {};
    }
    switch (lua_type(lua_, -1)) {
      case LUA_TNIL:
        return {};
      case LUA_TBOOLEAN:
        return lua_toboolean(lua_, -1) != 0;
      case LUA_TNUMBER:
        return read_number(place);
      case LUA_TSTRING:
        return read_text(place);
      case LUA_TTABLE:
        return read_table(place, depth);
      default:
        break;
    }
    if (const auto digits = decimal_at(lua_, -1)) {
      return Number{std::string(*digits)};
    }
    refuse(place, fmt::format("is a {}", luaL_typename(lua_, -1)));
    return {};
  }

 private:
  void refuse(const std::string& place, const std::string& what) {
    const std::string text =
        (place.empty() ? std::string("the result ") : "`" + place + "` ") + what;
    lua_pushlstring(lua_, text.data(), text.size());
    lua_error(lua_);
  }

  Value read_number(const std::string& place) {
    constexpr std::size_t digits_max = 15;
    if (lua_isinteger(lua_, -1) != 0) {
      return std::int64_t{lua_tointeger(lua_, -1)};
    }
    const double value = lua_tonumber(lua_, -1);
    const std::string digits = shortest_digits(value);
    const auto number = std::isfinite(value) ? Decimal::parse(digits) : std::nullopt;
    if (!number || number->digits.size() > digits_max || !fits_plainly(*number)) {
      refuse(place, fmt::format("is {}, of arithmetic that is not exact; begin it with a decimal, "
                                "as in `decimal(a) / b`, and `round` the result",
                                digits));
    }
    return Number{to_plain(*number)};
  }

  Value read_text(const std::string& place) {
    std::size_t length = 0;
    const char* bytes = lua_tolstring(lua_, -1, &length);
    charge(lua_, length / 64);
    if (!simdjson::validate_utf8(bytes, length)) {
      refuse(place, "is no UTF-8; cut text by characters, with `utf8.sub`");
    }
    return std::string_view(bytes, length);
  }

  // How many keys there are of each kind, and the largest whole one.
  struct Keys {
    std::size_t names = 0;
    std::size_t places = 0;
    lua_Integer last = 0;
  };

  Keys count_keys(const std::string& place) {
    Keys keys;
    for (lua_pushnil(lua_); lua_next(lua_, -2) != 0; lua_pop(lua_, 1)) {
      charge(lua_, 1);
      if (lua_type(lua_, -2) == LUA_TSTRING) {
        ++keys.names;
      } else if (lua_isinteger(lua_, -2) != 0 && lua_tointeger(lua_, -2) > 0) {
        ++keys.places;
        keys.last = std::max(keys.last, lua_tointeger(lua_, -2));
      } else {
        refuse(place, fmt::format("has a key that is a {}; keys are names, or 1 to n",
                                  luaL_typename(lua_, -2)));
      }
    }
    return keys;
  }

  bool is_marked_as_list() {
    if (lua_getmetatable(lua_, -1) == 0) {
      return false;
    }
    luaL_getmetatable(lua_, list_type);
    const bool same = lua_rawequal(lua_, -1, -2) != 0;
    lua_pop(lua_, 2);
    return same;
  }

  Value read_table(const std::string& place, int depth) {
    if (depth >= depth_max) {
      refuse(place, fmt::format("is nested more than {} levels deep, or holds itself", depth_max));
    }
    luaL_checkstack(lua_, 8, "a value is nested too deeply");
    const Keys keys = count_keys(place);
    const bool list = keys.places > 0 || (keys.names == 0 && is_marked_as_list());
    if (list && keys.names > 0) {
      refuse(place, "has both names and places 1 to n as keys; it must be an object or a list");
    }
    if (list && keys.last != static_cast<lua_Integer>(keys.places)) {
      refuse(place, "is a list with holes; put `null` there");
    }
    return list ? read_list(place, keys.places, depth) : read_object(place, depth);
  }

  Value read_list(const std::string& place, std::size_t count, int depth) {
    List items;
    for (std::size_t i = 1; i <= count; ++i) {
      lua_rawgeti(lua_, -1, static_cast<lua_Integer>(i));
      items.push_back(read(fmt::format("{}[{}]", place, i), depth + 1));
      lua_pop(lua_, 1);
    }
    return items;
  }

  Value read_object(const std::string& place, int depth) {
    Object members;
    for (lua_pushnil(lua_); lua_next(lua_, -2) != 0; lua_pop(lua_, 1)) {
      std::size_t length = 0;
      const char* bytes = lua_tolstring(lua_, -2, &length);
      std::string name(bytes, length);
      Value value = read(place.empty() ? name : place + "." + name, depth + 1);
      members.emplace_back(std::move(name), std::move(value));
    }
    std::sort(members.begin(), members.end(),
              [](const auto& left, const auto& right) { return left.first < right.first; });
    return members;
  }

  lua_State* lua_;
};

}  // namespace

void install_values(lua_State* lua) {
  luaL_newmetatable(lua, list_type);
  lua_pop(lua, 1);
  lua_register(lua, "list", mark_as_list);
  push_null(lua);
  lua_setglobal(lua, "null");
}

void push_value(lua_State* lua, const Value& value) {
  luaL_checkstack(lua, 8, "a value is nested too deeply");
  if (const bool* boolean = value.boolean()) {
    lua_pushboolean(lua, *boolean ? 1 : 0);
  } else if (const Number* number = value.number()) {
    push_number(lua, number->digits);
  } else if (const std::string* text = value.text()) {
    lua_pushlstring(lua, text->data(), text->size());
  } else if (const List* list = value.list()) {
    push_list(lua, *list);
  } else if (const Object* object = value.object()) {
    push_object(lua, *object);
  } else {
    lua_pushnil(lua);
  }
}

Value read_value(lua_State* lua) { return Reader(lua).read({}, 0); }

bool is_list(lua_State* lua) {
  lua_pushnil(lua);
  if (lua_next(lua, -2) == 0) {
    return true;
  }
  lua_pop(lua, 2);
  return lua_rawlen(lua, -1) > 0;
}

}  // namespace weir
