// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weir::yida_sandbox {

// A bijection that leaves no trace of its argument (Steele, Lea, Flood: SplitMix).
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

// Chance that depends on nothing but a seed and a purpose: the same question gets the same answer
// in every process, in whatever order the questions come. That lets rows be made when they are
// asked for.
class Dice {
 public:
  constexpr Dice(std::uint64_t seed, std::uint64_t about) : state_(mix(mix(seed) ^ about)) {}

  constexpr std::uint64_t number(std::uint64_t purpose) const {
    return mix(state_ ^ mix(purpose + 0x51ed270b5U));
  }
  // 0 … bound-1
  constexpr std::uint64_t below(std::uint64_t bound, std::uint64_t purpose) const {
    return number(purpose) % bound;
  }
  constexpr bool percent(double percent, std::uint64_t purpose) const {
    return static_cast<double>(below(1'000'000, purpose)) < percent * 10'000.0;
  }

 private:
  std::uint64_t state_;
};

}  // namespace weir::yida_sandbox
