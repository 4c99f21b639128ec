// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>

namespace weir {

// Puts find, match, gmatch, gsub, rep and format into the table on top of the stack, in place of
// Lua's own: they count their steps, and format writes decimals exactly (`%.2f`) and no addresses.
void install_text_functions(lua_State* lua);

// As tostring, without the addresses of tables and functions, which differ from run to run.
void push_text(lua_State* lua, int index);

}  // namespace weir
