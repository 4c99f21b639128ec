// SPDX-License-Identifier: Apache-2.0
#include "source/window_proof.h"

#include "core/hash.h"

namespace weir {

void WindowProof::begin_reading() {
  first_ = true;
  moved_ = false;
  faulty_ = 0;
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
  for (const auto& record : page.records) {
    if (record.fault.empty()) {
      ids_.insert(hash64(record.id));
    } else {
      ++faulty_;
    }
  }
}

bool WindowProof::settled() const {
  const std::int64_t seen = static_cast<std::int64_t>(ids_.size()) + faulty_;
  if (!named_) {
    return true;
  }
  if (!past_) {
    return !total_ || seen >= *total_;
  }
  return !moved_ && seen == total_;
}

}  // namespace weir
