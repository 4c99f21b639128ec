// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "source/call_window.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace weir {

// As many processes may share a ledger at a time.
inline constexpr std::size_t call_holders_max = 64;

// What is known of the calls of one account. Plain bytes of a fixed size.
struct AccountCalls {
  // Months since year 0, of the count; never goes back, so a clock that does resets nothing.
  std::int64_t month = 0;
  std::int64_t used = 0;  // calls of the month, those included that a process has set aside

  Monotonic seen{};       // when it was changed last; later than now: the machine was started anew
  double lowered_to = 0;  // calls a second, after throttles; 0: not lowered
  std::int64_t throttles_in_a_row = 0;
  Monotonic lowered_at{};
  Monotonic paused_until{};
  // The same by the wall clock, which goes on while the machine is off, and how long it was to be.
  Timestamp paused_until_wall{};
  std::chrono::nanoseconds paused_for{0};
  // Calls that left. The way to the other side takes a varying time: calls that leave a second
  // apart may arrive closer, therefore the margin.
  CallWindow second{std::chrono::milliseconds(1025)};
  CallWindow minute{std::chrono::milliseconds(60025)};
  Monotonic newest{};
  // Of each process: calls that entered and whose moment of leaving is not known yet.
  std::array<std::uint32_t, call_holders_max> under_way{};
};

// Where the calls of accounts are remembered, for all that share the ledger. Any thread may call.
class CallLedger {
 public:
  // What must be true when change() returns: `durable` survives a cut of the power, `light` the end
  // of the process.
  enum class Keep : std::uint8_t { light, durable };
  using Change = std::function<Keep(AccountCalls&)>;

  virtual ~CallLedger() = default;
  // Lets `change` act on what is known of the account, with nobody else between; blocks for
  // microseconds, `durable` for the disk. After an error the change may be there or not. Errors:
  // `unavailable`, `exhausted` (disk full), `corrupt`; all name the place.
  virtual Result<void> change(const std::string& account, const Change& change) = 0;
  // Our place in AccountCalls::under_way, for the ledger's life.
  virtual std::size_t holder() const = 0;
  // Whether the process that had this place has ended, however it did.
  virtual bool is_gone(std::size_t holder) = 0;
};

// Remembers for its own life, for one process.
class MemoryCallLedger final : public CallLedger {
 public:
  Result<void> change(const std::string& account, const Change& change) override;
  std::size_t holder() const override { return 0; }
  bool is_gone(std::size_t holder) override { return holder != 0; }

 private:
  std::mutex mutex_;
  std::map<std::string, AccountCalls> accounts_;
};

}  // namespace weir
