// SPDX-License-Identifier: Apache-2.0
#include "source/window_proof.h"

#include "core/hash.h"

#include <string_view>
#include <unordered_map>

namespace weir {

void WindowProof::begin_reading() {
  first_ = true;
  moved_ = false;
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
  std::unordered_map<std::string_view, std::uint64_t> faulty;
  for (const auto& record : page.records) {
    ids_.insert(hash64(record.id, record.fault.empty() ? 0 : ++faulty[record.id]));
  }
}

bool WindowProof::settled() const {
  const std::int64_t seen = static_cast<std::int64_t>(ids_.size());
  if (!named_) {
    return true;
  }
  if (!past_) {
    return !total_ || seen >= *total_;
  }
  return !moved_ && seen == total_;
}

}  // namespace weir
