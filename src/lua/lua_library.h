// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lua.hpp>

namespace weir {

// Gives a new state the globals that a user's functions may use, and no others: nothing that reads
// files, loads code, knows the time or chance, ends a state or outlives a call. `pairs` and `next`
// go by the order of the keys, so that one record is converted alike for ever. docs/functions.md
// has the list.
void install_library(lua_State* lua);

}  // namespace weir
