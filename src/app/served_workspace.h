// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/command_context.h"
#include "scheduler/timetable.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace weir {

// A workspace's files as they were read at one moment. A run keeps those that it began with.
struct ServedWorkspace {
  Workspace workspace;
  std::vector<std::string> pipelines;  // those without a fault that concerns them
  std::vector<PipelinePlan> plans;     // of those that are scheduled
  TimeZone zone = TimeZone::utc();
};

// Reads the files and plans from what the journal knows. All faults of all files are appended; a
// broken pipeline or connection takes out the pipelines it concerns, and nothing is given when
// weir.yaml itself is broken. Calls no system.
std::shared_ptr<const ServedWorkspace> read_served(const std::filesystem::path& root,
                                                   Journal& journal, Clock& clock, Faults& faults);

struct FailedRecords {
  std::int64_t count = 0;
  std::int64_t in_doubt = 0;  // not among them: the target cannot tell whether it has them
  std::int64_t rejected = 0;  // of them, those that break quality rules
  std::optional<Timestamp> next_retry;  // empty: none will be tried again by itself
};
// Reads through the pipeline's failed records, which are tried again after these waits, and those
// in doubt; blocks for the disk.
Result<FailedRecords> failed_records(Journal& journal, const std::string& pipeline,
                                     const RetryWaits& waits);

// By which waits failed records are tried again by themselves: those of the file, and none where
// nothing is delivered by itself.
RetryWaits retry_waits_of(const Flow& flow);

// When this job of the pipeline last began, by the journal: a run whole counts for reading and for
// delivering too, one that was parked or stopped does not, nor one that should have asked the
// source and did not. Empty: the pipeline never ran; when only its other jobs did, the earliest of
// these that is looked at.
std::optional<Timestamp> last_start(Journal& journal, const std::string& pipeline, JobKind job);

}  // namespace weir
