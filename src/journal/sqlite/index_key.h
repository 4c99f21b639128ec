// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/hash.h"
#include "journal/journal.h"

#include <compare>
#include <cstdint>
#include <string_view>

namespace weir {

// A place in eight bytes: page << 20 | index. Never 0, for pages count from 1.
using PackedPlace = std::uint64_t;
inline constexpr std::uint32_t page_records_max = 1U << 20U;

inline PackedPlace pack(const RecordPlace& place) {
  return static_cast<std::uint64_t>(place.page) << 20U | place.index;
}
inline RecordPlace unpack(PackedPlace place) {
  return {static_cast<PageId>(place >> 20U),
          static_cast<std::uint32_t>(place & (page_records_max - 1))};
}

// What the index is sorted by. Of an id: 127 bits of its hash, so equal keys are equal ids and a
// newer place takes an older one's. Of a number: 63 bits of its hash (to be verified against the
// text), then the place, for many records may have the same. Ids sort before numbers.
struct IndexKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const IndexKey&) const = default;
  bool is_id() const { return high >> 63U == 0; }
};

struct IndexEntry {
  IndexKey key;
  PackedPlace place = 0;
  bool operator==(const IndexEntry&) const = default;
};
static_assert(sizeof(IndexEntry) == 24);

inline IndexKey id_key(PipelineId pipeline, std::string_view id) {
  const Hash128 hash = hash128(id, static_cast<std::uint64_t>(pipeline));
  return {hash.high >> 1U, hash.low};
}
inline std::uint64_t number_key(PipelineId pipeline, std::string_view number) {
  return hash64(number, static_cast<std::uint64_t>(pipeline)) | 1ULL << 63U;
}
inline IndexEntry number_entry(PipelineId pipeline, std::string_view number, PackedPlace place) {
  return {{number_key(pipeline, number), place}, place};
}

}  // namespace weir
