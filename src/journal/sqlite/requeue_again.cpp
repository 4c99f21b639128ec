// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/decisions.h"
#include "journal/sqlite/page_visit.h"

#include <optional>
#include <utility>

namespace weir {
namespace {

bool can_replay(const RecordStatus& status) {
  const bool decided = status.state == RecordState::delivered ||
                       status.state == RecordState::filtered || status.state == RecordState::failed;
  return decided && !status.has(RecordStatus::due_again) && !status.has(RecordStatus::replaced) &&
         !status.has(RecordStatus::doubted);
}

bool can_be_absent(const RecordStatus& status) {
  return can_replay(status) && status.state == RecordState::delivered;
}

// Makes records of one page due again, or names them when their raw bytes are gone.
class PageRequeue {
 public:
  PageRequeue(JournalStore& store, PageId page, Requeued& requeued)
      : store_(store), page_(page), requeued_(requeued) {}

  Result<void> add(std::uint32_t index, bool absent) {
    if (!dropped_) {
      WEIR_TRY(dropped_, store_.pages.raw_dropped(page_));
    }
    if (*dropped_) {
      return name(index);
    }
    WEIR_TRY(RecordStatus * status, store_.statuses.change(pack({page_, index})));
    status->set(RecordStatus::due_again);
    if (absent) {
      status->set(RecordStatus::ever_delivered, false);
      status->set(RecordStatus::sent_known, false);
      status->sent = 0;
    }
    ++requeued_.records;
    return store_.make_room();
  }

 private:
  Result<void> name(std::uint32_t index) {
    ++requeued_.without_raw;
    if (requeued_.first_without_raw.size() == Requeued::names_max) {
      return {};
    }
    WEIR_TRY(const PageEntries* entries, store_.entries.page(page_));
    if (index < entries->entries.size()) {
      const PageEntry& entry = entries->entries[index];
      requeued_.first_without_raw.push_back({std::string(entry.id), std::string(entry.number)});
    }
    return store_.make_room();
  }

  JournalStore& store_;
  const PageId page_;
  Requeued& requeued_;
  std::optional<bool> dropped_;  // asked for when it matters first
};

}  // namespace

Result<Requeued> requeue_for_replay(JournalStore& store, PipelineId pipeline,
                                    std::optional<Timestamp> from, std::optional<Timestamp> until) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  Requeued requeued;
  const auto visit = [&](PageId page, const std::vector<RecordStatus>& records) -> Result<void> {
    if (from || until) {
      WEIR_TRY(const PageEntries* entries, store.entries.page(page));
      const Timestamp received = entries->header.received_at;
      if ((from && received < *from) || (until && received >= *until)) {
        return {};
      }
    }
    PageRequeue requeue(store, page, requeued);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      if (can_replay(records[i])) {
        WEIR_CHECK(requeue.add(i, false));
      }
    }
    return {};
  };
  WEIR_CHECK(visit_pages(store, pipeline, VisitedPages::all, visit));
  return requeued;
}

Result<Requeued> requeue_absent(JournalStore& store, PipelineId pipeline,
                                const std::vector<std::string>& ids) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  Requeued requeued;
  for (const std::string& id : ids) {
    WEIR_TRY(const auto place, store.index.find(id_key(pipeline, id)));
    if (!place) {
      continue;
    }
    WEIR_TRY(const RecordStatus* status, store.statuses.look(*place));
    if (can_be_absent(*status)) {
      const RecordPlace at = unpack(*place);
      WEIR_CHECK(PageRequeue(store, at.page, requeued).add(at.index, true));
    }
    WEIR_CHECK(store.make_room());
  }
  return requeued;
}

}  // namespace weir
