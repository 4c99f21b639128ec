// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace weir {

// Hands items from any number of producers to any number of consumers, bounded by bytes. An item
// of any size enters an empty queue, so one oversized page cannot dead-lock. Ends in two ways:
// close() lets consumers drain what is in it; abandon() throws it away and lets producers go on
// unhindered (what they push is dropped: it is in the journal).
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Blocks while full. False: the queue is closed or abandoned, or the stop came; `item` is gone.
  bool push(T item, std::size_t bytes, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return closed_ || items_.empty() || bytes_ < bytes_max_; });
    if (closed_ || stop.stop_requested()) {
      return false;
    }
    bytes_ += bytes;
    items_.emplace_back(std::move(item), bytes);
    changed_.notify_all();
    return true;
  }

  // Blocks while empty. Nothing: closed and drained, or the stop came.
  std::optional<T> pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return closed_ || !items_.empty(); });
    return take();
  }

  // As pop, but never blocks.
  std::optional<T> try_pop() {
    const std::scoped_lock lock(mutex_);
    return take();
  }

  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  void abandon() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    items_.clear();
    bytes_ = 0;
    changed_.notify_all();
  }

  bool drained() const {
    const std::scoped_lock lock(mutex_);
    return closed_ && items_.empty();
  }

 private:
  std::optional<T> take() {
    if (items_.empty()) {
      return std::nullopt;
    }
    auto [item, bytes] = std::move(items_.front());
    items_.pop_front();
    bytes_ -= bytes;
    changed_.notify_all();
    return std::move(item);
  }

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::pair<T, std::size_t>> items_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace weir
