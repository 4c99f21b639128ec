// SPDX-License-Identifier: Apache-2.0
#include "sink/lane_queue.h"

#include "core/hash.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace weir {
namespace {

// A pause of this length says that no producer is at work; two of the longest spare a batch of one.
constexpr std::chrono::milliseconds producer_pause{2};
constexpr std::chrono::milliseconds linger_max{20};

}  // namespace

bool LaneQueue::push(std::vector<OutgoingRecord> records, std::stop_token stop) {
  std::vector<Item> items;
  items.reserve(records.size());
  for (OutgoingRecord& record : records) {
    const std::size_t bytes = sizeof(OutgoingRecord) + record.id.size() + record.rows.bytes();
    items.push_back({std::move(record), bytes});
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return closed_ || items_.empty() || bytes_ < bytes_max_; });
  if (closed_ || stop.stop_requested()) {
    return false;
  }
  for (const Item& item : items) {
    bytes_ += item.bytes;
  }
  std::move(items.begin(), items.end(), std::back_inserter(items_));
  changed_.notify_all();
  return true;
}

std::vector<OutgoingRecord> LaneQueue::take(std::size_t count_max, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return closed_ || !items_.empty(); });
  if (stop.stop_requested()) {
    return {};
  }
  const auto linger_end = std::chrono::steady_clock::now() + linger_max;
  while (!closed_ && items_.size() < count_max && bytes_ < bytes_max_ &&
         std::chrono::steady_clock::now() < linger_end) {
    const std::size_t seen = items_.size();
    const bool added = changed_.wait_for(lock, stop, producer_pause,
                                         [&] { return closed_ || items_.size() != seen; });
    if (!added) {
      break;
    }
  }
  auto taken = take_unique(count_max);
  changed_.notify_all();
  return taken;
}

std::vector<OutgoingRecord> LaneQueue::take_unique(std::size_t count_max) {
  std::vector<OutgoingRecord> taken;
  std::deque<Item> held;
  std::unordered_set<Hash128> ids;
  while (!items_.empty() && taken.size() < count_max) {
    Item item = std::move(items_.front());
    items_.pop_front();
    if (ids.insert(hash128(item.record.id)).second) {
      bytes_ -= item.bytes;
      taken.push_back(std::move(item.record));
    } else {
      held.push_back(std::move(item));
    }
  }
  items_.insert(items_.begin(), std::make_move_iterator(held.begin()),
                std::make_move_iterator(held.end()));
  return taken;
}

void LaneQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void LaneQueue::abandon() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  items_.clear();
  bytes_ = 0;
  changed_.notify_all();
}

}  // namespace weir
