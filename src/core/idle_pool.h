// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace weir {

// What is costly to make and serves one at a time, kept for whoever needs one next: no more than
// were in use at once. Any thread may call.
template <typename T>
class IdlePool {
 public:
  // The one given back last; nullptr: none is idle, make one.
  std::unique_ptr<T> take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) {
      return nullptr;
    }
    std::unique_ptr<T> taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }

  void give_back(std::unique_ptr<T> item) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(item));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace weir
