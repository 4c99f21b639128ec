// SPDX-License-Identifier: Apache-2.0
#include "source/call_ledger.h"

namespace weir {

Result<void> MemoryCallLedger::change(const std::string& account, const Change& change) {
  const std::scoped_lock lock(mutex_);
  change(accounts_[account]);
  return {};
}

}  // namespace weir
