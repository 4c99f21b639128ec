// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decimal.h"

#include <lua.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// A number in Lua that is exact: it holds its digits as they were written ("128000.50"). It
// calculates and compares with whole numbers, with floats (by the digits that they are written
// with, so that 1.13 is 1.13) and with text that is a number. `==` alone compares with decimals
// only, as Lua has it; `equal(a, b)` is for all.

// Gives the state `decimal`, `round` and `equal`, and lets texts calculate as decimals.
void install_decimals(lua_State* lua);

void push_decimal(lua_State* lua, std::string_view digits);
void push_decimal(lua_State* lua, const Decimal& value, int places = 0);
// The digits of a decimal at this place of the stack; nothing: it is none. Valid while it is there.
std::optional<std::string_view> decimal_at(lua_State* lua, int index);
// Anything that is a number, floats and texts included; raises a Lua error if it is none.
Decimal check_number(lua_State* lua, int index);

// The shortest digits that stand for it; at most 17. Precondition: it is finite.
std::string shortest_digits(double value);

}  // namespace weir
