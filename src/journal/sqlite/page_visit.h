// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/journal_store.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace weir {

enum class VisitedPages : std::uint8_t { all, with_failed };

// May change the states; what it is given is a copy of how they were.
using PageVisit = std::function<Result<void>(PageId, const std::vector<RecordStatus>&)>;

// The pipeline's pages, oldest first, one at a time, for there may be millions.
Result<void> visit_pages(JournalStore& store, PipelineId pipeline, VisitedPages which,
                         const PageVisit& visit);

}  // namespace weir
