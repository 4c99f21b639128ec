// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

struct RunRow {
  RunId id{};
  PipelineId pipeline{};
  std::int64_t started_at = 0;
  std::optional<std::int64_t> ended_at;
  std::int64_t definition = 0;
  std::string report;
};

// The runs, and the pipelines' texts they ran with: each text once, known by its hash. One thread.
class RunTable {
 public:
  explicit RunTable(Database& database);

  // Writes a new row or over the old one.
  Result<void> write(const RunRow& run);
  Result<RunRow> read(RunId id);  // `corrupt` when it is not there
  // The number of the text, which is stored when it is new.
  Result<std::int64_t> keep_definition(std::string_view text);
  Result<std::string> definition(std::int64_t number);

 private:
  Database& database_;
  Statement replace_;
  Statement select_;
  Statement find_definition_;
  Statement insert_definition_;
  Statement select_definition_;
};

}  // namespace weir
