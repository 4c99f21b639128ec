// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"

#include <lua.hpp>

namespace weir {

// Values as Lua has them, and back.
//   null                    nil (no member); in a list, and wherever it is wanted, `null`
//   true, text              the same; text is bytes in UTF-8
//   number                  a whole one of 64 bits: integer; any other: decimal (lua_decimal.h)
//   list                    a table from 1 that knows that it is a list, also when it is empty
//   object                  a table; its members come back in the order of their names
// Back come also tables of the author's own: those with the keys 1 to n are lists, an empty one is
// an object unless `list{}` made it. A float comes back by its digits when these are at most 15;
// more are the trace of arithmetic with doubles, and are refused.

// Gives the state `list` and `null`.
void install_values(lua_State* lua);

// Both raise Lua errors, and belong into a protected call.
void push_value(lua_State* lua, const Value& value);
// The value on top of the stack, which stays. Errors name the member: "`lines[2].day` is a
// function".
Value read_value(lua_State* lua);
// Whether the table on top of the stack is a list that holds something, or is empty.
bool is_list(lua_State* lua);

}  // namespace weir
