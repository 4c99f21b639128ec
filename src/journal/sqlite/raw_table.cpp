// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/raw_table.h"

#include <algorithm>
#include <chrono>

namespace weir {

RawHold raw_hold(std::span<const RecordStatus> records) {
  const StatusCounts counts = count_statuses(records);
  if (counts.waiting > 0 || counts.failed > 0 || counts.in_doubt > 0) {
    return RawHold::pending;
  }
  const bool replaced = std::all_of(records.begin(), records.end(), [](const RecordStatus& each) {
    return each.has(RecordStatus::replaced);
  });
  return replaced ? RawHold::nothing : RawHold::newest;
}

RawTable::RawTable(Database& database)
    : insert_(database,
              "INSERT INTO page_kept(page, pipeline, received_at, bytes, hold) "
              "VALUES(?1, ?2, ?3, ?4, ?5)"),
      update_(database, "UPDATE page_kept SET hold = ?2 WHERE page = ?1 AND hold <> ?2"),
      delete_(database, "DELETE FROM page_kept WHERE page = ?1"),
      select_oldest_(database, select_oldest_sql) {}

Result<void> RawTable::insert(const KeptRaw& kept) {
  auto row = insert_.use();
  row.bind(1, static_cast<std::int64_t>(kept.page));
  row.bind(2, static_cast<std::int64_t>(kept.pipeline));
  row.bind(3, kept.received_at.time_since_epoch().count());
  row.bind(4, kept.bytes);
  row.bind(5, static_cast<std::int64_t>(kept.hold));
  return row.run();
}

Result<void> RawTable::hold(PageId page, RawHold hold) {
  auto row = update_.use();
  row.bind(1, static_cast<std::int64_t>(page));
  row.bind(2, static_cast<std::int64_t>(hold));
  return row.run();
}

Result<void> RawTable::remove(PageId page) {
  auto row = delete_.use();
  row.bind(1, static_cast<std::int64_t>(page));
  return row.run();
}

Result<std::optional<KeptRaw>> RawTable::oldest(PipelineId pipeline, RawHold hold) {
  auto row = select_oldest_.use();
  row.bind(1, static_cast<std::int64_t>(pipeline));
  row.bind(2, static_cast<std::int64_t>(hold));
  WEIR_TRY(const bool found, row.step());
  if (!found) {
    return std::optional<KeptRaw>();
  }
  KeptRaw kept;
  kept.page = static_cast<PageId>(row.integer(0));
  kept.pipeline = pipeline;
  kept.received_at = Timestamp(std::chrono::milliseconds(row.integer(1)));
  kept.bytes = row.integer(2);
  kept.hold = hold;
  return std::optional(kept);
}

}  // namespace weir
