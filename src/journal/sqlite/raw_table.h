// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "journal/sqlite/record_status.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <optional>
#include <span>

namespace weir {

// What a page's raw JSON is kept for at least. Stored as it stands.
enum class RawHold : std::uint8_t {
  nothing,  // each record of it has a newer version
  newest,   // replay, traces, look-ups
  pending,  // a record waits, is failed or in doubt: it may still be delivered from here
};
RawHold raw_hold(std::span<const RecordStatus> records);

// A page whose raw JSON is still there.
struct KeptRaw {
  PageId page{};
  PipelineId pipeline{};
  Timestamp received_at;
  std::int64_t bytes = 0;  // as stored
  RawHold hold = RawHold::pending;
};

// The pages whose raw JSON is still there, so that the oldest which may go is found without a look
// at the others. What the rows say is to be checked against the page itself. One connection, one
// thread.
class RawTable {
 public:
  explicit RawTable(Database& database);

  Result<void> insert(const KeptRaw& kept);
  // Nothing happens to a page that is not kept.
  Result<void> hold(PageId page, RawHold hold);
  Result<void> remove(PageId page);
  // Of those that are held by just this, not `pending`.
  Result<std::optional<KeptRaw>> oldest(PipelineId pipeline, RawHold hold);

  // `hold <> 2` is the condition of the index. By `hold < 2` SQLite would search, and then sort.
  static constexpr const char* select_oldest_sql =
      "SELECT page, received_at, bytes FROM page_kept WHERE pipeline = ?1 AND hold = ?2 AND "
      "hold <> 2 ORDER BY received_at, page LIMIT 1";

 private:
  Statement insert_;
  Statement update_;
  Statement delete_;
  Statement select_oldest_;
};

}  // namespace weir
