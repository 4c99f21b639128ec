// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/sqlite/index_key.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace weir {

// The newest keys of the index, in open addressing: 24 bytes a slot, at most 5/8 full. One thread.
class MemoryTable {
 public:
  // The same key again: the newer place stays.
  void insert(const IndexEntry& entry);
  // Brings the key's slot into the processor's cache.
  void prefetch(const IndexKey& key) const;
  std::optional<PackedPlace> find(const IndexKey& key) const;
  // Places of all number entries with this hash, appended. Looks at every slot.
  void find_numbers(std::uint64_t high, std::vector<PackedPlace>& places) const;

  std::size_t size() const { return size_; }
  // All entries in order, sorted where they lie: nothing but clear() may follow.
  std::span<const IndexEntry> sort();
  void clear();

 private:
  std::size_t first_slot(const IndexKey& key) const;
  std::size_t slot_of(const IndexKey& key) const;
  void grow();

  std::vector<IndexEntry> slots_;  // a place of 0: free; the count is a power of two
  std::size_t size_ = 0;
};

}  // namespace weir
