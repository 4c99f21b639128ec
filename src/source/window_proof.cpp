// SPDX-License-Identifier: Apache-2.0
#include "source/window_proof.h"

#include "core/hash.h"

#include <unordered_map>

namespace weir {

void WindowProof::begin_reading() {
  first_ = true;
  moved_ = false;
  ids_of_reading_.clear();
  repeats_ = false;
}

void WindowProof::see(const Page& page, std::optional<std::int64_t> total) {
  if (total != total_) {
    moved_ = moved_ || !first_;
    total_ = total;
    if (past_) {
      ids_.clear();
    }
  }
  first_ = false;
  named_ = named_ || total.has_value();
  std::unordered_map<std::uint64_t, std::uint64_t> on_page;  // how often an id
  for (const auto& record : page.records) {
    const std::uint64_t id = hash64(record.id);
    const std::uint64_t key = id + on_page[id]++;
    ids_.insert(key);
    if (!ids_of_reading_.insert(key).second) {
      repeats_ = true;
      repeated_id_ = record.fault.empty() ? record.id : repeated_id_;
    }
  }
}

bool WindowProof::settled() const {
  if (!named_) {
    return true;
  }
  if (!past_) {
    return !total_ || seen() >= *total_;
  }
  return !moved_ && seen() == total_;
}

}  // namespace weir
