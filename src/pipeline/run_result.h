// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "pipeline/job_kind.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

enum class RunStatus : std::uint8_t {
  succeeded,
  failed,   // done, but records failed or are in doubt
  refused,  // a system refused us, or was never reached
  parked,   // a limit, or an outage longer than our patience; the next run goes on from there
  error,    // a bug
  stopped,  // by the user
};

std::string_view to_string(RunStatus status);
int exit_code(RunStatus status);

// The books of a run, in records. Every figure is counted where it happens, by different stages, so
// that the two equations of imbalance() check the program.
struct Books {
  std::int64_t read = 0;
  std::int64_t new_records = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t backlog = 0;  // waiting from before
  std::int64_t due = 0;      // backlog, new ones, and those changed that are judged anew
  std::int64_t delivered = 0;
  std::int64_t filtered = 0;
  std::int64_t failed = 0;
  std::int64_t waiting = 0;  // still, at the end
  std::int64_t in_doubt = 0;
  std::int64_t warned = 0;  // of the delivered
  std::int64_t rows = 0;
};

// Empty when the books balance; else which equation does not hold, with its figures.
std::string imbalance(const Books& books);

struct RunResult {
  std::string pipeline;
  std::string run;
  JobKind job = JobKind::run;
  RunStatus status = RunStatus::succeeded;
  std::string reason;                  // why it is not `succeeded`; empty otherwise
  std::optional<Timestamp> resume_at;  // parked: when it makes sense to go on, where known
  std::string from;                    // days asked for; empty: none were
  std::string to;
  std::int64_t pages = 0;
  std::int64_t requests = 0;
  std::int64_t throttled = 0;
  std::int64_t retries = 0;
  Books books;
  std::int64_t bytes = 0;
  std::int64_t duration_ms = 0;
};

// One line, the members in the order of the contract; `job` behind `run`, where it is another than
// `run`.
std::string to_json(const RunResult& result);

}  // namespace weir
