// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_decimal.h"

#include "lua/decimal_arithmetic.h"
#include "lua/lua_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace weir {
namespace {

constexpr const char* type_name = "decimal";

// How many digits stand behind the point, so that 1.50 + 1 is 2.50.
int places_at(lua_State* lua, int index, const Decimal& value) {
  std::string_view text;
  if (const auto digits = decimal_at(lua, index)) {
    text = *digits;
  } else if (lua_type(lua, index) == LUA_TSTRING) {
    text = lua_tostring(lua, index);
  }
  const std::size_t point = text.find('.');
  const auto needed =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(value.digits.size()) - value.point);
  const std::size_t written = point == std::string_view::npos ? 0 : text.size() - point - 1;
  const bool plain = text.find_first_of("eE ") == std::string_view::npos;
  const auto shown = static_cast<std::int64_t>(std::min<std::size_t>(written, 200));
  return static_cast<int>(plain ? std::max(shown, needed) : needed);
}

std::optional<Decimal> number_at(lua_State* lua, int index) {
  if (const auto digits = decimal_at(lua, index)) {
    return Decimal::parse(*digits);
  }
  if (lua_type(lua, index) == LUA_TSTRING) {
    return Decimal::parse(lua_tostring(lua, index));
  }
  if (lua_isinteger(lua, index) != 0) {
    return Decimal::parse(std::to_string(lua_tointeger(lua, index)));
  }
  const double value = lua_type(lua, index) == LUA_TNUMBER ? lua_tonumber(lua, index) : NAN;
  return std::isfinite(value) ? Decimal::parse(shortest_digits(value)) : std::nullopt;
}

struct Operands {
  Decimal left;
  Decimal right;
  int left_places = 0;
  int right_places = 0;
};

Operands operands(lua_State* lua) {
  Operands made{check_number(lua, 1), check_number(lua, 2), 0, 0};
  made.left_places = places_at(lua, 1, made.left);
  made.right_places = places_at(lua, 2, made.right);
  charge(lua, 1 + made.left.digits.size() * made.right.digits.size() / 64);
  return made;
}

int add(lua_State* lua) {
  const Operands all = operands(lua);
  push_decimal(lua, exact::sum(all.left, all.right), std::max(all.left_places, all.right_places));
  return 1;
}

int subtract(lua_State* lua) {
  const Operands all = operands(lua);
  push_decimal(lua, exact::difference(all.left, all.right),
               std::max(all.left_places, all.right_places));
  return 1;
}

int multiply(lua_State* lua) {
  const Operands all = operands(lua);
  push_decimal(lua, exact::product(all.left, all.right),
               std::min(all.left_places + all.right_places, 200));
  return 1;
}

Operands operands_of_division(lua_State* lua) {
  Operands all = operands(lua);
  if (all.right.is_zero()) {
    luaL_error(lua, "division by zero");
  }
  charge(lua, 500);
  return all;
}

int divide(lua_State* lua) {
  const Operands all = operands_of_division(lua);
  push_decimal(lua, exact::quotient(all.left, all.right));
  return 1;
}

int divide_to_whole(lua_State* lua) {
  const Operands all = operands_of_division(lua);
  push_decimal(lua, exact::whole_quotient(all.left, all.right));
  return 1;
}

int remainder_of(lua_State* lua) {
  const Operands all = operands_of_division(lua);
  const Decimal whole = exact::whole_quotient(all.left, all.right);
  push_decimal(lua, exact::difference(all.left, exact::product(whole, all.right)),
               std::max(all.left_places, all.right_places));
  return 1;
}

int negate(lua_State* lua) {
  const Decimal value = check_number(lua, 1);
  push_decimal(lua, exact::negated(value), places_at(lua, 1, value));
  return 1;
}

int is_equal(lua_State* lua) {
  const auto left = number_at(lua, 1);
  const auto right = number_at(lua, 2);
  lua_pushboolean(lua, left && right ? compare(*left, *right) == std::strong_ordering::equal
                                     : lua_rawequal(lua, 1, 2) != 0);
  return 1;
}

int is_less(lua_State* lua) {
  lua_pushboolean(lua, compare(check_number(lua, 1), check_number(lua, 2)) < 0);
  return 1;
}

int is_less_or_equal(lua_State* lua) {
  lua_pushboolean(lua, compare(check_number(lua, 1), check_number(lua, 2)) <= 0);
  return 1;
}

int as_text(lua_State* lua) {
  const auto digits = decimal_at(lua, 1);
  luaL_argcheck(lua, digits.has_value(), 1, "decimal expected");
  lua_pushlstring(lua, digits->data(), digits->size());
  return 1;
}

int concatenate(lua_State* lua) {
  for (int index = 1; index <= 2; ++index) {
    if (const auto digits = decimal_at(lua, index)) {
      lua_pushlstring(lua, digits->data(), digits->size());
      lua_replace(lua, index);
    } else if (lua_isstring(lua, index) == 0) {
      return luaL_error(lua, "attempt to concatenate a %s value", luaL_typename(lua, index));
    }
  }
  lua_concat(lua, 2);
  return 1;
}

int make_decimal(lua_State* lua) {
  const Decimal value = check_number(lua, 1);
  push_decimal(lua, value, places_at(lua, 1, value));
  return 1;
}

int round_to(lua_State* lua) {
  constexpr int places_max = 100;
  const Decimal value = check_number(lua, 1);
  const lua_Integer places = luaL_optinteger(lua, 2, 0);
  luaL_argcheck(lua, places >= 0 && places <= places_max, 2, "0 to 100 places expected");
  push_decimal(lua, rounded(value, static_cast<int>(places)), static_cast<int>(places));
  return 1;
}

constexpr luaL_Reg arithmetic[] = {
    {"__add", add},    {"__sub", subtract},         {"__mul", multiply},
    {"__div", divide}, {"__idiv", divide_to_whole}, {"__mod", remainder_of},
    {"__unm", negate}, {nullptr, nullptr},
};

constexpr luaL_Reg comparison[] = {
    {"__eq", is_equal},      {"__lt", is_less},         {"__le", is_less_or_equal},
    {"__tostring", as_text}, {"__concat", concatenate}, {nullptr, nullptr},
};

}  // namespace

void install_decimals(lua_State* lua) {
  luaL_newmetatable(lua, type_name);
  luaL_setfuncs(lua, arithmetic, 0);
  luaL_setfuncs(lua, comparison, 0);
  lua_pop(lua, 1);
  lua_pushliteral(lua, "");
  if (lua_getmetatable(lua, -1) != 0) {  // of all texts
    luaL_setfuncs(lua, arithmetic, 0);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  lua_register(lua, "decimal", make_decimal);
  lua_register(lua, "round", round_to);
  lua_register(lua, "equal", is_equal);
}

void push_decimal(lua_State* lua, std::string_view digits) {
  void* place = lua_newuserdatauv(lua, digits.size(), 0);
  std::memcpy(place, digits.data(), digits.size());
  luaL_setmetatable(lua, type_name);
}

void push_decimal(lua_State* lua, const Decimal& value, int places) {
  if (!fits_plainly(value)) {
    luaL_error(lua, "the result has more than 200 digits");
  }
  const auto needed =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(value.digits.size()) - value.point);
  push_decimal(lua, to_plain(value, std::max(places, static_cast<int>(needed))));
}

std::optional<std::string_view> decimal_at(lua_State* lua, int index) {
  const void* place = luaL_testudata(lua, index, type_name);
  return place == nullptr
             ? std::nullopt
             : std::optional(std::string_view(static_cast<const char*>(place),
                                              static_cast<std::size_t>(lua_rawlen(lua, index))));
}

Decimal check_number(lua_State* lua, int index) {
  auto value = number_at(lua, index);
  if (!value) {
    if (lua_type(lua, index) == LUA_TSTRING) {
      luaL_error(lua, "cannot calculate with `%s`, which is no number", lua_tostring(lua, index));
    }
    luaL_error(lua, "attempt to calculate with a %s value", luaL_typename(lua, index));
  }
  if (!fits_plainly(*value)) {
    luaL_error(lua, "a number of more than 200 digits cannot be calculated with");
  }
  return *std::move(value);
}

std::string shortest_digits(double value) { return fmt::format("{}", value); }

}  // namespace weir
