// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace weir {

// 128 bits: two of ten million ids meet with a chance of 1e-25, so equal hashes are equal ids.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

// xxh3, seeded; stable across versions and machines: results are stored.
Hash128 hash128(std::string_view bytes, std::uint64_t seed = 0);
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
// Of the two behind each other, as a little-endian machine stores them.
std::uint64_t hash64(std::uint64_t first, std::uint64_t second);

}  // namespace weir

template <>
struct std::hash<weir::Hash128> {
  std::size_t operator()(const weir::Hash128& value) const noexcept { return value.low; }
};
