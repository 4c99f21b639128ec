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
// Reads through the pipeline's failed records and those in doubt; blocks for the disk.
Result<FailedRecords> failed_records(Journal& journal, const std::string& pipeline);

}  // namespace weir
