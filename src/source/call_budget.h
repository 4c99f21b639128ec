// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "source/source.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace weir {

// At most `limit` calls in any span of `length`, measured where they leave: a call whose moment of
// leaving is not known yet holds its place. Not thread-safe.
class CallWindow {
 public:
  CallWindow(std::int64_t limit, std::chrono::nanoseconds length)
      : limit_(limit), length_(length) {}

  void change(std::int64_t limit, std::chrono::nanoseconds length);
  // When one more call may leave; now or earlier: at once; nothing: once another one has left.
  std::optional<Monotonic> free_at(Monotonic now);
  void enter(std::uint64_t ticket) { calls_.push_back({ticket, std::nullopt}); }
  void leave(std::uint64_t ticket, Monotonic left_at);

 private:
  struct Call {
    std::uint64_t ticket;
    std::optional<Monotonic> left_at;
  };
  std::int64_t limit_;
  std::chrono::nanoseconds length_;
  std::deque<Call> calls_;
};

// What an account may call, shared by everything in the process that uses the account: the rates a
// second and a minute. A throttled answer lowers the rate at once and pauses everyone; successes
// raise it again slowly. Any thread may call.
class CallBudget final : public CallGate {
 public:
  CallBudget(double calls_per_second, std::optional<std::int64_t> calls_per_minute, Clock& clock);

  Result<std::uint64_t> enter(std::stop_token stop) override;
  void leave(std::uint64_t ticket, Monotonic left_at) override;

  void succeeded();
  // Nobody calls before the moment returned: what the answer asked for, and at least one second,
  // doubled with every throttle in a row up to 30.
  Monotonic throttled(std::optional<std::chrono::milliseconds> retry_after);

  // Two users of an account may declare different rates: the lower ones hold.
  void restrict_to(double calls_per_second, std::optional<std::int64_t> calls_per_minute);
  double rate() const;  // calls a second, as allowed now

 private:
  void apply_rate();
  std::optional<Monotonic> free_at(Monotonic now);

  Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any left_;
  double rate_max_;
  double rate_;
  CallWindow second_;
  std::optional<std::int64_t> per_minute_;
  std::optional<CallWindow> minute_;
  std::uint64_t tickets_ = 0;
  int throttles_in_a_row_ = 0;
  Monotonic paused_until_{};
  Monotonic lowered_at_{};
};

// The budget of traits.account in this process, made when first asked for.
std::shared_ptr<CallBudget> shared_call_budget(const SourceTraits& traits, Clock& clock);

}  // namespace weir
