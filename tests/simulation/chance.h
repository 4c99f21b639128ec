// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/hash.h"

#include <cstdint>
#include <string_view>

namespace weir::simulation {

// Random numbers that are a function of seed, stream and number alone: what happens at the
// fortieth call of the source is the same whatever came before it, and in whichever thread.
class Chance {
 public:
  Chance(std::uint64_t seed, std::string_view stream, std::uint64_t number = 0)
      : state_(hash64(stream, seed) ^ (number * 0x9e3779b97f4a7c15ULL)) {}

  // splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
  std::uint64_t next() {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31U);
  }
  // 0 … below - 1.
  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(below));
  }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + pick(high - low + 1); }
  // Once in `count` times; 0: never.
  bool one_in(std::int64_t count) { return count > 0 && pick(count) == 0; }
  template <typename T, std::size_t Size>
  T one_of(const T (&choices)[Size]) {
    return choices[pick(static_cast<std::int64_t>(Size))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace weir::simulation
