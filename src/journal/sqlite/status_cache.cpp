// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/status_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

StatusCache::StatusCache(Database& database, PageTable& pages, AttemptTable& attempts,
                         RawTable& kept_raw, PipelineTable& pipelines, const Lanes& lanes,
                         std::size_t pages_max)
    : database_(database),
      pages_(pages),
      attempts_(attempts),
      kept_raw_(kept_raw),
      pipelines_(pipelines),
      lanes_(lanes),
      pages_max_(pages_max) {}

Result<StatusCache::Slot*> StatusCache::slot_of(PageId page) {
  const auto key = static_cast<std::int64_t>(page);
  if (last_.second != nullptr && last_.first == key) {
    return last_.second;
  }
  auto at = slots_.find(key);
  if (at == slots_.end()) {
    WEIR_TRY(PageStatus status, pages_.status(page));
    mark_members(page, status);
    Slot slot;
    slot.status = std::move(status);
    slot.written = count_statuses(slot.status.records);
    at = slots_.emplace(key, std::move(slot)).first;
  }
  at->second.used = ++now_;
  last_ = {key, &at->second};
  return last_.second;
}

void StatusCache::mark_members(PageId page, PageStatus& status) const {
  for (auto lane = lanes_.lower_bound({status.pipeline, 0});
       lane != lanes_.end() && lane->first.first == status.pipeline; ++lane) {
    if (!lane->second.open) {
      continue;
    }
    for (const BatchMember& member : lane->second.open->members) {
      const RecordPlace at = unpack(member.place);
      if (at.page == page && at.index < status.records.size()) {
        status.records[at.index].set(RecordStatus::in_batch);
      }
    }
  }
}

Result<const RecordStatus*> StatusCache::look(PackedPlace place) { return status_of(place); }

Result<RecordStatus*> StatusCache::status_of(PackedPlace place) {
  const RecordPlace at = unpack(place);
  WEIR_TRY(Slot * slot, slot_of(at.page));
  if (at.index >= slot->status.records.size()) {
    return database_.damaged(
        fmt::format("page {} has no record {}", static_cast<std::int64_t>(at.page), at.index));
  }
  return &slot->status.records[at.index];
}

Result<RecordStatus*> StatusCache::change(PackedPlace place) {
  WEIR_CHECK(look(place));
  const RecordPlace at = unpack(place);
  WEIR_TRY(Slot * found, slot_of(at.page));
  Slot& slot = *found;
  if (!slot.changed) {
    slot.changed = true;
    changed_.push_back(static_cast<std::int64_t>(at.page));
  }
  return &slot.status.records[at.index];
}

Result<void> StatusCache::end_attempt(PackedPlace place) {
  const RecordPlace at = unpack(place);
  WEIR_TRY(RecordStatus * status, change(place));
  WEIR_TRY(Slot * slot, slot_of(at.page));
  slot->ended.push_back({at.index, *status});
  status->set(RecordStatus::has_attempts);
  return {};
}

Result<void> StatusCache::join_batch(PackedPlace place) {
  WEIR_TRY(RecordStatus * status, status_of(place));
  status->set(RecordStatus::in_batch);
  return {};
}

Result<PipelineId> StatusCache::pipeline_of(PageId page) {
  WEIR_TRY(Slot * slot, slot_of(page));
  return slot->status.pipeline;
}

Result<const std::vector<RecordStatus>*> StatusCache::page(PageId page) {
  WEIR_TRY(Slot * slot, slot_of(page));
  return &slot->status.records;
}

void StatusCache::add(PageId page, PageStatus status) {
  const auto key = static_cast<std::int64_t>(page);
  Slot slot;
  slot.status = std::move(status);
  slot.used = ++now_;
  slot.changed = true;
  slots_.insert_or_assign(key, std::move(slot));
  changed_.push_back(key);
}

Result<void> StatusCache::write(PageId page, Slot& slot) {
  const StatusCounts counts = count_statuses(slot.status.records);
  WEIR_CHECK(pages_.write_status(page, slot.status, counts));
  if (!slot.ended.empty()) {
    WEIR_CHECK(attempts_.append(page, slot.ended));
    slot.ended.clear();
  }
  WEIR_CHECK(kept_raw_.hold(page, raw_hold(slot.status.records)));
  pipelines_.count(slot.status.pipeline, slot.written, counts);
  slot.written = counts;
  slot.changed = false;
  return {};
}

Result<void> StatusCache::flush() {
  std::sort(changed_.begin(), changed_.end());
  for (const std::int64_t page : changed_) {
    WEIR_CHECK(write(static_cast<PageId>(page), slots_.find(page)->second));
  }
  changed_.clear();
  return {};
}

Result<void> StatusCache::make_room() {
  if (slots_.size() <= pages_max_) {
    return {};
  }
  WEIR_CHECK(flush());
  last_ = {};
  std::vector<std::pair<std::uint64_t, std::int64_t>> oldest;
  oldest.reserve(slots_.size());
  for (const auto& [page, slot] : slots_) {
    oldest.emplace_back(slot.used, page);
  }
  const auto keep = static_cast<std::ptrdiff_t>(pages_max_ / 2);
  const auto cut = oldest.end() - keep;
  std::nth_element(oldest.begin(), cut, oldest.end());
  for (auto at = oldest.begin(); at != cut; ++at) {
    slots_.erase(at->second);
  }
  return {};
}

}  // namespace weir
