// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_sandbox.h"

#include "lua/lua_library.h"
#include "lua/lua_text.h"
#include "lua/lua_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace weir {

struct LuaSandbox::Work {
  const std::string& function;
  std::span<const Value> arguments;
  Value* result = nullptr;                // of a call
  std::vector<Value>* records = nullptr;  // of a conversion
};

namespace {

// Allocates nothing in the state.
std::map<std::string, std::string> types_of_globals(lua_State* lua) {
  std::map<std::string, std::string> types;
  lua_rawgeti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (lua_pushnil(lua); lua_next(lua, -2) != 0; lua_pop(lua, 1)) {
    if (lua_type(lua, -2) == LUA_TSTRING) {
      types.emplace(lua_tostring(lua, -2), luaL_typename(lua, -1));
    }
  }
  lua_pop(lua, 1);
  return types;
}

int open_library(lua_State* lua) {
  install_library(lua);
  return 0;
}

// "receipts.lua:12: unexpected symbol near `x`", taken apart.
LuaFileFault fault_of(const std::string& file, std::string text) {
  LuaFileFault fault{0, std::move(text)};
  const std::string start = file + ":";
  if (fault.message.starts_with(start)) {
    const char* digits = fault.message.data() + start.size();
    const auto [stop, code] =
        std::from_chars(digits, fault.message.data() + fault.message.size(), fault.line);
    const auto length = static_cast<std::size_t>(stop - fault.message.data());
    if (code == std::errc()) {
      fault.message.erase(0, std::min(fault.message.size(), length + 2));
    }
  }
  return fault;
}

std::string message_on_top(lua_State* lua) {
  if (lua_type(lua, -1) == LUA_TSTRING) {
    return lua_tostring(lua, -1);
  }
  return fmt::format("an error that is a {} and no text", luaL_typename(lua, -1));
}

std::vector<Value> read_records(lua_State* lua) {
  if (lua_isnil(lua, -1)) {
    return {};
  }
  if (!lua_istable(lua, -1)) {
    luaL_error(lua, "gives a %s; it must give a record, a list of records, or nil",
               luaL_typename(lua, -1));
  }
  Value value = read_value(lua);
  if (const List* list = value.list()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      if ((*list)[i].object() == nullptr) {
        luaL_error(lua, "gives a list whose item %d is no record", static_cast<int>(i) + 1);
      }
    }
    return *list;
  }
  const bool empty = value.object()->empty();
  return empty ? std::vector<Value>() : std::vector<Value>{std::move(value)};
}

}  // namespace

LuaSandbox::LuaSandbox(std::string file, const LuaLimits& limits)
    : file_(std::move(file)), limits_(limits), arena_(limits.memory) {
  budget_.steps_max = limits.steps;
}

// The state holds nothing but memory of the arena.
LuaSandbox::~LuaSandbox() = default;

tl::expected<std::unique_ptr<LuaSandbox>, LuaFileFault> LuaSandbox::load(const std::string& file,
                                                                         std::string_view text,
                                                                         const LuaLimits& limits) {
  std::unique_ptr<LuaSandbox> sandbox(new LuaSandbox(file, limits));
  if (auto fault = sandbox->run_file(text)) {
    return tl::unexpected(*std::move(fault));
  }
  return sandbox;
}

std::optional<LuaFileFault> LuaSandbox::run_file(std::string_view text) {
  lua_ = lua_newstate(LuaArena::allocate, &arena_);
  if (lua_ == nullptr) {
    return LuaFileFault{0, "there is no memory for it"};
  }
  budget_.steps = budget_.steps_max;
  install_budget(lua_, budget_);
  lua_pushcfunction(lua_, open_library);
  int status = lua_pcall(lua_, 0, 0, 0);
  const auto given = types_of_globals(lua_);
  if (status == LUA_OK) {
    const std::string chunk = "@" + file_;
    status = luaL_loadbufferx(lua_, text.data(), text.size(), chunk.c_str(), "t");
  }
  if (status == LUA_OK) {
    status = lua_pcall(lua_, 0, 0, 0);
  }
  if (status == LUA_ERRMEM) {
    return LuaFileFault{0, fmt::format("needs more than {} MiB", limits_.memory.bytes >> 20U)};
  }
  if (status != LUA_OK) {
    return fault_of(file_, message_on_top(lua_));
  }
  for (const auto& [name, type] : types_of_globals(lua_)) {
    if (given.count(name) == 0) {
      types_.emplace(name, type);
      if (type == "function") {
        functions_.push_back(name);
      }
    }
  }
  lua_settop(lua_, 0);
  lua_gc(lua_, LUA_GCCOLLECT);
  arena_.keep();
  return std::nullopt;
}

std::string LuaSandbox::type_of(const std::string& global) const {
  const auto found = types_.find(global);
  return found == types_.end() ? "" : found->second;
}

Result<Value> LuaSandbox::call(const std::string& function, std::span<const Value> arguments) {
  Value result;
  WEIR_CHECK(run({function, arguments, &result, nullptr}));
  return result;
}

Result<std::vector<Value>> LuaSandbox::convert(const std::string& function, const Value& record) {
  std::vector<Value> records;
  WEIR_CHECK(run({function, {&record, 1}, nullptr, &records}));
  return records;
}

Result<void> LuaSandbox::run(const Work& work) {
  arena_.restore();
  budget_.steps = budget_.steps_max;
  budget_.spent = false;
  lua_pushcfunction(lua_, [](lua_State* lua) {
    const Work& wanted = *static_cast<const Work*>(lua_touserdata(lua, 1));
    lua_getglobal(lua, wanted.function.c_str());
    luaL_checkstack(lua, static_cast<int>(wanted.arguments.size()) + 8, "too many arguments");
    for (const Value& argument : wanted.arguments) {
      push_value(lua, argument);
    }
    lua_call(lua, static_cast<int>(wanted.arguments.size()), 1);
    if (wanted.records != nullptr) {
      *wanted.records = read_records(lua);
    } else {
      *wanted.result = read_value(lua);
    }
    return 0;
  });
  lua_pushlightuserdata(lua_, const_cast<Work*>(&work));  // NOLINT(*-const-cast)
  const int status = lua_pcall(lua_, 1, 0, 0);
  if (status != LUA_OK) {
    return tl::unexpected(failure(status, work.function));
  }
  return {};
}

Error LuaSandbox::failure(int status, const std::string& function) {
  if (status == LUA_ERRMEM) {
    return {ErrorKind::rejected,
            fmt::format("{}: `{}` needs more memory than there is: {} MiB in all, {} MiB for one "
                        "text or table, {} MiB asked for in one call",
                        file_, function, limits_.memory.bytes >> 20U, limits_.memory.block >> 20U,
                        limits_.memory.turnover >> 20U),
            {},
            {}};
  }
  LuaFileFault fault = fault_of(file_, message_on_top(lua_));
  const std::string place = fault.line == 0 ? file_ : fmt::format("{}:{}", file_, fault.line);
  return {ErrorKind::rejected, fmt::format("{}: `{}`: {}", place, function, fault.message), {}, {}};
}

}  // namespace weir
