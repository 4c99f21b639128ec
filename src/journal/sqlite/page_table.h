// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/page_codec.h"
#include "journal/sqlite/record_status.h"
#include "journal/sqlite/sqlite_database.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct PageStatus {
  PipelineId pipeline{};
  std::vector<RecordStatus> records;
};

// The three rows of a page on one connection: entries, raw bytes, states. One thread. A row that is
// missing or does not match its seal is `corrupt`, naming the page.
class PageTable {
 public:
  explicit PageTable(Database& database);

  Result<void> insert(PageId page, std::string_view entries, std::string_view raw);
  Result<void> write_status(PageId page, const PageStatus& status, const StatusCounts& counts);

  Result<PageEntries> entries(PageId page);
  Result<PageStatus> status(PageId page);

  // The same from a column that another statement has read.
  Result<PageEntries> decode(PageId page, std::string_view entries_column) const;
  Result<PageStatus> decode(PageId page, PipelineId pipeline, std::string_view status_column) const;
  // All raw bytes of the page; nothing: they were given up.
  Result<std::optional<PageRaw>> raw(const PageEntries& page, RawCodec& codec);
  Result<void> drop_raw(PageId page);
  // Of what is stored of the raw bytes; 0: no row.
  Result<std::int64_t> stored_raw_size(PageId page);
  Result<bool> raw_dropped(PageId page);

 private:
  Database& database_;
  Statement insert_entries_;
  Statement insert_raw_;
  Statement write_status_;
  Statement select_entries_;
  Statement select_status_;
  Statement select_raw_;
  Statement update_raw_;
  Statement select_short_raw_;
  Statement select_raw_size_;
};

}  // namespace weir
