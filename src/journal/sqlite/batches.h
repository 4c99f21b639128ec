// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/journal_store.h"

#include <cstdint>
#include <vector>

namespace weir {

// The batches of Journal, on the writer thread.

Result<OpenedBatch> open_batch(JournalStore& store, PipelineId pipeline, std::uint32_t lane,
                               std::uint64_t fence, Redelivery redelivery,
                               const std::vector<Candidate>& candidates);
Result<void> amend_batch(JournalStore& store, const BatchKey& batch, RunId run, Timestamp at,
                         const std::vector<Settlement>& removed);
Result<void> settle_batch(JournalStore& store, const BatchKey& batch, RunId run, Timestamp at,
                          const std::vector<Settlement>& remarks);
Result<void> withdraw_batch(JournalStore& store, const BatchKey& batch);

}  // namespace weir
