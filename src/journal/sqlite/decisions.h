// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/journal_store.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir {

// The writer thread's changes of states.

// What became of one record, in which run and when.
struct Decision {
  Settlement settlement;
  RunId run{};
  Timestamp at;
  std::optional<std::uint64_t> sent;  // hash of what was sent; empty: not known
};
// Writes it into the record's status, as its next attempt, and lets a newer version of the record
// know what now stands in the target.
Result<void> decide(JournalStore& store, PackedPlace place, const Decision& decision);

// Of a record that was decided before, by its status in the cache: puts that attempt to the earlier
// ones, and ends its being due again. What follows is the caller's.
Result<void> end_decision(JournalStore& store, PackedPlace place, RecordStatus& status);

// Journal::settle.
Result<void> settle_records(JournalStore& store, PipelineId pipeline, RunId run, Timestamp at,
                            const std::vector<Settlement>& settlements);
// Journal::requeue_failed.
Result<std::int64_t> requeue_failed(JournalStore& store, PipelineId pipeline,
                                    const std::vector<std::string>& ids,
                                    const std::optional<RetryDue>& due);
// Journal::requeue_for_replay and requeue_absent.
Result<Requeued> requeue_for_replay(JournalStore& store, PipelineId pipeline,
                                    std::optional<Timestamp> from, std::optional<Timestamp> until);
Result<Requeued> requeue_absent(JournalStore& store, PipelineId pipeline,
                                const std::vector<std::string>& ids);

}  // namespace weir
