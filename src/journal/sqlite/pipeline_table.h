// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/record_status.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace weir {

struct PipelineRow {
  PipelineId id{};
  std::string name;
  std::uint64_t fence = 0;
  std::int64_t run = 0;  // begun last; 0: none
  std::optional<std::string> cursor;
  std::int64_t lanes = 0;  // rows of the lane table
  std::int64_t pages = 0;  // what a scan must find: see RecordScan
  StatusCounts counts;
};

// The pipelines: few rows, each with what the tables below must add up to. One thread. The writer
// loads them all and keeps them in memory; a reader asks for one at a time.
class PipelineTable {
 public:
  explicit PipelineTable(Database& database);

  Result<PipelineRow> read(PipelineId id);

  // Pipelines 1..last, all of them.
  Result<void> load(std::int64_t last);
  // nullptr: unknown.
  const PipelineRow* look(PipelineId id) const;
  PipelineRow* change(PipelineId id);
  void add(PipelineRow row);
  void count(PipelineId id, const StatusCounts& before, const StatusCounts& after);
  const std::map<PipelineId, PipelineRow>& all() const { return rows_; }
  // Writes what was changed.
  Result<void> flush();

 private:
  Database& database_;
  Statement select_;
  Statement replace_;
  std::map<PipelineId, PipelineRow> rows_;
  std::set<PipelineId> changed_;
};

}  // namespace weir
