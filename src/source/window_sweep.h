// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/page.h"
#include "source/call_budget.h"
#include "source/source.h"
#include "source/source_runner.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace weir {

// A page of a sweep and the window that it is of. A page may come more than once, for a window that
// does not stand still is read again.
using SweptPage = std::function<void(const Window&, const Page&)>;

// Reads all that a plan asks for and keeps nothing: the same windows, proof, patience and budget as
// a run has, without journal and cursor. One thread uses it.
class WindowSweep {
 public:
  WindowSweep(Source& source, Clock& clock, std::shared_ptr<CallBudget> budget,
              std::chrono::milliseconds patience)
      : source_(source), clock_(clock), budget_(std::move(budget)), patience_(patience) {}

  // Gives why windows could not be read whole; empty: all was read. `plan` is read as with `full`,
  // whatever it says. Errors: as SourceRunner::run.
  Result<std::vector<Error>> read(SourcePlan plan, const SweptPage& swept, std::stop_token stop);

  const SourceCounts& counts() const { return counts_; }

 private:
  Source& source_;
  Clock& clock_;
  const std::shared_ptr<CallBudget> budget_;
  const std::chrono::milliseconds patience_;
  SourceCounts counts_;
};

}  // namespace weir
