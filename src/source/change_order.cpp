// SPDX-License-Identifier: Apache-2.0
#include "source/change_order.h"

namespace weir {
namespace {

constexpr int falls_min = 10;

}  // namespace

bool ChangeOrder::proves(const Page& page) const {
  int falls = 0;
  bool creation_rises = false;
  bool creation_falls = false;
  const PageRecord* before = nullptr;
  for (const auto& record : page.records) {
    if (!record.created_at) {
      return false;
    }
    if (before != nullptr) {
      falls += record.changed_at < before->changed_at ? 1 : 0;
      creation_rises = creation_rises || record.created_at > before->created_at;
      creation_falls = creation_falls || record.created_at < before->created_at;
    }
    before = &record;
  }
  return falls >= falls_min && creation_rises && creation_falls;
}

void ChangeOrder::see(const Page& page) {
  for (const auto& record : page.records) {
    if (!record.changed_at || (changed_at_ && *record.changed_at > *changed_at_)) {
      broken_ = true;
      return;
    }
    changed_at_ = record.changed_at;
  }
  proven_ = proven_ || (!broken_ && proves(page));
}

}  // namespace weir
