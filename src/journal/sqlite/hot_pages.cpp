// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/hot_pages.h"

#include <algorithm>
#include <utility>

namespace weir {

std::size_t HotPage::bytes() const {
  return page->bytes.capacity() + page->records.size() * sizeof(PageRecord) +
         page->members.size() * sizeof(MemberPlace);
}

bool HotPages::has_room(std::size_t bytes) const {
  return bytes_ + std::min(bytes, bytes_max_ / 2) <= bytes_max_;
}

bool HotPages::worth_waiting(std::size_t bytes) const {
  const std::scoped_lock lock(mutex_);
  return !has_room(bytes) && in_vain_ != forgotten_;
}

void HotPages::await_room(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = forgotten_;
  handed_over_.wait_for(lock, patience_, [&] { return has_room(bytes); });
  if (forgotten_ == before && !has_room(bytes)) {
    in_vain_ = forgotten_;
  }
}

void HotPages::add(PageId id, std::shared_ptr<const HotPage> page) {
  const std::size_t size = page->bytes();
  const std::scoped_lock lock(mutex_);
  if (bytes_ + size <= bytes_max_ && pages_.emplace(id, std::move(page)).second) {
    bytes_ += size;
  }
}

std::shared_ptr<const HotPage> HotPages::find(PageId id) const {
  const std::scoped_lock lock(mutex_);
  const auto at = pages_.find(id);
  return at == pages_.end() ? nullptr : at->second;
}

void HotPages::forget(PageId id) {
  const std::scoped_lock lock(mutex_);
  if (const auto at = pages_.find(id); at != pages_.end()) {
    bytes_ -= at->second->bytes();
    pages_.erase(at);
    ++forgotten_;
    handed_over_.notify_all();
  }
}

void HotPages::forget(PipelineId pipeline) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(pages_, [&](const auto& each) {
    const bool of_it = each.second->pipeline == pipeline;
    bytes_ -= of_it ? each.second->bytes() : 0;
    return of_it;
  });
  handed_over_.notify_all();
}

}  // namespace weir
