// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/time_zone.h"
#include "journal/journal.h"
#include "scheduler/cron.h"
#include "source/call_budget.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Whether an account's calls of a month will do: those made so far, and what the schedules will
// still make.

namespace weir {

// One schedule that calls the account, and what a start of it has cost of late.
struct PlannedCalls {
  Cron cron;
  double calls_a_start = 1;
};

// What a start of this pipeline costs on average, by its newest runs of the last seven days that
// asked the source. Those up to the first that was neither parked nor stopped are left out: they
// loaded what there was. 1 when no other is known.
double calls_a_start(Journal& journal, const std::string& pipeline, Timestamp now);

struct CallForecast {
  std::int64_t used = 0;
  std::int64_t limit = 0;
  std::int64_t expected = 0;      // at the month's end
  std::optional<Day> used_up_on;  // empty: they will do
  Timestamp month_began_at;
  // Before the month's first day is over nothing is foretold, unless half of the calls are used.
  bool too_early = false;
  // Foretold to do with a margin of a twentieth, so that what is told does not go to and fro.
  bool comfortable() const { return expected * 20 <= limit * 19; }
};

// `month` as the ledger has it now, `zone` the account's. Nothing: there is no limit.
std::optional<CallForecast> forecast_calls(const MonthOfCalls& month,
                                           const std::vector<PlannedCalls>& planned,
                                           const TimeZone& zone, Timestamp now);

}  // namespace weir
