// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

namespace weir {

Timestamp SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Monotonic SystemClock::monotonic() const { return std::chrono::steady_clock::now(); }

bool SystemClock::sleep_until(Monotonic moment, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, moment, [] { return false; });
  return !stop.stop_requested();
}

Timestamp ManualClock::now() const {
  const std::scoped_lock lock(mutex_);
  return wall_;
}

Monotonic ManualClock::monotonic() const {
  const std::scoped_lock lock(mutex_);
  return monotonic_;
}

bool ManualClock::sleep_until(Monotonic moment, std::stop_token stop) {
  const std::scoped_lock lock(mutex_);
  if (moment > monotonic_) {
    move(moment - monotonic_);
  }
  return !stop.stop_requested();
}

void ManualClock::advance(std::chrono::nanoseconds length) {
  const std::scoped_lock lock(mutex_);
  move(length);
}

void ManualClock::move(std::chrono::nanoseconds length) {
  wall_ += std::chrono::duration_cast<std::chrono::milliseconds>(length);
  monotonic_ += std::chrono::duration_cast<Monotonic::duration>(length);
}

}  // namespace weir
