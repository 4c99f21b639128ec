// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/page.h"
#include "core/record.h"
#include "core/time_zone.h"
#include "spec/fault.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

// Where records come from. A connector implements Source and only reports; windows, paging, retry,
// back-off and the call budget live in SourceRunner (source_runner.h).

namespace weir {

enum class WindowKind : std::uint8_t { created, modified, full };

// The days asked for, both ends inclusive, in the source's own zone. Empty ends: unbounded.
struct Window {
  WindowKind kind = WindowKind::modified;
  std::optional<Day> from;
  std::optional<Day> to;
  bool operator==(const Window&) const = default;
};

// The door through which every call to an account leaves: it holds back what the budget does not
// allow yet. A source passes it right before each call of the pages' API (not the token's).
class CallGate {
 public:
  virtual ~CallGate() = default;
  // Waits for a place. Errors: `cancelled`, `exhausted` (no call left for a long time).
  virtual Result<std::uint64_t> enter(std::stop_token stop) = 0;
  // The call of this ticket is over; it began to leave at `left_at`. Once per ticket.
  virtual void leave(std::uint64_t ticket, Monotonic left_at) = 0;
};

struct PageRequest {
  Window window;
  std::int64_t number = 1;  // first page is 1, whatever the source counts from
  std::string token;        // what the page before named as its `next`; empty: none
  // Asked for with the newest change first, where traits.newest_first says that it can be; whether
  // the source keeps to it is seen from changed_at of what it gives. Else in an order in which rows
  // that are added land behind.
  bool newest_first = false;
  CallGate* gate = nullptr;  // nullptr: nothing to wait for
};

struct SourcePage {
  Page page;
  std::optional<std::int64_t> total;     // records in the window, as the source counts them
  std::optional<Timestamp> server_time;  // the `Date` header
  std::int64_t calls = 1;                // HTTP requests that this took, the token's not counted
  std::optional<bool> more;              // whether further pages follow, where the source says so
  std::optional<std::string> next;       // the next page's token; paging is then one by one
  // Records (into page.records) that the list gave only in part, as far as one can see: complete()
  // fetches the rest.
  std::vector<std::size_t> incomplete;
};

struct SourceTraits {
  std::int64_t page_size = 100;
  std::optional<std::int64_t> result_cap;  // records that one query can page through, as known now
  // The cap may be higher than known: a page beyond it that is answered with records raises
  // `result_cap`, so it is worth one call before a window is split.
  bool cap_may_rise = false;
  std::optional<std::chrono::days> widest_window;  // days that one window may hold
  bool windowed = true;                            // false: the source cannot be asked by time
  bool by_created = false;                         // it can be asked by WindowKind::created
  bool newest_first = false;                       // see PageRequest::newest_first
  TimeZone zone = TimeZone::utc();                 // of the days that windows name
  std::string account;                             // calls of the same account share one budget
  double calls_per_second = 10;
  std::optional<std::int64_t> calls_per_minute;
  std::optional<std::int64_t> calls_per_month;
};

// Traits may change while pages are read (the cap). Thread-safe: the runner keeps several reads in
// flight. One read is one attempt (a refused token is fetched anew and the call replayed once
// inside it); it blocks for at most the connector's time-out and returns soon after the stop.
class Source {
 public:
  virtual ~Source() = default;

  virtual SourceTraits traits() const = 0;
  virtual RecordShape shape() const = 0;
  // What will be asked of each record, listed (nullptr: it may be anything): pages tell where it
  // stands if that costs next to nothing. Before the first page is read.
  virtual void locate(std::shared_ptr<const RecordSelection> /*selection*/) {}
  virtual Result<SourcePage> read(const PageRequest& request, std::stop_token stop) = 0;
  // The page with these of its records whole, for as many calls as that takes; `content` stays that
  // of the record as it was listed. Asked only for records that are new or changed.
  virtual Result<SourcePage> complete(SourcePage page, std::span<const std::size_t> /*records*/,
                                      CallGate* /*gate*/, std::stop_token /*stop*/) {
    return page;
  }
  // The same records as ids alone, for reconciling: its pages hold `id` and no content worth
  // keeping. nullptr: the source has no cheaper list than its pages.
  virtual std::unique_ptr<Source> ids() const { return nullptr; }
  // Asks for one page of one record to see that credentials and form are right. Appends what it
  // finds; an error only when it could not ask. `gate` as in PageRequest.
  virtual Result<void> check(std::vector<Fault>& faults, CallGate* gate = nullptr) = 0;
};

}  // namespace weir
