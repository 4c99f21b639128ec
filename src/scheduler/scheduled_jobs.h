// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/definition.h"
#include "pipeline/job_kind.h"
#include "scheduler/cron.h"
#include "spec/fault.h"

#include <vector>

namespace weir {

struct ScheduledJob {
  JobKind kind = JobKind::run;
  Cron cron;
  Location at;  // of its line in the file
};

// What a pipeline's schedules come to. A side's own is above the one beside `source` and `target`:
// with that alone the pipeline runs as a whole; as soon as a side has its own, reading and
// delivering are two jobs. `omissionRemedy` with a line of its own is a job besides. Appends lines
// that are none of cron, and schedules that cannot do what their author expects.
std::vector<ScheduledJob> scheduled_jobs(const Definition& definition, Faults& faults);

// Reading and delivering are jobs of their own, so that what is read is not delivered at once.
bool sides_apart(const std::vector<ScheduledJob>& jobs);
// Something is delivered by itself, so that failed records may be tried again by themselves too.
bool delivers(const std::vector<ScheduledJob>& jobs);

}  // namespace weir
