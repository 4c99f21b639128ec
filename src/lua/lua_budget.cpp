// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_budget.h"

#include <algorithm>
#include <cstring>

namespace weir {
namespace {

constexpr int hook_interval = 1000;

void count_steps(lua_State* lua, lua_Debug*);

// `level`: of the function of the file whose line the error names, from the running one upwards.
void spend(lua_State* lua, std::uint64_t steps, int level) {
  LuaBudget& budget = budget_of(lua);
  budget.steps -= static_cast<std::int64_t>(std::min<std::uint64_t>(steps, 1U << 30U));
  if (budget.steps < 0) {
    budget.spent = true;
    lua_sethook(lua, count_steps, LUA_MASKCOUNT, 1);  // whoever catches this does not get far
    luaL_where(lua, level);
    lua_pushfstring(lua, "more than %I steps; does a loop not end?",
                    static_cast<LUAI_UACINT>(budget.steps_max));
    lua_concat(lua, 2);
    lua_error(lua);
  }
}

void count_steps(lua_State* lua, lua_Debug*) { spend(lua, hook_interval, 0); }

}  // namespace

void install_budget(lua_State* lua, LuaBudget& budget) {
  LuaBudget* place = &budget;
  std::memcpy(lua_getextraspace(lua), &place, sizeof place);
  lua_sethook(lua, count_steps, LUA_MASKCOUNT, hook_interval);
}

LuaBudget& budget_of(lua_State* lua) {
  LuaBudget* place = nullptr;
  std::memcpy(&place, lua_getextraspace(lua), sizeof place);
  return *place;
}

void charge(lua_State* lua, std::uint64_t steps) { spend(lua, steps, 1); }

}  // namespace weir
