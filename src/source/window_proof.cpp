// SPDX-License-Identifier: Apache-2.0
#include "source/window_proof.h"

#include "core/hash.h"

#include <unordered_map>

namespace weir {

void WindowProof::begin_reading() {
  first_ = true;
  moved_ = false;
  ids_.forget_reading();
  repeats_ = false;
}

void WindowProof::see(const Page& page, std::optional<std::int64_t> total) {
  if (total != total_) {
    moved_ = moved_ || !first_;
    total_ = total;
    if (past_) {
      ids_.forget_total();
    }
  }
  first_ = false;
  named_ = named_ || total.has_value();
  std::unordered_map<std::uint64_t, std::uint64_t> on_page;  // how often an id without use
  for (const auto& record : page.records) {
    const std::uint64_t id = hash64(record.id);
    if (!ids_.see(record.fault.empty() ? id : id + (++on_page[id] << 8U))) {
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
