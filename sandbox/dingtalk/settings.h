// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/calendar.h"
#include "sandbox/dingtalk/receipt_store.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace weir::yida_sandbox {

// What lies beyond the cap of rows that one query can page through; not documented.
enum class CapBehaviour : std::uint8_t {
  empty,  // pages beyond it are empty, the total is the true one
  error,  // pages beyond it are refused
  clip,   // as empty, and the total is never above the cap
};

// How the stand-in behaves where the real service may differ from tenant to tenant; all of it can
// be changed while it runs.
struct Settings {
  StampClock clock = StampClock::local;
  std::uint64_t result_cap = 30'000;  // 0: none
  CapBehaviour cap_behaviour = CapBehaviour::empty;
  std::uint32_t inline_rows = 0;  // sub-tables are cut there in lists; 0: never
  int qps = 20;                   // calls a second of one app to one API; 0: no limit
  std::int64_t monthly = 0;       // YiDa calls of the organisation; 0: no limit
  std::chrono::milliseconds latency{0};
  std::chrono::milliseconds jitter{0};  // 0 … jitter is added to the latency
  bool gzip = false;
  bool chunked = false;
  std::chrono::seconds token_life{7200};
  bool second_filters = false;         // honour the time of day in create/modified filters
  int yida_throttle_status = 403;      // HTTP status of failure.operation.*
  int parameter_status = 400;          // HTTP status of a refused parameter
  std::vector<std::string> unindexed;  // filters on these fields silently match nothing
  NaturalOrder natural_order = NaturalOrder::newest;
  int date_offset_minutes = 0;       // of the Date header; the clock that stamps rows stays right
  std::string form_name = "收款单";  // in the rows' titles
  int form_version = 0;              // of all rows; 0: of the form when a row was made
  bool shuffled_ties = false;        // rows of one minute change places from call to call
};

// The settings of now; any thread may call.
class SettingsBoard {
 public:
  explicit SettingsBoard(Settings settings) : settings_(std::move(settings)) {}
  Settings read() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }
  void write(Settings settings) {
    const std::lock_guard lock(mutex_);
    settings_ = std::move(settings);
  }

 private:
  mutable std::mutex mutex_;
  Settings settings_;
};

// The wall clock, moved by a difference: a trial can live on another day. Any thread may call.
class ShiftedClock {
 public:
  std::int64_t seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
               .count() +
           shift_.load(std::memory_order_relaxed);
  }
  Minute minute() const { return seconds() / 60; }
  void set(std::int64_t seconds_since_1970) {
    shift_.store(shift_.load() + seconds_since_1970 - seconds());
  }

 private:
  std::atomic<std::int64_t> shift_{0};
};

}  // namespace weir::yida_sandbox
