// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace weir {

// Threads that wait to help the thread they belong to with one task at a time.
class WorkCrew {
 public:
  // `helpers`: threads beside the caller's; 0 is possible.
  explicit WorkCrew(std::size_t helpers);
  ~WorkCrew();
  WorkCrew(const WorkCrew&) = delete;
  WorkCrew& operator=(const WorkCrew&) = delete;

  // Calls work(0) … work(shares - 1), each once, several at the same time, and returns when all
  // have returned. `work` must not throw. One thread at a time.
  using Work = std::function<void(std::size_t share)>;
  void share_out(std::size_t shares, const Work& work);

 private:
  void help(const std::stop_token& stop);
  // Takes shares until none is left.
  void take_shares(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  const Work* work_ = nullptr;
  std::size_t next_ = 0;
  std::size_t shares_ = 0;
  std::size_t done_ = 0;
  std::vector<std::jthread> helpers_;  // last: they use what stands above
};

}  // namespace weir
