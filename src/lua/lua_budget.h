// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <lua.hpp>

namespace weir {

// What one call may still do. Every instruction is a step; a function of ours that loops counts its
// own rounds.
struct LuaBudget {
  std::int64_t steps_max = 0;
  std::int64_t steps = 0;  // left
  bool spent = false;      // for good: no pcall goes on
};

void install_budget(lua_State* lua, LuaBudget& budget);
LuaBudget& budget_of(lua_State* lua);

// Raises a Lua error when the steps are spent.
void charge(lua_State* lua, std::uint64_t steps);

}  // namespace weir
