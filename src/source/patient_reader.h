// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "source/call_budget.h"
#include "source/source.h"
#include "source/source_runner.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>

namespace weir {

// Reads a page, again and again while that can help: transient errors wait with exponential
// back-off and full jitter, at most eight answered tries a page; throttles are not counted, nor are
// calls that reached nobody (Error::code empty on `unavailable`), but nothing outlasts `patience`
// without any progress of the run. Any thread may call.
class PatientReader {
 public:
  PatientReader(Source& source, Clock& clock, std::shared_ptr<CallBudget> budget,
                SourceCounts& counts, std::chrono::milliseconds patience);

  // `stop` ends waiting at once; `cut` also ends the call that is under way. Errors: the source's
  // last one, or `cancelled`.
  Result<SourcePage> read(PageRequest request, std::stop_token stop, std::stop_token cut);
  // The same for a page that came and cannot have come well: counted as a retry.
  Result<SourcePage> read_again(PageRequest request, std::stop_token stop, std::stop_token cut);
  // The page with one record whole that its list gave in part.
  Result<SourcePage> complete(const SourcePage& page, std::size_t record, std::stop_token stop,
                              std::stop_token cut);

 private:
  class Gate;
  using Attempt = std::function<Result<SourcePage>(CallGate&)>;
  Result<SourcePage> persist(const Attempt& attempt, const std::stop_token& stop,
                             const std::stop_token& cut);
  Result<SourcePage> try_once(const Attempt& attempt);
  // When to try again; nothing: never.
  std::optional<Monotonic> next_try(const Error& error, int& tries);
  std::chrono::milliseconds backoff(int tries);
  Monotonic patience_ends();

  Source& source_;
  Clock& clock_;
  std::shared_ptr<CallBudget> budget_;
  SourceCounts& counts_;
  const std::chrono::nanoseconds patience_;
  std::mutex mutex_;
  Monotonic progress_at_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace weir
