// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "pipeline/run_result.h"
#include "sink/sink.h"
#include "source/source.h"
#include "source/source_runner.h"
#include "transform/transform.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace weir {

// What a run is made of; everything outlives it.
struct RunParts {
  Source* source = nullptr;  // null: only what waits in the journal (retry)
  Sink& sink;
  const Transform& transform;
  Journal& journal;
  Clock& clock;
  CallBudgets* budgets = nullptr;  // null: the source's account is used by this run alone
};

struct RunRequest {
  std::string pipeline;
  JobKind job = JobKind::run;  // for the result; what is done follows from the rest
  bool deliver = true;         // false: the target is left alone, and what is read waits
  std::string definition;      // RunOpening::definition
  std::string id;  // the source's field of a record's id; asked for by a restored journal
  Redelivery redelivery = Redelivery::never;
  SourcePlan plan;
  std::chrono::milliseconds patience = std::chrono::minutes(5);
  // Makes decided records of the journal due again, once what an earlier process left open is
  // settled; gives their number. Empty: nothing of that kind. Its error ends the run.
  std::function<Result<std::int64_t>(PipelineId pipeline)> requeue;
  // Told at once, when there are any: records that a process which was killed had delivered, as the
  // target's mark proves. They are in no run's books.
  std::function<void(std::int64_t records)> on_recovered;
};

// A moment of a run, for people who watch.
struct RunProgress {
  std::int64_t expected = 0;  // records the source has named so far
  std::int64_t read = 0;
  std::int64_t delivered = 0;
  std::int64_t filtered = 0;
  std::int64_t failed = 0;
  std::chrono::milliseconds elapsed{0};
};
using ProgressListener = std::function<void(const RunProgress&)>;

// One run of one pipeline: settles what an earlier process left open, then reads and delivers at
// the same time, each at its own pace with the journal between them, and closes the books. Always
// gives a result: what went wrong stands in its status and reason. `listener` is called about five
// times a second from a thread of its own. A stop drains: pages under way are stored, batches
// completed.
RunResult run_pipeline(const RunParts& parts, const RunRequest& request, std::stop_token stop,
                       const ProgressListener& listener = {});

}  // namespace weir
