// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/journal_store.h"

namespace weir {

// Journal::drop_raw, in the writer thread.
Result<RawDropped> drop_raw(JournalStore& store, const RawLimits& limits);

}  // namespace weir
