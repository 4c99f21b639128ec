// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_arena.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace weir {
namespace {

constexpr std::size_t block_min = 16;
// Each refusal makes Lua collect its garbage, which takes milliseconds when the arena is full.
constexpr int refusals_max = 50;

std::size_t class_of(std::size_t size) {
  return static_cast<std::size_t>(std::bit_width(std::max(size, block_min) - 1));
}

}  // namespace

LuaArena::LuaArena(const LuaMemoryLimits& limits)
    : limits_(limits), bytes_(std::make_unique_for_overwrite<std::byte[]>(limits.bytes)) {}

void* LuaArena::allocate(void* arena, void* block, std::size_t old_size, std::size_t new_size) {
  return static_cast<LuaArena*>(arena)->resize(block, block == nullptr ? 0 : old_size, new_size);
}

void LuaArena::keep() {
  kept_bytes_.assign(bytes_.get(), bytes_.get() + places_.used);
  kept_places_ = places_;
  kept_ = true;
  restore();
}

void LuaArena::restore() {
  std::memcpy(bytes_.get(), kept_bytes_.data(), kept_bytes_.size());
  places_ = kept_places_;
  turnover_ = 0;
  refusals_ = 0;
}

void* LuaArena::resize(void* block, std::size_t old_size, std::size_t new_size) {
  if (new_size == 0) {
    if (block != nullptr) {
      give_back(block, old_size);
    }
    return nullptr;
  }
  // Lua relies on it that shrinking works.
  if (block != nullptr && (new_size <= old_size || class_of(new_size) == class_of(old_size))) {
    return block;
  }
  void* larger = take(new_size);
  if (larger != nullptr && block != nullptr) {
    std::memcpy(larger, block, old_size);
    give_back(block, old_size);
  }
  return larger;
}

void* LuaArena::take(std::size_t size) {
  turnover_ += size;
  const bool too_much = kept_ && (size > limits_.block || turnover_ > limits_.turnover);
  if (too_much || size > limits_.bytes || refusals_ >= refusals_max) {
    ++refusals_;
    return nullptr;
  }
  const std::size_t index = class_of(size);
  if (Free* free = places_.free[index]) {
    places_.free[index] = free->next;
    return free;
  }
  const std::size_t length = std::size_t{1} << index;
  if (length > limits_.bytes - places_.used) {
    ++refusals_;
    return nullptr;
  }
  void* block = bytes_.get() + places_.used;
  places_.used += length;
  return block;
}

void LuaArena::give_back(void* block, std::size_t size) {
  const std::size_t index = class_of(size);
  auto* free = static_cast<Free*>(block);
  free->next = places_.free[index];
  places_.free[index] = free;
}

}  // namespace weir
