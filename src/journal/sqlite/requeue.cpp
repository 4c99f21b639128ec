// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/decisions.h"
#include "journal/sqlite/page_visit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

bool is_failed(const RecordStatus& status) {
  return status.shown_state() == RecordState::failed && !status.has(RecordStatus::replaced);
}

bool is_due(const RecordStatus& status, const std::optional<RetryDue>& due) {
  return !due ||
         due->has_come(status.attempts, Timestamp(std::chrono::milliseconds(status.updated_at)));
}

Result<void> requeue(JournalStore& store, PackedPlace place) {
  WEIR_CHECK(store.statuses.end_attempt(place));
  WEIR_TRY(RecordStatus * status, store.statuses.change(place));
  status->set(RecordStatus::warned, false);
  status->state = RecordState::waiting;
  status->reason = 0;
  status->run = 0;
  status->rows = 0;
  return store.make_room();
}

// Places of the newest versions of the records with this id or number.
Result<std::vector<PackedPlace>> find_named(JournalStore& store, PipelineId pipeline,
                                            const std::string& name) {
  std::vector<PackedPlace> found;
  WEIR_TRY(const auto by_id, store.index.find(id_key(pipeline, name)));
  if (by_id) {
    found.push_back(*by_id);
  }
  WEIR_TRY(const auto numbered, store.index.find_numbers(number_key(pipeline, name)));
  for (const PackedPlace place : numbered) {
    const RecordPlace at = unpack(place);
    WEIR_TRY(const PageEntries* page, store.entries.page(at.page));
    if (page->header.pipeline == pipeline && at.index < page->entries.size() &&
        page->entries[at.index].number == name) {
      WEIR_TRY(const PackedPlace newest, store.newest_version(place));
      found.push_back(newest);
    }
    store.entries.make_room();
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

struct Named {
  std::vector<PackedPlace> due;
  std::string refused;  // for people: the names that stand for no failed record
};

Result<void> choose_named(JournalStore& store, PipelineId pipeline, const std::string& id,
                          const std::optional<RetryDue>& due, Named& named) {
  WEIR_TRY(const auto found, find_named(store, pipeline, id));
  bool failed = false;
  for (const PackedPlace place : found) {
    WEIR_TRY(const RecordStatus* status, store.statuses.look(place));
    failed = failed || is_failed(*status);
    if (is_failed(*status) && is_due(*status, due)) {
      named.due.push_back(place);
    }
    WEIR_CHECK(store.make_room());
  }
  if (!failed) {
    named.refused += fmt::format("{}`{}` {}", named.refused.empty() ? "" : ", ", id,
                                 found.empty() ? "(unknown)" : "(not failed)");
  }
  return {};
}

Result<std::int64_t> requeue_named(JournalStore& store, PipelineId pipeline,
                                   const std::vector<std::string>& ids,
                                   const std::optional<RetryDue>& due) {
  Named named;
  for (const std::string& id : ids) {
    WEIR_CHECK(choose_named(store, pipeline, id, due, named));
  }
  if (!named.refused.empty()) {
    return fail(ErrorKind::rejected,
                fmt::format("these are no failed records: {}; `weir records --state failed` lists "
                            "those that are",
                            named.refused));
  }
  std::sort(named.due.begin(), named.due.end());
  named.due.erase(std::unique(named.due.begin(), named.due.end()), named.due.end());
  for (const PackedPlace place : named.due) {
    WEIR_CHECK(requeue(store, place));
  }
  return static_cast<std::int64_t>(named.due.size());
}

Result<std::int64_t> requeue_all(JournalStore& store, PipelineId pipeline,
                                 const std::optional<RetryDue>& due) {
  std::int64_t requeued = 0;
  const auto visit = [&](PageId page, const std::vector<RecordStatus>& records) -> Result<void> {
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      if (is_failed(records[i]) && is_due(records[i], due)) {
        WEIR_CHECK(requeue(store, pack({page, i})));
        ++requeued;
      }
    }
    return {};
  };
  WEIR_CHECK(visit_pages(store, pipeline, VisitedPages::with_failed, visit));
  return requeued;
}

}  // namespace

Result<std::int64_t> requeue_failed(JournalStore& store, PipelineId pipeline,
                                    const std::vector<std::string>& ids,
                                    const std::optional<RetryDue>& due) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  return ids.empty() ? requeue_all(store, pipeline, due) : requeue_named(store, pipeline, ids, due);
}

}  // namespace weir
