// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/time_zone.h"
#include "source/call_ledger.h"
#include "source/source.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace weir {

// The calls of the present month.
struct MonthOfCalls {
  std::string month;      // "2026-11"
  std::int64_t used = 0;  // those included that a process was killed with, and never made
  std::optional<std::int64_t> limit;
};

// What an account may call, shared by everything that uses the account over the same ledger: the
// rates a second and a minute, and the calls of a month of `traits.zone`. A throttled answer lowers
// the rate at once and pauses everyone; successes raise it again slowly. Calls of a month are set
// aside in the ledger before they are made, one, then two, four … up to a second's worth, and what
// is left goes back at the end: who is killed has counted too many, never too few. Any thread may
// call.
class CallBudget final : public CallGate {
 public:
  CallBudget(const SourceTraits& traits, CallLedger& ledger, Clock& clock);
  ~CallBudget() override;
  CallBudget(const CallBudget&) = delete;
  CallBudget& operator=(const CallBudget&) = delete;

  // `exhausted`: the month's calls are used up, and retry_after says when the next one begins.
  // Also the ledger's errors.
  Result<std::uint64_t> enter(std::stop_token stop) override;
  void leave(std::uint64_t ticket, Monotonic left_at) override;

  void succeeded();
  // Nobody calls before the moment returned: what the answer asked for, and at least one second,
  // doubled with every throttle in a row up to 30.
  Monotonic throttled(std::optional<std::chrono::milliseconds> retry_after);

  // Two users of an account may declare different limits: the lower ones hold.
  void restrict_to(const SourceTraits& traits);
  double rate();  // calls a second, as allowed now
  // `throttled`, with what is left of the pause, when that ends later than this; else nothing.
  std::optional<Error> paused_beyond(Monotonic moment);
  Result<MonthOfCalls> month();
  // Until the first moment of the next month, by the source's calendar.
  std::chrono::milliseconds until_next_month() const;

 private:
  // Whether one more call may leave; else when, or nothing: once one that is under way has left.
  struct Place {
    bool taken = false;
    bool held_by_others = false;
    std::optional<Monotonic> free_at;
  };

  // All of these with mutex_ held.
  Result<void> change(CallLedger::Keep keep, const std::function<void(AccountCalls&)>& act);
  void settle(AccountCalls& calls, Monotonic now);
  Place take_place(AccountCalls& calls);
  std::optional<Monotonic> free_at(const AccountCalls& calls, Monotonic now) const;
  void reap(AccountCalls& calls, Monotonic now);
  void wait(const Place& place, std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  Result<void> set_aside();
  Error used_up(const AccountCalls& calls) const;
  double allowed(const AccountCalls& calls) const;

  std::int64_t month_now() const;
  std::chrono::milliseconds until(std::int64_t month) const;

  const std::string account_;
  const TimeZone zone_;
  CallLedger& ledger_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any left_;

  double rate_max_;
  std::optional<std::int64_t> per_minute_;
  std::optional<std::int64_t> per_month_;

  bool met_ = false;     // the ledger: what stands there as ours is our predecessor's
  bool slowed_ = false;  // as last seen in the ledger: lowered, or throttled just now
  std::uint64_t tickets_ = 0;
  std::uint32_t under_way_ = 0;
  std::uint64_t leavings_ = 0;
  std::vector<Monotonic> left_at_;  // not in the ledger yet

  std::int64_t set_aside_ = 0;  // calls of set_aside_month_, not made yet
  std::int64_t set_aside_month_ = 0;
  std::int64_t set_aside_next_ = 1;
};

// The budgets over one ledger, one an account, made when first asked for; what they have set aside
// goes back when this ends. Any thread may call.
class CallBudgets {
 public:
  CallBudgets(std::unique_ptr<CallLedger> ledger, Clock& clock)
      : ledger_(std::move(ledger)), clock_(clock) {}

  // The budget of traits.account, held to these traits too. Not to outlive this.
  std::shared_ptr<CallBudget> of(const SourceTraits& traits);

 private:
  const std::unique_ptr<CallLedger> ledger_;
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<CallBudget>> budgets_;
};

}  // namespace weir
