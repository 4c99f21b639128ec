// SPDX-License-Identifier: Apache-2.0
#include "source/call_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

namespace weir {
namespace {

constexpr double rate_floor = 0.5;
constexpr double lowering = 0.7;
constexpr double raising = 0.01;  // of the full rate, with every success
constexpr std::chrono::seconds pause_max{30};
// Nobody tells us when a call of another process has left.
constexpr std::chrono::milliseconds look_again{5};
constexpr std::chrono::milliseconds margin{25};

double sane(double rate) { return std::max(rate, 0.001); }

// A fraction is cut off: 2.5 calls a second are two in any second.
std::int64_t calls_in_a_second(double rate) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(rate)));
}

void lower(std::optional<std::int64_t>& limit, const std::optional<std::int64_t>& declared) {
  if (declared) {
    limit = std::max<std::int64_t>(1, std::min(*declared, limit.value_or(*declared)));
  }
}

Day first_day(std::int64_t month) {
  return std::chrono::year(static_cast<int>(month / 12)) /
         std::chrono::month(static_cast<unsigned>(month % 12) + 1) / 1;
}

std::string month_name(std::int64_t month) { return format_day(first_day(month)).substr(0, 7); }

void leave_at(AccountCalls& calls, Monotonic at, std::uint32_t count) {
  calls.second.leave(at, count);
  calls.minute.leave(at, count);
  calls.newest = std::max(calls.newest, at);
}

// The monotonic clock begins anew with the machine: what it said before means nothing.
void begin_anew(AccountCalls& calls, Monotonic now, Timestamp wall) {
  const AccountCalls nothing;
  calls.second = nothing.second;
  calls.minute = nothing.minute;
  calls.newest = nothing.newest;
  calls.lowered_at = nothing.lowered_at;
  const auto left = std::clamp<std::chrono::nanoseconds>(
      calls.paused_until_wall - wall, std::chrono::nanoseconds(0), calls.paused_for);
  calls.paused_until = now + std::chrono::duration_cast<Monotonic::duration>(left);
}

}  // namespace

CallBudget::CallBudget(const SourceTraits& traits, CallLedger& ledger, Clock& clock)
    : account_(traits.account),
      zone_(traits.zone),
      ledger_(ledger),
      clock_(clock),
      rate_max_(sane(traits.calls_per_second)) {
  restrict_to(traits);
}

CallBudget::~CallBudget() {
  const std::scoped_lock lock(mutex_);
  if (set_aside_ == 0) {
    return;
  }
  // When it fails, more is counted than was called: the safe side.
  std::ignore = change(CallLedger::Keep::light, [this](AccountCalls& calls) {
    if (calls.month == set_aside_month_) {
      calls.used = std::max<std::int64_t>(0, calls.used - set_aside_);
    }
  });
}

void CallBudget::restrict_to(const SourceTraits& traits) {
  const std::scoped_lock lock(mutex_);
  rate_max_ = std::min(rate_max_, sane(traits.calls_per_second));
  lower(per_minute_, traits.calls_per_minute);
  lower(per_month_, traits.calls_per_month);
}

double CallBudget::allowed(const AccountCalls& calls) const {
  return calls.lowered_to > 0 ? std::min(calls.lowered_to, rate_max_) : rate_max_;
}

// What the ledger could not be told is told the next time.
Result<void> CallBudget::change(CallLedger::Keep keep,
                                const std::function<void(AccountCalls&)>& act) {
  WEIR_CHECK(ledger_.change(account_, [&](AccountCalls& calls) {
    settle(calls, clock_.monotonic());
    act(calls);
    slowed_ = calls.lowered_to > 0 || calls.throttles_in_a_row > 0;
    return keep;
  }));
  left_at_.clear();
  return {};
}

void CallBudget::settle(AccountCalls& calls, Monotonic now) {
  if (now < calls.seen) {
    begin_anew(calls, now, clock_.now());
  }
  calls.seen = now;
  std::uint32_t& ours = calls.under_way[ledger_.holder()];
  if (!std::exchange(met_, true) && ours > 0) {
    leave_at(calls, now, ours);  // of a process that had our place and was killed
  }
  for (const Monotonic at : left_at_) {
    leave_at(calls, std::min(at, now), 1);
  }
  ours = under_way_;
}

std::optional<Monotonic> CallBudget::free_at(const AccountCalls& calls, Monotonic now) const {
  const double rate = allowed(calls);
  const auto under_way =
      std::accumulate(calls.under_way.begin(), calls.under_way.end(), std::int64_t{0});
  auto at = calls.second.free_at(now, calls_in_a_second(rate), under_way);
  if (at && per_minute_) {
    const auto minute_at = calls.minute.free_at(now, *per_minute_, under_way);
    at = minute_at ? std::optional(std::max(*at, *minute_at)) : std::nullopt;
  }
  if (at && rate < 1 && calls.newest > Monotonic()) {
    const auto apart = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 / rate)) + margin;
    at = std::max(*at, calls.newest + std::chrono::duration_cast<Monotonic::duration>(apart));
  }
  return at ? std::optional(std::max(*at, calls.paused_until)) : std::nullopt;
}

// A process that has ended cannot say when its calls left: not later than now.
void CallBudget::reap(AccountCalls& calls, Monotonic now) {
  for (std::size_t holder = 0; holder < calls.under_way.size(); ++holder) {
    if (calls.under_way[holder] > 0 && ledger_.is_gone(holder)) {
      leave_at(calls, now, std::exchange(calls.under_way[holder], 0));
    }
  }
}

CallBudget::Place CallBudget::take_place(AccountCalls& calls) {
  const Monotonic now = calls.seen;
  const auto held_by_others = [&] {
    return std::accumulate(calls.under_way.begin(), calls.under_way.end(), std::uint32_t{0}) >
           under_way_;
  };
  Place place;
  place.free_at = free_at(calls, now);
  if ((!place.free_at || *place.free_at > now) && held_by_others()) {
    reap(calls, now);
    place.free_at = free_at(calls, now);
  }
  place.held_by_others = held_by_others();
  if (place.free_at && *place.free_at <= now) {
    place.taken = true;
    calls.under_way[ledger_.holder()] = ++under_way_;
    --set_aside_;
  }
  return place;
}

void CallBudget::wait(const Place& place, std::unique_lock<std::mutex>& lock,
                      const std::stop_token& stop) {
  if (!place.free_at && !place.held_by_others) {
    left_.wait(lock, stop, [this, before = leavings_] { return leavings_ != before; });
    return;
  }
  const Monotonic at = place.free_at.value_or(clock_.monotonic() + look_again);
  lock.unlock();
  clock_.sleep_until(at, stop);
  lock.lock();
}

Result<std::uint64_t> CallBudget::enter(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    WEIR_CHECK(set_aside());
    Place place;
    WEIR_CHECK(
        change(CallLedger::Keep::light, [&](AccountCalls& calls) { place = take_place(calls); }));
    if (place.taken) {
      return ++tickets_;
    }
    wait(place, lock, stop);
  }
  return fail(ErrorKind::cancelled, "stopped while waiting for the account's budget of calls");
}

void CallBudget::leave(std::uint64_t /*ticket*/, Monotonic left_at) {
  const std::scoped_lock lock(mutex_);
  --under_way_;
  ++leavings_;
  left_at_.push_back(left_at);
  std::ignore = change(CallLedger::Keep::light, [](AccountCalls&) {});  // else with the next
  left_.notify_all();
}

void CallBudget::succeeded() {
  const std::scoped_lock lock(mutex_);
  if (!slowed_) {
    return;
  }
  std::ignore = change(CallLedger::Keep::light, [this](AccountCalls& calls) {
    calls.throttles_in_a_row = 0;
    if (calls.lowered_to > 0) {
      calls.lowered_to += rate_max_ * raising;
      calls.lowered_to = calls.lowered_to < rate_max_ ? calls.lowered_to : 0;
    }
  });
}

Monotonic CallBudget::throttled(std::optional<std::chrono::milliseconds> retry_after) {
  const std::scoped_lock lock(mutex_);
  Monotonic until = clock_.monotonic() + retry_after.value_or(std::chrono::seconds(1));
  std::ignore = change(CallLedger::Keep::light, [&](AccountCalls& calls) {
    const Monotonic now = calls.seen;
    // Calls that were on their way together are refused together: that counts once.
    if (calls.lowered_at == Monotonic() || now >= calls.lowered_at + std::chrono::seconds(1)) {
      calls.lowered_at = now;
      calls.lowered_to = std::max(std::min(rate_floor, rate_max_), allowed(calls) * lowering);
      calls.throttles_in_a_row = std::min<std::int64_t>(calls.throttles_in_a_row + 1, 16);
    }
    const auto doubled =
        std::chrono::seconds(1 << std::clamp<std::int64_t>(calls.throttles_in_a_row - 1, 0, 5));
    std::chrono::milliseconds pause = std::min<std::chrono::seconds>(doubled, pause_max);
    pause = std::max(pause, retry_after.value_or(pause));
    if (now + pause > calls.paused_until) {
      calls.paused_until = now + pause;
      calls.paused_until_wall = clock_.now() + pause;
      calls.paused_for = pause;
    }
    until = calls.paused_until;
  });
  return until;
}

double CallBudget::rate() {
  const std::scoped_lock lock(mutex_);
  double rate = rate_max_;
  std::ignore =
      change(CallLedger::Keep::light, [&](const AccountCalls& calls) { rate = allowed(calls); });
  return rate;
}

std::optional<Error> CallBudget::paused_beyond(Monotonic moment) {
  const std::scoped_lock lock(mutex_);
  Monotonic now{};
  Monotonic until{};
  std::ignore = change(CallLedger::Keep::light, [&](const AccountCalls& calls) {
    now = calls.seen;
    until = calls.paused_until;
  });
  if (until <= now || until <= moment) {
    return std::nullopt;
  }
  const auto left = std::chrono::ceil<std::chrono::seconds>(until - now);
  return Error{ErrorKind::throttled,
               fmt::format("the other side throttled the account, for everyone who uses it; nobody "
                           "may call for {} s more",
                           left.count()),
               "", left};
}

std::shared_ptr<CallBudget> CallBudgets::of(const SourceTraits& traits) {
  const std::scoped_lock lock(mutex_);
  auto& budget = budgets_[traits.account];
  if (budget) {
    budget->restrict_to(traits);
  } else {
    budget = std::make_shared<CallBudget>(traits, *ledger_, clock_);
  }
  return budget;
}

// ---- the calls of the month ---------------------------------------------------------------------

std::int64_t CallBudget::month_now() const {
  const std::chrono::year_month_day day(zone_.day_of(clock_.now()));
  return std::int64_t{static_cast<int>(day.year())} * 12 + static_cast<unsigned>(day.month()) - 1;
}

std::chrono::milliseconds CallBudget::until(std::int64_t month) const {
  const auto midnight = first_day(month).time_since_epoch();
  return std::max(zone_.to_utc(LocalTime(midnight)) - clock_.now(), std::chrono::milliseconds(0));
}

std::chrono::milliseconds CallBudget::until_next_month() const { return until(month_now() + 1); }

Error CallBudget::used_up(const AccountCalls& calls) const {
  Error error;
  error.kind = ErrorKind::exhausted;
  error.retry_after = until(calls.month + 1);
  error.message = fmt::format(
      "the month's budget of calls is used up: {} of {} in {} (`budget: {{per_month: …}}` of the "
      "connection); a run after {} 00:00 {} goes on; until then raise the budget, if the account "
      "allows more, or run less often",
      calls.used, *per_month_, month_name(calls.month), format_day(first_day(calls.month + 1)),
      zone_.name());
  if (calls.month > month_now()) {
    error.message += fmt::format(
        "; this machine's clock says {}: if it was ahead before, the count of {} is what should "
        "not be, and stands in `.weir/calls`",
        month_name(month_now()), month_name(calls.month));
  }
  return error;
}

// The next call has been counted, durably, when this returns.
Result<void> CallBudget::set_aside() {
  const std::int64_t month = month_now();
  if (set_aside_ > 0 && set_aside_month_ >= month) {
    return {};
  }
  std::optional<Error> refused;
  std::int64_t taken = 0;
  WEIR_CHECK(change(CallLedger::Keep::durable, [&](AccountCalls& calls) {
    if (calls.month < month) {
      calls.month = month;
      calls.used = 0;
    }
    taken = set_aside_next_;
    if (per_month_) {
      const std::int64_t left = *per_month_ - calls.used;
      taken = std::min({taken, std::max<std::int64_t>(1, left / 100), left});
    }
    if (taken <= 0) {
      refused = used_up(calls);
      return;
    }
    calls.used += taken;
    set_aside_month_ = calls.month;
  }));
  if (refused) {
    return tl::unexpected(*refused);
  }
  set_aside_ = taken;
  set_aside_next_ = std::min(set_aside_next_ * 2, calls_in_a_second(rate_max_));
  return {};
}

Result<MonthOfCalls> CallBudget::month() {
  const std::scoped_lock lock(mutex_);
  MonthOfCalls found;
  WEIR_CHECK(change(CallLedger::Keep::light, [&](const AccountCalls& calls) {
    const std::int64_t month = std::max(calls.month, month_now());
    found.month = month_name(month);
    found.used = calls.month < month ? 0 : calls.used;
    found.used -= set_aside_month_ == month ? set_aside_ : 0;
    found.limit = per_month_;
  }));
  return found;
}

}  // namespace weir
