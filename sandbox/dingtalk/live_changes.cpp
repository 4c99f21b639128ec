// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/live_changes.h"

namespace weir::yida_sandbox {

void LiveChanges::set(LivePlan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
  calls_ = 0;
}

LivePlan LiveChanges::plan() const {
  const std::lock_guard lock(mutex_);
  return plan_;
}

void LiveChanges::after_list(ReceiptStore& store, Minute now) {
  LivePlan plan;
  {
    const std::lock_guard lock(mutex_);
    if (plan_.every_calls == 0 || ++calls_ % plan_.every_calls != 0) {
      return;
    }
    plan = plan_;
  }
  if (plan.remove > 0) {
    store.remove({{}, plan.remove, std::nullopt});
  }
  if (plan.change > 0) {
    store.change({{}, plan.change, std::nullopt}, {}, false, now);
  }
  if (plan.approve > 0) {
    store.approve({{}, plan.approve, std::nullopt}, Verdict::agree, now);
  }
  if (plan.add > 0) {
    store.add(plan.add, Status::completed, true, {}, now);
  }
}

}  // namespace weir::yida_sandbox
