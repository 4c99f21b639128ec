// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/id_index.h"

#include "core/failpoint.h"

#include <algorithm>
#include <map>
#include <utility>

namespace weir {

IdIndex::IdIndex(Database& database, Head& head, const JournalTuning& tuning)
    : head_(head), tuning_(tuning), store_(database) {}

Result<void> IdIndex::load() {
  for (const std::int64_t number : head_.sorted) {
    WEIR_TRY(SortedRun run, store_.read_run(number, true));
    runs_.push_back(std::make_shared<const SortedRun>(std::move(run)));
  }
  sort_runs();
  return {};
}

void IdIndex::sort_runs() {
  std::sort(runs_.begin(), runs_.end(),
            [](const auto& a, const auto& b) { return a->newest_page > b->newest_page; });
}

void IdIndex::insert(const IndexEntry& entry) {
  memory_.insert(entry);
  ++inserted_;
}

Result<std::optional<PackedPlace>> IdIndex::find(const IndexKey& id) {
  if (const auto place = memory_.find(id)) {
    return place;
  }
  return find_in_runs(id);
}

Result<std::optional<PackedPlace>> IdIndex::find_in_runs(const IndexKey& id) {
  for (const auto& run : runs_) {
    if (run->bloom.may_hold(id)) {
      WEIR_TRY(const auto place, store_.find(*run, id));
      if (place) {
        return place;
      }
    }
  }
  return std::nullopt;
}

Result<std::vector<PackedPlace>> IdIndex::find_numbers(std::uint64_t high) {
  std::vector<PackedPlace> places;
  memory_.find_numbers(high, places);
  for (const auto& run : runs_) {
    WEIR_CHECK(store_.find_numbers(*run, high, places));
  }
  return places;
}

Result<void> IdIndex::before_commit() {
  if (inserted_ == 0) {
    return {};
  }
  // A key is merged once a level; twice that many a transaction lets merging keep pace.
  const std::size_t keys = std::max(tuning_.merge_keys, inserted_ * 6);
  inserted_ = 0;
  if (memory_.size() >= tuning_.index_keys) {
    WEIR_CHECK(flush());
  }
  WEIR_CHECK(merge(keys));
  return collect_garbage();
}

Result<void> IdIndex::flush() {
  SortedRunBuilder builder(store_, ++head_.last_sorted, 0, memory_.size());
  for (const IndexEntry& entry : memory_.sort()) {
    WEIR_CHECK(builder.add(entry));
  }
  WEIR_TRY(SortedRun run, builder.finish(head_.last_page));
  memory_.clear();
  head_.sorted.push_back(run.number);
  head_.flushed_page = head_.last_page;
  runs_.push_back(std::make_shared<const SortedRun>(std::move(run)));
  sort_runs();
  failpoint("journal.index_flush");
  return {};
}

void IdIndex::begin_merge() {
  std::map<std::uint32_t, std::vector<std::shared_ptr<const SortedRun>>> levels;
  for (const auto& run : runs_) {
    levels[run->level].push_back(run);
  }
  for (auto& [level, runs] : levels) {
    if (runs.size() >= tuning_.index_fan_out) {
      merger_ =
          std::make_unique<RunMerger>(store_, std::move(runs), ++head_.last_sorted, level + 1);
      head_.garbage.push_back(merger_->number());
      return;
    }
  }
}

Result<void> IdIndex::merge(std::size_t keys) {
  if (!merger_) {
    begin_merge();
  }
  if (!merger_) {
    return {};
  }
  WEIR_TRY(auto merged, merger_->step(keys));
  if (!merged) {
    return {};
  }
  std::erase(head_.garbage, merged->number);
  for (const auto& input : merger_->inputs()) {
    std::erase(head_.sorted, input->number);
    head_.garbage.push_back(input->number);
    std::erase(runs_, input);
  }
  head_.sorted.push_back(merged->number);
  runs_.push_back(std::make_shared<const SortedRun>(std::move(*merged)));
  sort_runs();
  merger_.reset();
  failpoint("journal.index_merge");
  return {};
}

Result<void> IdIndex::collect_garbage() {
  constexpr std::size_t chunks = 64;
  const auto at = std::find_if(head_.garbage.begin(), head_.garbage.end(), [&](std::int64_t run) {
    return !merger_ || run != merger_->number();
  });
  if (at == head_.garbage.end()) {
    return {};
  }
  WEIR_TRY(const bool removed, store_.remove(*at, chunks));
  if (removed) {
    head_.garbage.erase(at);
  }
  return {};
}

}  // namespace weir
