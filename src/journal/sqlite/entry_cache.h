// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/page_table.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace weir {

// The entries of the pages that look-ups have pointed to lately. Records that are read again come
// in much the order they came in first, so the neighbours of a hit are found here, not in the
// index. One thread.
class EntryCache {
 public:
  EntryCache(PageTable& pages, std::size_t pages_max) : pages_(pages), pages_max_(pages_max) {}

  // Stands until the next call of make_room().
  Result<const PageEntries*> page(PageId page);
  // The place of the id in one of the few pages used last. It may have been replaced since.
  std::optional<PackedPlace> find_near(const IndexKey& id) const;
  void make_room();

 private:
  struct Slot {
    PageEntries entries;
    std::vector<IndexKey> keys;          // of the ids, by index
    std::vector<std::uint32_t> by_hash;  // index + 1 by hash of the key; 0: free; power of two
  };

  static Slot make_slot(PageEntries entries);

  PageTable& pages_;
  const std::size_t pages_max_;
  std::list<Slot> slots_;  // last used first
  std::unordered_map<std::int64_t, std::list<Slot>::iterator> by_page_;
};

}  // namespace weir
