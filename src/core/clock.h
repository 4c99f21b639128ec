// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace weir {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Monotonic = std::chrono::steady_clock::time_point;

// All time comes in through this: the wall (for cursors, months, signatures), the monotonic clock
// (for rates and patience) and sleeping. Any thread may call.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  virtual Monotonic monotonic() const = 0;
  // Blocks until the moment or the stop; true: the moment came, false: stopped.
  virtual bool sleep_until(Monotonic moment, std::stop_token stop) = 0;
  bool sleep_for(std::chrono::nanoseconds length, std::stop_token stop) {
    return sleep_until(monotonic() + length, std::move(stop));
  }
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  Monotonic monotonic() const override;
  bool sleep_until(Monotonic moment, std::stop_token stop) override;
};

// A clock that a test moves. Sleeping never blocks: it moves the clock to the moment asked for.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : wall_(start) {}
  Timestamp now() const override;
  Monotonic monotonic() const override;
  bool sleep_until(Monotonic moment, std::stop_token stop) override;
  void advance(std::chrono::nanoseconds length);

 private:
  void move(std::chrono::nanoseconds length);

  mutable std::mutex mutex_;
  Timestamp wall_;
  Monotonic monotonic_{std::chrono::hours(1)};
};

}  // namespace weir
