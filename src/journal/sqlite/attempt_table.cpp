// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/attempt_table.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace weir {

AttemptTable::AttemptTable(Database& database)
    : database_(database),
      select_(database, "SELECT statuses FROM attempt WHERE place = ?1"),
      replace_(database, "INSERT OR REPLACE INTO attempt(place, statuses) VALUES(?1, ?2)") {}

// Sealed as a page of its own: the place is no page's number, for it is shifted by twenty bits.
Result<std::vector<RecordStatus>> AttemptTable::read(PackedPlace place) {
  auto row = select_.use();
  row.bind(1, static_cast<std::int64_t>(place));
  WEIR_TRY(const bool found, row.step());
  auto statuses =
      found ? decode_statuses(static_cast<PageId>(place), PipelineId{}, row.text(0)) : std::nullopt;
  if (!statuses) {
    const RecordPlace at = unpack(place);
    return database_.damaged(fmt::format(
        "the earlier attempts of record {} of page {} are missing or do not match their "
        "seal",
        at.index, static_cast<std::int64_t>(at.page)));
  }
  return std::move(*statuses);
}

Result<void> AttemptTable::append(PackedPlace place, const RecordStatus& status) {
  std::vector<RecordStatus> statuses;
  if (status.has(RecordStatus::has_attempts)) {
    WEIR_TRY(statuses, read(place));
  }
  if (!statuses.empty() && statuses.back().attempts >= status.attempts) {
    return {};  // decided without an attempt since
  }
  statuses.push_back(status);
  const std::string data = encode_statuses(static_cast<PageId>(place), PipelineId{}, statuses);
  auto row = replace_.use();
  row.bind(1, static_cast<std::int64_t>(place));
  row.bind_blob(2, data);
  return row.run();
}

}  // namespace weir
