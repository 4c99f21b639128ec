// SPDX-License-Identifier: Apache-2.0
#include "source/call_budget.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace weir {
namespace {

// The way to the other side takes a varying time: calls that leave a second apart may arrive
// closer.
constexpr std::chrono::milliseconds margin{25};
constexpr double rate_floor = 0.5;
constexpr double lowering = 0.7;
constexpr double raising = 0.01;  // of the full rate, with every success
constexpr std::chrono::seconds pause_max{30};

std::int64_t calls_in_window(double rate) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(rate)));
}

std::chrono::nanoseconds window_length(double rate) {
  const double seconds = std::max(1.0, static_cast<double>(calls_in_window(rate)) / rate);
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)) + margin;
}

// Below one call a second the window grows; above, a fraction is cut off.
double sane(double rate) { return std::max(rate, 0.001); }

}  // namespace

void CallWindow::change(std::int64_t limit, std::chrono::nanoseconds length) {
  limit_ = limit;
  length_ = length;
}

std::optional<Monotonic> CallWindow::free_at(Monotonic now) {
  // What left long ago is forgotten; a changed rate may have made the window longer, so twice that.
  while (!calls_.empty() && calls_.front().left_at && *calls_.front().left_at + 2 * length_ < now) {
    calls_.pop_front();
  }
  std::vector<Monotonic> ends;
  std::int64_t out = 0;
  for (const auto& call : calls_) {
    if (!call.left_at) {
      ++out;
    } else if (*call.left_at + length_ > now) {
      ends.push_back(*call.left_at + length_);
    }
  }
  const std::int64_t excess = out + static_cast<std::int64_t>(ends.size()) - limit_;
  if (excess < 0) {
    return now;
  }
  if (excess >= static_cast<std::int64_t>(ends.size())) {
    return std::nullopt;
  }
  std::sort(ends.begin(), ends.end());
  return ends[static_cast<std::size_t>(excess)];
}

void CallWindow::leave(std::uint64_t ticket, Monotonic left_at) {
  for (auto& call : calls_) {
    if (call.ticket == ticket) {
      call.left_at = left_at;
    }
  }
}

CallBudget::CallBudget(double calls_per_second, std::optional<std::int64_t> calls_per_minute,
                       Clock& clock)
    : clock_(clock),
      rate_max_(sane(calls_per_second)),
      rate_(rate_max_),
      second_(calls_in_window(rate_), window_length(rate_)) {
  restrict_to(calls_per_second, calls_per_minute);
}

void CallBudget::restrict_to(double calls_per_second,
                             std::optional<std::int64_t> calls_per_minute) {
  const std::scoped_lock lock(mutex_);
  rate_max_ = std::min(rate_max_, sane(calls_per_second));
  rate_ = std::min(rate_, rate_max_);
  apply_rate();
  if (calls_per_minute && (!per_minute_ || *calls_per_minute < *per_minute_)) {
    per_minute_ = std::max<std::int64_t>(1, *calls_per_minute);
    const auto length = std::chrono::minutes(1) + std::chrono::nanoseconds(margin);
    if (minute_) {
      minute_->change(*per_minute_, length);
    } else {
      minute_.emplace(*per_minute_, length);
    }
  }
}

void CallBudget::apply_rate() { second_.change(calls_in_window(rate_), window_length(rate_)); }

double CallBudget::rate() const {
  const std::scoped_lock lock(mutex_);
  return rate_;
}

std::optional<Monotonic> CallBudget::free_at(Monotonic now) {
  auto at = second_.free_at(now);
  if (minute_ && at) {
    const auto minute_at = minute_->free_at(now);
    at = minute_at ? std::optional(std::max(*at, *minute_at)) : std::nullopt;
  }
  return at ? std::optional(std::max(*at, paused_until_)) : std::nullopt;
}

Result<std::uint64_t> CallBudget::enter(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Monotonic now = clock_.monotonic();
    const auto at = free_at(now);
    if (at && *at <= now) {
      const std::uint64_t ticket = ++tickets_;
      second_.enter(ticket);
      if (minute_) {
        minute_->enter(ticket);
      }
      return ticket;
    }
    if (!at) {
      left_.wait(lock, stop, [&] { return free_at(clock_.monotonic()).has_value(); });
      continue;
    }
    lock.unlock();
    clock_.sleep_until(*at, stop);
    lock.lock();
  }
  return fail(ErrorKind::cancelled, "stopped while waiting for the account's budget of calls");
}

void CallBudget::leave(std::uint64_t ticket, Monotonic left_at) {
  const std::scoped_lock lock(mutex_);
  second_.leave(ticket, left_at);
  if (minute_) {
    minute_->leave(ticket, left_at);
  }
  left_.notify_all();
}

void CallBudget::succeeded() {
  const std::scoped_lock lock(mutex_);
  throttles_in_a_row_ = 0;
  if (rate_ < rate_max_) {
    rate_ = std::min(rate_max_, rate_ + rate_max_ * raising);
    apply_rate();
  }
}

Monotonic CallBudget::throttled(std::optional<std::chrono::milliseconds> retry_after) {
  const std::scoped_lock lock(mutex_);
  const Monotonic now = clock_.monotonic();
  // Calls that were on their way together are refused together: that counts once.
  if (now >= lowered_at_ + std::chrono::seconds(1)) {
    lowered_at_ = now;
    rate_ = std::max(std::min(rate_floor, rate_max_), rate_ * lowering);
    apply_rate();
    throttles_in_a_row_ = std::min(throttles_in_a_row_ + 1, 16);
  }
  const auto doubled = std::chrono::seconds(1 << std::clamp(throttles_in_a_row_ - 1, 0, 5));
  std::chrono::milliseconds pause = std::min<std::chrono::seconds>(doubled, pause_max);
  pause = std::max(pause, retry_after.value_or(pause));
  paused_until_ = std::max(paused_until_, now + pause);
  return paused_until_;
}

std::shared_ptr<CallBudget> shared_call_budget(const SourceTraits& traits, Clock& clock) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, const Clock*>, std::weak_ptr<CallBudget>> budgets;
  const std::scoped_lock lock(mutex);
  std::erase_if(budgets, [](const auto& entry) { return entry.second.expired(); });
  auto& known = budgets[{traits.account, &clock}];
  if (auto budget = known.lock()) {
    budget->restrict_to(traits.calls_per_second, traits.calls_per_minute);
    return budget;
  }
  auto budget =
      std::make_shared<CallBudget>(traits.calls_per_second, traits.calls_per_minute, clock);
  known = budget;
  return budget;
}

}  // namespace weir
