// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace weir {

// `retention:` of weir.yaml: how long, and how much of it, the journal keeps raw JSON.
struct Retention {
  std::optional<std::chrono::milliseconds> age = std::chrono::days(90);  // empty: however old
  std::optional<std::int64_t> bytes = 10'000'000'000;  // as stored; empty: however much

  bool keeps_all() const { return !age && !bytes; }
  bool operator==(const Retention&) const = default;
};

// Pipelines whose newest versions stay, for others look records up in them.
struct LookedInto {
  std::vector<std::string> pipelines;
  bool all = false;  // which they are is not known
};

struct RawGivenUp {
  std::int64_t pages = 0;
  std::int64_t bytes = 0;
  std::int64_t bytes_kept = 0;
  bool finished = false;  // nothing more may go now

  // Nothing more may go, and yet there is more than that.
  bool is_above(const Retention& retention) const {
    return finished && retention.bytes && bytes_kept > *retention.bytes;
  }
};

// Gives up raw JSON beyond the retention, step by step, at most so many, until the stop. Each step
// is on disk when the next begins, and other callers of the journal come between two.
Result<RawGivenUp> give_up_raw(Journal& journal, const Retention& retention,
                               const LookedInto& looked_into, Timestamp now, std::int64_t steps_max,
                               const std::stop_token& stop);

}  // namespace weir
