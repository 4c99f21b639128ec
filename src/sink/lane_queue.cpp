// SPDX-License-Identifier: Apache-2.0
#include "sink/lane_queue.h"

#include "core/hash.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir {
namespace {

// A pause of this length says that no producer is at work; two of the longest spare a batch of one.
constexpr std::chrono::milliseconds producer_pause{2};
constexpr std::chrono::milliseconds linger_max{20};

std::size_t bytes_of(const OutgoingRecord& record) {
  return sizeof(OutgoingRecord) + record.id.size() + record.rows.bytes();
}

// The ids of one batch, by their hashes: two ids of one hash, which are as good as never met, are
// taken for one, and the second waits for the next batch.
class BatchIds {
 public:
  // For at most so many.
  explicit BatchIds(std::size_t count_max) {
    while (slots_.size() < 2 * count_max) {
      slots_.resize(slots_.size() * 2);
    }
  }

  // False: it is among them already.
  bool insert(std::string_view id) {
    constexpr std::uint64_t empty = 0;
    const std::uint64_t hash = std::max<std::uint64_t>(hash128(id).high, empty + 1);
    for (std::size_t slot = hash % slots_.size();; slot = (slot + 1) % slots_.size()) {
      if (slots_[slot] == empty) {
        slots_[slot] = hash;
        return true;
      }
      if (slots_[slot] == hash) {
        return false;
      }
    }
  }

 private:
  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(16);
};

}  // namespace

bool LaneQueue::push(std::vector<OutgoingRecord> records, std::stop_token stop) {
  std::size_t bytes = 0;
  for (const OutgoingRecord& record : records) {
    bytes += bytes_of(record);
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return closed_ || count_ == 0 || bytes_ < bytes_max_; });
  if (closed_ || stop.stop_requested()) {
    return false;
  }
  if (!records.empty()) {
    bytes_ += bytes;
    count_ += records.size();
    chunks_.push_back({std::move(records), 0});
    changed_.notify_all();
  }
  return true;
}

std::vector<OutgoingRecord> LaneQueue::take(std::size_t count_max, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return closed_ || count_ != 0; });
  if (stop.stop_requested()) {
    return {};
  }
  const auto linger_end = std::chrono::steady_clock::now() + linger_max;
  while (!closed_ && count_ < count_max && bytes_ < bytes_max_ &&
         std::chrono::steady_clock::now() < linger_end) {
    const std::size_t seen = count_;
    const bool added =
        changed_.wait_for(lock, stop, producer_pause, [&] { return closed_ || count_ != seen; });
    if (!added) {
      break;
    }
  }
  auto taken = take_unique(count_max);
  changed_.notify_all();
  return taken;
}

OutgoingRecord LaneQueue::pop() {
  Chunk& chunk = chunks_.front();
  OutgoingRecord record = std::move(chunk.records[chunk.next]);
  ++chunk.next;
  if (chunk.next == chunk.records.size()) {
    chunks_.pop_front();
  }
  --count_;
  bytes_ -= bytes_of(record);
  return record;
}

std::vector<OutgoingRecord> LaneQueue::take_unique(std::size_t count_max) {
  BatchIds ids(std::min(count_max, count_));
  std::vector<OutgoingRecord> taken;
  taken.reserve(std::min(count_max, count_));
  std::vector<OutgoingRecord> held;
  while (count_ != 0 && taken.size() < count_max) {
    OutgoingRecord record = pop();
    (ids.insert(record.id) ? taken : held).push_back(std::move(record));
  }
  for (const OutgoingRecord& record : held) {
    bytes_ += bytes_of(record);
  }
  count_ += held.size();
  if (!held.empty()) {
    chunks_.push_front({std::move(held), 0});
  }
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
  chunks_.clear();
  count_ = 0;
  bytes_ = 0;
  changed_.notify_all();
}

}  // namespace weir
