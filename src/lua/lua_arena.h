// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace weir {

struct LuaMemoryLimits {
  std::size_t bytes = 16U << 20U;      // of all that is alive
  std::size_t block = 1U << 20U;       // of one text or table while a record is converted
  std::size_t turnover = 256U << 20U;  // of all that is asked for during one call
};

// All memory of one Lua state in one block, so that the state can be put back to what it was by
// copying. One thread at a time.
class LuaArena {
 public:
  explicit LuaArena(const LuaMemoryLimits& limits);

  // The form that lua_newstate takes; `arena` is the LuaArena. nullptr: beyond a limit.
  static void* allocate(void* arena, void* block, std::size_t old_size, std::size_t new_size);

  // What is in it now is what restore() brings back; from now on the limits of a call hold.
  void keep();
  void restore();

 private:
  static constexpr std::size_t classes = 64;
  struct Free {
    Free* next;
  };
  struct Places {  // what has been given out: a part of what is kept
    std::size_t used = 0;
    std::array<Free*, classes> free{};
  };

  void* resize(void* block, std::size_t old_size, std::size_t new_size);
  void* take(std::size_t size);
  void give_back(void* block, std::size_t size);

  const LuaMemoryLimits limits_;
  std::unique_ptr<std::byte[]> bytes_;
  Places places_;
  std::vector<std::byte> kept_bytes_;
  Places kept_places_;
  bool kept_ = false;
  std::size_t turnover_ = 0;
  int refusals_ = 0;
};

}  // namespace weir
