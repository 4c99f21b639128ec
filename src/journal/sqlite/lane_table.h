// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace weir {

struct BatchMember {
  PackedPlace place = 0;
  std::uint64_t sent = 0;
};

struct LaneBatch {
  explicit LaneBatch(std::uint64_t raised) : fence(raised) {}
  std::uint64_t fence;
  std::vector<BatchMember> members;
};

struct LaneRow {
  std::uint64_t settled = 0;      // sequence of the last settled batch
  std::optional<LaneBatch> open;  // batch settled + 1
};

using Lanes = std::map<std::pair<PipelineId, std::uint32_t>, LaneRow>;

// The lanes of all pipelines, one sealed row each, with the open batch in it. One thread.
class LaneTable {
 public:
  explicit LaneTable(Database& database);

  // The lanes of a pipeline by number; `count` is how many there must be.
  Result<std::map<std::uint32_t, LaneRow>> read(PipelineId pipeline, std::int64_t count);
  Result<void> write(PipelineId pipeline, std::uint32_t lane, const LaneRow& row);

 private:
  Database& database_;
  Statement select_;
  Statement replace_;
};

inline constexpr std::uint32_t lanes_max = 1U << 20U;

}  // namespace weir
