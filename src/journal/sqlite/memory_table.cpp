// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/memory_table.h"

#include <algorithm>
#include <utility>

namespace weir {

std::size_t MemoryTable::first_slot(const IndexKey& key) const {
  // The low half of a number's key is a place: spread it.
  const std::uint64_t mixed = key.high ^ (key.low * 0x9e37'79b9'7f4a'7c15ULL);
  return (mixed ^ mixed >> 32U) & (slots_.size() - 1);
}

void MemoryTable::prefetch(const IndexKey& key) const {
  if (!slots_.empty()) {
    __builtin_prefetch(&slots_[first_slot(key)], 1);
  }
}

std::size_t MemoryTable::slot_of(const IndexKey& key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = first_slot(key);
  while (slots_[slot].place != 0 && slots_[slot].key != key) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void MemoryTable::insert(const IndexEntry& entry) {
  if ((size_ + 1) * 8 > slots_.size() * 5) {
    grow();
  }
  IndexEntry& slot = slots_[slot_of(entry.key)];
  if (slot.place == 0) {
    slot = entry;
    ++size_;
  } else {
    slot.place = std::max(slot.place, entry.place);
  }
}

void MemoryTable::grow() {
  constexpr std::size_t slots_min = 256;
  const std::vector<IndexEntry> old =
      std::exchange(slots_, std::vector<IndexEntry>(std::max(slots_min, slots_.size() * 2)));
  for (const IndexEntry& entry : old) {
    if (entry.place != 0) {
      slots_[slot_of(entry.key)] = entry;
    }
  }
}

std::optional<PackedPlace> MemoryTable::find(const IndexKey& key) const {
  if (size_ == 0) {
    return std::nullopt;
  }
  const IndexEntry& slot = slots_[slot_of(key)];
  return slot.place != 0 ? std::optional(slot.place) : std::nullopt;
}

void MemoryTable::find_numbers(std::uint64_t high, std::vector<PackedPlace>& places) const {
  for (const IndexEntry& entry : slots_) {
    if (entry.place != 0 && entry.key.high == high) {
      places.push_back(entry.place);
    }
  }
}

std::span<const IndexEntry> MemoryTable::sort() {
  const auto free = [](const IndexEntry& entry) { return entry.place == 0; };
  const auto end = std::remove_if(slots_.begin(), slots_.end(), free);
  std::sort(slots_.begin(), end,
            [](const IndexEntry& a, const IndexEntry& b) { return a.key < b.key; });
  return {slots_.begin(), end};
}

void MemoryTable::clear() {
  std::fill(slots_.begin(), slots_.end(), IndexEntry{});
  size_ = 0;
}

}  // namespace weir
