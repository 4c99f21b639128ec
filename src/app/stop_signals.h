// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <thread>

namespace weir {

// While it lives, the first SIGINT or SIGTERM requests a stop (drain), and the second ends the
// process at once with 130: what was acknowledged by then is on disk. Made by the main thread
// before any other thread, so that all inherit the blocked signals.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace weir
