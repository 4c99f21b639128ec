// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "pipeline/run_result.h"

namespace weir {

// How each stage of a run ended.
struct RunEnding {
  Result<void> journal;
  Result<void> source;
  Result<void> sink;
  bool source_reached = false;  // at least one page came
  bool sink_reached = false;    // at least one connection stood
  bool stopped = false;         // by the user
};

// Sets status, reason and resume_at from the endings and from the outcomes in the books. A journal
// that failed speaks for all; else a refusal by either side weighs more than what can be waited
// out.
void decide_status(const RunEnding& ending, Timestamp now, RunResult& result);

}  // namespace weir
