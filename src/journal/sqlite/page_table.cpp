// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/page_table.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

std::int64_t row_of(PageId page) { return static_cast<std::int64_t>(page); }

}  // namespace

PageTable::PageTable(Database& database)
    : database_(database),
      insert_entries_(database, "INSERT INTO page(id, entries) VALUES(?1, ?2)"),
      insert_raw_(database, "INSERT INTO page_raw(page, data) VALUES(?1, ?2)"),
      write_status_(database,
                    "INSERT OR REPLACE INTO page_status(page, pipeline, waiting, failed, filtered, "
                    "in_doubt, statuses) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      select_entries_(database, "SELECT entries FROM page WHERE id = ?1"),
      select_status_(database, "SELECT pipeline, statuses FROM page_status WHERE page = ?1"),
      select_raw_(database, "SELECT data FROM page_raw WHERE page = ?1"),
      update_raw_(database, "UPDATE page_raw SET data = ?2 WHERE page = ?1"),
      select_short_raw_(database,
                        "SELECT data FROM page_raw WHERE page = ?1 AND length(data) = ?2"),
      select_raw_size_(database, "SELECT length(data) FROM page_raw WHERE page = ?1") {}

Result<void> PageTable::insert(PageId page, std::string_view entries, std::string_view raw) {
  {
    auto row = insert_entries_.use();
    row.bind(1, row_of(page));
    row.bind_blob(2, entries);
    WEIR_CHECK(row.run());
  }
  auto row = insert_raw_.use();
  row.bind(1, row_of(page));
  row.bind_blob(2, raw);
  return row.run();
}

Result<void> PageTable::write_status(PageId page, const PageStatus& status,
                                     const StatusCounts& counts) {
  const std::string statuses = encode_statuses(page, status.pipeline, status.records);
  auto row = write_status_.use();
  row.bind(1, row_of(page));
  row.bind(2, static_cast<std::int64_t>(status.pipeline));
  row.bind(3, counts.waiting);
  row.bind(4, counts.failed);
  row.bind(5, counts.filtered);
  row.bind(6, counts.in_doubt);
  row.bind_blob(7, statuses);
  return row.run();
}

Result<PageEntries> PageTable::entries(PageId page) {
  auto row = select_entries_.use();
  row.bind(1, row_of(page));
  WEIR_TRY(const bool found, row.step());
  return decode(page, found ? row.text(0) : std::string_view());
}

Result<PageStatus> PageTable::status(PageId page) {
  auto row = select_status_.use();
  row.bind(1, row_of(page));
  WEIR_TRY(const bool found, row.step());
  if (!found) {
    return database_.damaged(fmt::format("the states of page {} are missing", row_of(page)));
  }
  return decode(page, static_cast<PipelineId>(row.integer(0)), row.text(1));
}

Result<PageEntries> PageTable::decode(PageId page, std::string_view entries_column) const {
  auto decoded = decode_entries(page, entries_column);
  if (!decoded) {
    return database_.damaged(
        fmt::format("the entries of page {} are missing or do not match their seal", row_of(page)));
  }
  return std::move(*decoded);
}

Result<PageStatus> PageTable::decode(PageId page, PipelineId pipeline,
                                     std::string_view status_column) const {
  auto records = decode_statuses(page, pipeline, status_column);
  if (!records) {
    return database_.damaged(
        fmt::format("the states of page {} do not match their seal", row_of(page)));
  }
  return PageStatus{pipeline, std::move(*records)};
}

Result<std::optional<PageRaw>> PageTable::raw(const PageEntries& page, RawCodec& codec) {
  auto row = select_raw_.use();
  row.bind(1, row_of(page.page));
  WEIR_TRY(const bool found, row.step());
  if (found && is_dropped_raw(page.page, row.text(0))) {
    return std::optional<PageRaw>();
  }
  auto raw = codec.decompress(page, found ? row.text(0) : std::string_view());
  if (!raw) {
    return database_.damaged(fmt::format(
        "the raw records of page {} are missing or do not match their seal", row_of(page.page)));
  }
  return raw;
}

Result<void> PageTable::drop_raw(PageId page) {
  const std::string dropped = encode_dropped_raw(page);
  auto row = update_raw_.use();
  row.bind(1, row_of(page));
  row.bind_blob(2, dropped);
  return row.run();
}

Result<std::int64_t> PageTable::stored_raw_size(PageId page) {
  auto row = select_raw_size_.use();
  row.bind(1, row_of(page));
  WEIR_TRY(const bool found, row.step());
  return found ? row.integer(0) : 0;
}

Result<bool> PageTable::raw_dropped(PageId page) {
  auto row = select_short_raw_.use();
  row.bind(1, row_of(page));
  row.bind(2, dropped_raw_size);
  WEIR_TRY(const bool found, row.step());
  return found && is_dropped_raw(page, row.text(0));
}

}  // namespace weir
