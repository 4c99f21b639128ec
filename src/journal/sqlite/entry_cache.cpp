// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/entry_cache.h"

#include <bit>
#include <utility>

namespace weir {

EntryCache::Slot EntryCache::make_slot(PageEntries entries) {
  Slot slot;
  slot.keys.reserve(entries.entries.size());
  slot.by_hash.resize(std::bit_ceil(entries.entries.size() * 2 + 1));
  const std::size_t mask = slot.by_hash.size() - 1;
  for (std::size_t i = 0; i < entries.entries.size(); ++i) {
    const IndexKey key = id_key(entries.header.pipeline, entries.entries[i].id);
    slot.keys.push_back(key);
    std::size_t at = key.low & mask;
    // A later version of the same id in one page takes the earlier one's slot.
    while (slot.by_hash[at] != 0 && slot.keys[slot.by_hash[at] - 1] != key) {
      at = (at + 1) & mask;
    }
    slot.by_hash[at] = static_cast<std::uint32_t>(i + 1);
  }
  slot.entries = std::move(entries);
  return slot;
}

Result<const PageEntries*> EntryCache::page(PageId page) {
  const auto key = static_cast<std::int64_t>(page);
  if (const auto at = by_page_.find(key); at != by_page_.end()) {
    slots_.splice(slots_.begin(), slots_, at->second);
    return &slots_.front().entries;
  }
  WEIR_TRY(PageEntries entries, pages_.entries(page));
  slots_.push_front(make_slot(std::move(entries)));
  by_page_[key] = slots_.begin();
  return &slots_.front().entries;
}

std::optional<PackedPlace> EntryCache::find_near(const IndexKey& id) const {
  constexpr int pages = 4;
  int looked = 0;
  for (auto slot = slots_.begin(); slot != slots_.end() && looked < pages; ++slot, ++looked) {
    const std::size_t mask = slot->by_hash.size() - 1;
    for (std::size_t at = id.low & mask; slot->by_hash[at] != 0; at = (at + 1) & mask) {
      const std::uint32_t index = slot->by_hash[at] - 1;
      if (slot->keys[index] == id) {
        return pack({slot->entries.page, index});
      }
    }
  }
  return std::nullopt;
}

void EntryCache::make_room() {
  while (slots_.size() > pages_max_) {
    by_page_.erase(static_cast<std::int64_t>(slots_.back().entries.page));
    slots_.pop_back();
  }
}

}  // namespace weir
