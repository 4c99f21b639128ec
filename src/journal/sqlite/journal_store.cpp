// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_store.h"

#include <fmt/format.h>

#include <utility>

namespace weir {

JournalStore::JournalStore(Database& connection, const Clock& wall, const JournalTuning& tuning)
    : database(connection),
      clock(wall),
      heads(connection),
      pipelines(connection),
      runs(connection),
      reasons(connection),
      attempts(connection),
      lane_rows(connection),
      pages(connection),
      kept_raw(connection),
      statuses(connection, pages, attempts, kept_raw, pipelines, lanes, tuning.status_pages),
      entries(pages, tuning.entry_pages),
      index(connection, head, tuning),
      hot(std::make_shared<HotPages>(tuning.hot_bytes)),
      raw_step(tuning.raw_step) {}

Result<void> JournalStore::load() {
  WEIR_TRY(head, heads.load());
  saved_head_ = head;
  WEIR_CHECK(pipelines.load(head.last_pipeline));
  for (const auto& [id, row] : pipelines.all()) {
    WEIR_TRY(auto rows, lane_rows.read(id, row.lanes));
    for (auto& [number, lane_row] : rows) {
      lanes.emplace(std::pair(id, number), std::move(lane_row));
    }
  }
  WEIR_CHECK(index.load());
  return replay();
}

Result<void> JournalStore::replay() {
  for (std::int64_t page = head.flushed_page + 1; page <= head.last_page; ++page) {
    WEIR_TRY(const PageEntries replayed, pages.entries(static_cast<PageId>(page)));
    std::uint32_t at = 0;
    for (const PageEntry& entry : replayed.entries) {
      const PackedPlace place = pack({replayed.page, at++});
      index.replay({id_key(replayed.header.pipeline, entry.id), place});
      if (!entry.number.empty()) {
        index.replay(number_entry(replayed.header.pipeline, entry.number, place));
      }
    }
  }
  return {};
}

Result<void> JournalStore::before_commit() {
  WEIR_CHECK(statuses.flush());
  WEIR_CHECK(index.before_commit());
  WEIR_CHECK(pipelines.flush());
  if (head != saved_head_) {
    WEIR_CHECK(heads.save(head));
    saved_head_ = head;
  }
  return make_room();
}

Result<void> JournalStore::make_room() {
  entries.make_room();
  return statuses.make_room();
}

Result<PackedPlace> JournalStore::newest_version(PackedPlace place) {
  const RecordPlace at = unpack(place);
  WEIR_TRY(const PageEntries* page, entries.page(at.page));
  if (at.index >= page->entries.size()) {
    return database.damaged(
        fmt::format("page {} has no record {}", static_cast<std::int64_t>(at.page), at.index));
  }
  WEIR_TRY(const auto newest,
           index.find(id_key(page->header.pipeline, page->entries[at.index].id)));
  if (!newest) {
    return database.damaged(fmt::format("record {} of page {} is not in the index", at.index,
                                        static_cast<std::int64_t>(at.page)));
  }
  return *newest;
}

Result<void> JournalStore::check_pipeline(PipelineId pipeline) const {
  if (pipelines.look(pipeline) == nullptr) {
    return fail(ErrorKind::internal,
                fmt::format("the journal has no pipeline {}", static_cast<std::int64_t>(pipeline)));
  }
  return {};
}

Result<void> JournalStore::check_run(RunId run) const {
  if (static_cast<std::int64_t>(run) < 1 || static_cast<std::int64_t>(run) > head.last_run) {
    return fail(ErrorKind::internal,
                fmt::format("the journal has no run {}", static_cast<std::int64_t>(run)));
  }
  return {};
}

Result<void> JournalStore::check_place(PipelineId pipeline, const RecordPlace& place) {
  const auto page = static_cast<std::int64_t>(place.page);
  if (page >= 1 && page <= head.last_page) {
    WEIR_TRY(const PipelineId owner, statuses.pipeline_of(place.page));
    WEIR_TRY(const auto* records, statuses.page(place.page));
    if (owner == pipeline && place.index < records->size()) {
      return {};
    }
  }
  return fail(ErrorKind::internal,
              fmt::format("pipeline {} has no record {} of page {}",
                          static_cast<std::int64_t>(pipeline), place.index, page));
}

LaneRow& JournalStore::lane(PipelineId pipeline, std::uint32_t number) {
  const auto [at, added] = lanes.try_emplace(std::pair(pipeline, number));
  if (added) {
    ++pipelines.change(pipeline)->lanes;
  }
  return at->second;
}

}  // namespace weir
