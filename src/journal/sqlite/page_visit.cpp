// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/page_visit.h"

#include <optional>

namespace weir {
namespace {

const char* query_of(VisitedPages which) {
  return which == VisitedPages::all
             ? "SELECT page FROM page_status WHERE pipeline = ?1 AND page > ?2 "
               "ORDER BY page LIMIT 1"
             : "SELECT page FROM page_status WHERE pipeline = ?1 AND failed > 0 AND page > ?2 "
               "ORDER BY page LIMIT 1";
}

Result<std::optional<PageId>> next_page(Statement& select, PipelineId pipeline, PageId after) {
  auto row = select.use();
  row.bind(1, static_cast<std::int64_t>(pipeline));
  row.bind(2, static_cast<std::int64_t>(after));
  WEIR_TRY(const bool found, row.step());
  return found ? std::optional(static_cast<PageId>(row.integer(0))) : std::nullopt;
}

}  // namespace

Result<void> visit_pages(JournalStore& store, PipelineId pipeline, VisitedPages which,
                         const PageVisit& visit) {
  WEIR_CHECK(store.statuses.flush());
  Statement select(store.database, query_of(which));
  PageId page{};
  for (;;) {
    WEIR_TRY(const auto next, next_page(select, pipeline, page));
    if (!next) {
      return {};
    }
    page = *next;
    WEIR_TRY(const auto* statuses, store.statuses.page(page));
    const std::vector<RecordStatus> before = *statuses;
    WEIR_CHECK(visit(page, before));
    WEIR_CHECK(store.make_room());
  }
}

}  // namespace weir
