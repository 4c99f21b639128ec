// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir {

// Hashes of ids, each seen in this reading of a window, or in any reading with its total, or in
// both; in 8 bytes a slot of open addressing, at most half of them taken. One thread.
class SeenIds {
 public:
  // Sees one in both. False: this reading had seen it before.
  bool see(std::uint64_t hash);

  void forget_reading() { forget(of_reading); }
  void forget_total();

  // Different ones, in all readings with this total.
  std::size_t count() const { return counted_; }

 private:
  // Take the place of the lowest bits of a hash.
  static constexpr std::uint64_t of_reading = 1;
  static constexpr std::uint64_t of_total = 2;
  static constexpr std::uint64_t marks = of_reading | of_total;

  std::uint64_t& slot_of(std::uint64_t hash);
  void grow();
  void forget(std::uint64_t mark);

  std::vector<std::uint64_t> slots_;  // 0: free; the count is a power of two
  std::size_t taken_ = 0;
  std::size_t counted_ = 0;
};

}  // namespace weir
