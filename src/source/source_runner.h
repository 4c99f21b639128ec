// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/page.h"
#include "journal/journal.h"
#include "source/source.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace weir {

// What one run asks the source for.
struct SourcePlan {
  WindowKind kind = WindowKind::modified;
  std::optional<Day> from;       // `sync.from`
  std::chrono::days overlap{1};  // `sync.overlap`
  // --full, --from/--to: read this again, and never move the cursor.
  bool full = false;
  std::optional<Day> again_from;
  std::optional<Day> again_to;
};

class CallBudgets;

// Counts of one run, updated while it goes; any thread may read.
struct SourceCounts {
  std::atomic<std::int64_t> pages{0};      // pages stored or recognised as known
  std::atomic<std::int64_t> requests{0};   // calls made, the token's not counted
  std::atomic<std::int64_t> throttled{0};  // of these, refused by a limiter
  std::atomic<std::int64_t> retries{0};    // calls made again, for any reason
  std::atomic<std::int64_t> read{0};
  std::atomic<std::int64_t> new_records{0};
  std::atomic<std::int64_t> changed{0};
  std::atomic<std::int64_t> unchanged{0};
  std::atomic<std::int64_t> judged{0};    // Intake::judged
  std::atomic<std::int64_t> bytes{0};     // of raw JSON
  std::atomic<std::int64_t> expected{0};  // the totals the source has named so far
};

// Called after a page is durable, in page order per window, from one thread at a time; may block
// (this is how a slow target holds back the source).
using StoredPage = std::function<void(std::shared_ptr<const Page>, const Intake&)>;

// Reads what the plan asks for into the journal: chooses windows, pages through each with several
// calls in flight within the account's budget, retries what passes, and moves the cursor in the
// transaction that stores a window's pages.
class SourceRunner {
 public:
  // `budgets`: null: the account is used by this runner alone.
  SourceRunner(Source& source, Journal& journal, Clock& clock, PipelineId pipeline, RunId run,
               Redelivery redelivery, SourcePlan plan, std::chrono::milliseconds patience,
               CallBudgets* budgets = nullptr);
  ~SourceRunner();

  // Blocks until everything is read, or the stop (drains: what was asked for is stored), or an
  // error that patience did not outlast: its kind says why (throttled, exhausted, unavailable …
  // parked; unauthorized refused). What was stored by then stays.
  Result<void> run(const StoredPage& stored, std::stop_token stop);

  const SourceCounts& counts() const;
  // The days of the run, for its result: "2026-01-01".."2026-11-22"; empty before run().
  std::string from() const;
  std::string to() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
