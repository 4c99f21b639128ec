// SPDX-License-Identifier: Apache-2.0
#include "core/hash.h"

#define XXH_INLINE_ALL  // most of what is hashed is a few bytes: a call costs as much as its work
#include <xxhash.h>

namespace weir {

Hash128 hash128(std::string_view bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

[[gnu::flatten]] std::uint64_t hash64(std::uint64_t first, std::uint64_t second) {
  const std::uint64_t pair[] = {first, second};
  return XXH3_64bits(pair, sizeof pair);
}

}  // namespace weir
