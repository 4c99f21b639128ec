// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <stop_token>

namespace weir {

// One waiter's way through an outage: waits of 100 ms, 200 ms … up to 10 s, each with jitter of
// half its length, until `patience` has gone by without progress anywhere in the run. Used by one
// thread; the counter of progress is shared.
class Patience {
 public:
  Patience(Clock& clock, std::chrono::milliseconds patience,
           const std::atomic<std::uint64_t>& progress, std::uint64_t seed)
      : clock_(clock), patience_(patience), progress_(progress), random_(seed) {}

  // Waits before the next attempt. Gives the error back when waiting cannot help, or not any
  // longer; `cancelled` when the stop came.
  Result<void> wait_out(const Error& error, std::stop_token stop);
  // An attempt succeeded.
  void calm() { troubled_ = false; }

 private:
  Clock& clock_;
  const std::chrono::milliseconds patience_;
  const std::atomic<std::uint64_t>& progress_;
  std::mt19937_64 random_;
  bool troubled_ = false;
  Monotonic since_;
  std::uint64_t seen_ = 0;
  std::chrono::milliseconds next_{};
};

}  // namespace weir
