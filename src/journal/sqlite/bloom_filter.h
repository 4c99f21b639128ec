// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/sqlite/index_key.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Says of an id's key "certainly not here" or "maybe": 12 bits a key, six of them in one cache
// line, about one false "maybe" in 150. The line follows from the high half of the key, so a run
// written in order touches the filter in order.
class BloomFilter {
 public:
  BloomFilter() = default;  // holds nothing
  explicit BloomFilter(std::size_t keys) : lines_(keys * bits_per_key / 512 + 1) {}

  // To be filled with the bytes of another one, in parts, each at its offset.
  void resize(std::size_t bytes) { lines_.resize(bytes / sizeof(Line)); }
  // False: they do not fit there.
  bool fill(std::size_t offset, std::string_view part) {
    if (offset > bytes().size() || part.size() > bytes().size() - offset) {
      return false;
    }
    if (!part.empty()) {
      std::memcpy(reinterpret_cast<char*>(lines_.data()) + offset, part.data(), part.size());
    }
    return true;
  }

  void add(const IndexKey& key) {
    Line& line = lines_[line_of(key)];
    for (unsigned shift = 0; shift < 54; shift += 9) {
      const auto bit = static_cast<std::size_t>(key.low >> shift & 511U);
      line[bit / 64] |= 1ULL << bit % 64;
    }
  }
  bool may_hold(const IndexKey& key) const {
    if (lines_.empty()) {
      return false;
    }
    const Line& line = lines_[line_of(key)];
    for (unsigned shift = 0; shift < 54; shift += 9) {
      const auto bit = static_cast<std::size_t>(key.low >> shift & 511U);
      if ((line[bit / 64] >> bit % 64 & 1U) == 0) {
        return false;
      }
    }
    return true;
  }
  // Where in bytes() a key's bits are; of a greater key never before it.
  std::size_t offset_of(const IndexKey& key) const { return line_of(key) * sizeof(Line); }
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(lines_.data()), lines_.size() * sizeof(Line)};
  }

 private:
  using Line = std::array<std::uint64_t, 8>;
  static constexpr std::size_t bits_per_key = 12;

  std::size_t line_of(const IndexKey& key) const {
    return static_cast<std::size_t>((key.high >> 31U & 0xffff'ffffU) * lines_.size() >> 32U);
  }

  std::vector<Line> lines_;
};

}  // namespace weir
