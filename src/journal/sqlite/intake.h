// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/journal_store.h"

#include <optional>
#include <vector>

namespace weir {

// Journal::store, on the writer thread: decides what is new, what has changed and what is due.
Result<std::vector<Intake>> store_pages(JournalStore& store, PipelineId pipeline, RunId run,
                                        Redelivery redelivery,
                                        const std::vector<IncomingPage>& pages,
                                        const std::optional<Cursor>& cursor);

// Journal::compare, on the writer thread.
Result<std::vector<Novelty>> compare_page(JournalStore& store, PipelineId pipeline,
                                          const Page& page);

}  // namespace weir
