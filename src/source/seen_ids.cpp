// SPDX-License-Identifier: Apache-2.0
#include "source/seen_ids.h"

#include <utility>

namespace weir {

// A hash is never as small as its marks, so that a slot that is taken is never 0.
std::uint64_t& SeenIds::slot_of(std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = (hash >> 2U) & mask;
  while (slots_[at] != 0 && (slots_[at] | marks) != (hash | marks)) {
    at = (at + 1) & mask;
  }
  return slots_[at];
}

void SeenIds::grow() {
  constexpr std::size_t slots_min = 1024;
  const std::vector<std::uint64_t> old = std::exchange(
      slots_, std::vector<std::uint64_t>(slots_.empty() ? slots_min : slots_.size() * 2));
  taken_ = 0;
  for (const std::uint64_t slot : old) {
    if ((slot & marks) != 0) {
      slot_of(slot) = slot;
      ++taken_;
    }
  }
}

bool SeenIds::see(std::uint64_t hash) {
  if (taken_ * 2 >= slots_.size()) {
    grow();
  }
  hash |= marks;
  if (hash == marks) {
    hash |= marks + 1;
  }
  std::uint64_t& slot = slot_of(hash);
  const std::uint64_t before = std::exchange(slot, hash);
  taken_ += before == 0 ? 1 : 0;
  counted_ += (before & of_total) == 0 ? 1 : 0;
  return (before & of_reading) == 0;
}

void SeenIds::forget(std::uint64_t mark) {
  for (std::uint64_t& slot : slots_) {
    slot &= ~mark;
  }
}

void SeenIds::forget_total() {
  forget(of_total);
  counted_ = 0;
}

}  // namespace weir
