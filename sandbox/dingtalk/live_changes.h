// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/receipt_store.h"

#include <cstdint>
#include <mutex>

namespace weir::yida_sandbox {

// What happens by itself at the source while pages are read.
struct LivePlan {
  std::uint32_t every_calls = 0;  // after every so many list calls; 0: never
  std::uint32_t add = 0;
  std::uint32_t change = 0;
  std::uint32_t approve = 0;
  std::uint32_t remove = 0;
};

// Counts list calls and lets the plan happen. Any thread may call.
class LiveChanges {
 public:
  explicit LiveChanges(LivePlan plan) : plan_(plan) {}
  void set(LivePlan plan);
  LivePlan plan() const;
  // Called behind every answer that lists receipts.
  void after_list(ReceiptStore& store, Minute now);

 private:
  mutable std::mutex mutex_;
  LivePlan plan_;
  std::uint64_t calls_ = 0;
};

}  // namespace weir::yida_sandbox
