// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "lua/lua_arena.h"
#include "lua/lua_budget.h"

#include <lua.hpp>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct LuaLimits {
  std::int64_t steps = 1'000'000;  // of loading the file, and of each call
  LuaMemoryLimits memory;
};

// A file that is wrong: why, and where.
struct LuaFileFault {
  int line = 0;  // 0: the whole file
  std::string message;
};

// One file of functions, loaded into a state of its own without any way out of it. Each call finds
// the state as the file left it, whatever the calls before did to it or how they ended. One thread
// at a time; a call takes at most the limits' steps and memory, some ten milliseconds.
class LuaSandbox {
 public:
  // `file`: its name in messages.
  static tl::expected<std::unique_ptr<LuaSandbox>, LuaFileFault> load(const std::string& file,
                                                                      std::string_view text,
                                                                      const LuaLimits& limits = {});

  // Names of the functions that the file defines as globals, ordered.
  const std::vector<std::string>& functions() const { return functions_; }
  // The type of a global that the file defines; empty: it defines none of this name.
  std::string type_of(const std::string& global) const;

  // Errors: `rejected`, with the file's line and what the function said.
  Result<Value> call(const std::string& function, std::span<const Value> arguments);
  // The records that the function makes of this one: none for nil and an empty list, one for a
  // table with names, several for a list of these. Errors likewise.
  Result<std::vector<Value>> convert(const std::string& function, const Value& record);

  ~LuaSandbox();

 private:
  LuaSandbox(std::string file, const LuaLimits& limits);
  std::optional<LuaFileFault> run_file(std::string_view text);
  // Runs it within a protected call, on a restored state.
  struct Work;
  Result<void> run(const Work& work);
  Error failure(int status, const std::string& function);

  const std::string file_;
  const LuaLimits limits_;
  LuaArena arena_;
  LuaBudget budget_;
  lua_State* lua_ = nullptr;
  std::map<std::string, std::string> types_;  // of the globals that the file defines
  std::vector<std::string> functions_;
};

}  // namespace weir
