// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_library.h"

#include "core/decimal.h"
#include "lua/decimal_arithmetic.h"
#include "lua/lua_budget.h"
#include "lua/lua_decimal.h"
#include "lua/lua_text.h"
#include "lua/lua_values.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace weir {
namespace {

// ---- order --------------------------------------------------------------------------------------

struct Key {
  bool whole = false;
  lua_Integer place = 0;
  std::string name;
};

bool precedes(const Key& left, const Key& right) {
  if (left.whole != right.whole) {
    return left.whole;
  }
  return left.whole ? left.place < right.place : left.name < right.name;
}

// The keys of the table at 1: whole ones ascending, then names. Others have no order, and come last
// as Lua has them: they are given as a list on top of the stack.
void push_ordered_keys(lua_State* lua) {
  std::vector<Key> keys;
  lua_newtable(lua);
  const int list = lua_gettop(lua);
  lua_Integer others = 0;
  lua_newtable(lua);
  for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
    charge(lua, 2);
    if (lua_type(lua, -2) == LUA_TSTRING) {
      std::size_t length = 0;
      const char* bytes = lua_tolstring(lua, -2, &length);
      keys.push_back({false, 0, std::string(bytes, length)});
    } else if (lua_isinteger(lua, -2) != 0) {
      keys.push_back({true, lua_tointeger(lua, -2), {}});
    } else {
      lua_pushvalue(lua, -2);
      lua_rawseti(lua, list + 1, ++others);
    }
  }
  std::sort(keys.begin(), keys.end(), precedes);
  lua_Integer place = 0;
  for (const Key& key : keys) {
    if (key.whole) {
      lua_pushinteger(lua, key.place);
    } else {
      lua_pushlstring(lua, key.name.data(), key.name.size());
    }
    lua_rawseti(lua, list, ++place);
  }
  for (lua_Integer other = 1; other <= others; ++other) {
    lua_rawgeti(lua, list + 1, other);
    lua_rawseti(lua, list, ++place);
  }
  lua_settop(lua, list);
}

// Upvalues: the list of keys, the place in it. Passes over what has been taken out meanwhile.
int next_in_order(lua_State* lua) {
  lua_Integer place = lua_tointeger(lua, lua_upvalueindex(2));
  while (true) {
    charge(lua, 1);
    if (lua_rawgeti(lua, lua_upvalueindex(1), ++place) == LUA_TNIL) {
      return 1;
    }
    lua_pushvalue(lua, -1);
    if (lua_rawget(lua, 1) != LUA_TNIL) {
      lua_pushinteger(lua, place);
      lua_replace(lua, lua_upvalueindex(2));
      return 2;
    }
    lua_pop(lua, 2);
  }
}

int pairs_in_order(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  push_ordered_keys(lua);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, next_in_order, 2);
  lua_pushvalue(lua, 1);
  return 2;
}

int next_of_table(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 2);
  push_ordered_keys(lua);
  const lua_Integer count = static_cast<lua_Integer>(lua_rawlen(lua, 3));
  lua_Integer place = lua_isnil(lua, 2) ? 1 : count + 1;
  for (lua_Integer i = 1; place > count && i <= count; ++i) {
    lua_rawgeti(lua, 3, i);
    place = lua_rawequal(lua, 2, -1) != 0 ? i + 1 : place;
    lua_pop(lua, 1);
    if (place == i + 1) {
      break;
    }
  }
  lua_rawgeti(lua, 3, place);
  if (lua_isnil(lua, -1)) {
    return 1;
  }
  lua_pushvalue(lua, -1);
  lua_rawget(lua, 1);
  return 2;
}

// ---- errors and conversions ---------------------------------------------------------------------

// What says that steps or bytes are spent is not to be caught.
int protected_call(lua_State* lua) {
  luaL_checkany(lua, 1);
  const int status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
  if (status == LUA_ERRMEM || budget_of(lua).spent) {
    return lua_error(lua);
  }
  lua_pushboolean(lua, status == LUA_OK ? 1 : 0);
  lua_insert(lua, 1);
  return lua_gettop(lua);
}

int to_text_of_any(lua_State* lua) {
  luaL_checkany(lua, 1);
  push_text(lua, 1);
  return 1;
}

int to_number(lua_State* lua) {
  luaL_checkany(lua, 1);
  if (lua_type(lua, 1) == LUA_TNUMBER || decimal_at(lua, 1)) {
    lua_settop(lua, 1);
    return 1;
  }
  std::size_t length = 0;
  const char* bytes = lua_type(lua, 1) == LUA_TSTRING ? lua_tolstring(lua, 1, &length) : nullptr;
  const auto value =
      bytes != nullptr ? Decimal::parse(std::string_view(bytes, length)) : std::nullopt;
  if (!value || !fits_plainly(*value)) {
    lua_pushnil(lua);
  } else {
    const std::string digits(bytes, length);
    if (digits.find_first_not_of("0123456789-") == std::string::npos && value->point <= 18) {
      lua_pushinteger(lua, std::stoll(digits));
    } else {
      const std::size_t first = digits.find_first_not_of(" +");
      push_decimal(lua, digits.substr(first, digits.find_last_not_of(' ') + 1 - first));
    }
  }
  return 1;
}

// ---- numbers ------------------------------------------------------------------------------------

int whole_of(lua_State* lua, const Decimal& value) {
  if (value.point <= 18) {
    lua_pushinteger(lua, std::stoll(to_plain(value)));
  } else {
    push_decimal(lua, value);
  }
  return 1;
}

int floor_of(lua_State* lua) { return whole_of(lua, exact::floor(check_number(lua, 1))); }
int ceiling_of(lua_State* lua) { return whole_of(lua, exact::ceiling(check_number(lua, 1))); }

int absolute(lua_State* lua) {
  if (check_number(lua, 1).negative) {
    lua_settop(lua, 1);
    lua_arith(lua, LUA_OPUNM);
  } else {
    lua_settop(lua, 1);
  }
  return 1;
}

int extreme(lua_State* lua, bool wants_greater) {
  int best = 1;
  Decimal found = check_number(lua, 1);
  for (int index = 2; index <= lua_gettop(lua); ++index) {
    const Decimal value = check_number(lua, index);
    const auto order = compare(value, found);
    if (wants_greater ? order > 0 : order < 0) {
      best = index;
      found = value;
    }
  }
  lua_pushvalue(lua, best);
  return 1;
}

int greatest(lua_State* lua) { return extreme(lua, true); }
int smallest(lua_State* lua) { return extreme(lua, false); }

int to_integer(lua_State* lua) {
  const Decimal value = check_number(lua, 1);
  if (!value.is_whole() || value.point > 18) {
    lua_pushnil(lua);
    return 1;
  }
  return whole_of(lua, value);
}

// ---- texts by characters ------------------------------------------------------------------------

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

int sub_by_characters(lua_State* lua) {
  std::size_t length = 0;
  const char* bytes = luaL_checklstring(lua, 1, &length);
  const std::string_view text(bytes, length);
  charge(lua, length / 10);
  const auto count =
      static_cast<lua_Integer>(std::count_if(text.begin(), text.end(), begins_character));
  lua_Integer first = luaL_checkinteger(lua, 2);
  lua_Integer last = luaL_optinteger(lua, 3, -1);
  first = first < 0 ? std::max<lua_Integer>(count + first + 1, 1) : std::max<lua_Integer>(first, 1);
  last = last < 0 ? count + last + 1 : std::min(last, count);
  std::string out;
  lua_Integer place = 0;
  for (const char byte : text) {
    place += begins_character(byte) ? 1 : 0;
    if (place >= first && place <= last) {
      out += byte;
    }
  }
  lua_pushlstring(lua, out.data(), out.size());
  return 1;
}

// ---- what there is ------------------------------------------------------------------------------

// Upvalue: Lua's own function, which looks at every item of the list that is its first argument.
int charged_by_length(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  charge(lua, lua_rawlen(lua, 1) / 4);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

// Copies functions from the table on top of the stack into the one below it.
void copy(lua_State* lua, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    lua_getfield(lua, -1, name);
    lua_setfield(lua, -3, name);
  }
}

// A new global table with these functions of the library; it stays on top of the stack.
void open_part(lua_State* lua, const char* name, lua_CFunction opener,
               std::initializer_list<const char*> kept) {
  lua_newtable(lua);
  luaL_requiref(lua, name, opener, 0);
  copy(lua, kept);
  lua_pop(lua, 1);
  lua_pushvalue(lua, -1);
  lua_setglobal(lua, name);
}

void install_texts(lua_State* lua) {
  open_part(lua, "string", luaopen_string,
            {"byte", "char", "format", "len", "lower", "reverse", "sub", "upper"});
  install_text_functions(lua);
  lua_pushliteral(lua, "");
  lua_newtable(lua);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
  lua_pop(lua, 2);
  open_part(lua, "utf8", luaopen_utf8, {"char", "charpattern", "codepoint", "codes", "len"});
  lua_pushcfunction(lua, sub_by_characters);
  lua_setfield(lua, -2, "sub");
  lua_pop(lua, 1);
}

void install_tables(lua_State* lua) {
  open_part(lua, "table", luaopen_table, {"concat", "insert", "pack", "remove", "sort", "unpack"});
  for (const char* name : {"concat", "insert", "remove", "sort"}) {
    lua_getfield(lua, -1, name);
    lua_pushcclosure(lua, charged_by_length, 1);
    lua_setfield(lua, -2, name);
  }
  lua_pop(lua, 1);
}

void install_numbers(lua_State* lua) {
  constexpr luaL_Reg exact_functions[] = {
      {"abs", absolute}, {"ceil", ceiling_of},      {"floor", floor_of}, {"max", greatest},
      {"min", smallest}, {"tointeger", to_integer}, {nullptr, nullptr},
  };
  open_part(lua, "math", luaopen_math, {"maxinteger", "mininteger", "type"});
  luaL_setfuncs(lua, exact_functions, 0);
  lua_pop(lua, 1);
}

}  // namespace

void install_library(lua_State* lua) {
  luaL_requiref(lua, LUA_GNAME, luaopen_base, 0);
  lua_newtable(lua);
  lua_insert(lua, -2);
  copy(lua, {"assert", "error", "ipairs", "select", "type"});
  lua_pop(lua, 1);
  lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_register(lua, "pairs", pairs_in_order);
  lua_register(lua, "next", next_of_table);
  lua_register(lua, "pcall", protected_call);
  lua_register(lua, "tostring", to_text_of_any);
  lua_register(lua, "tonumber", to_number);
  install_texts(lua);
  install_tables(lua);
  install_numbers(lua);
  install_values(lua);
  install_decimals(lua);
}

}  // namespace weir
