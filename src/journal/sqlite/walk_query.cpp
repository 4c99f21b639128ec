// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

Result<PageId> JournalReader::last_page() {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  return static_cast<PageId>(head_.last_page);
}

Result<std::vector<StoredRecord>> JournalReader::walk(WalkPlace& at, std::size_t bytes_max) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_CHECK(pipeline_row(at.pipeline));
  WEIR_CHECK(keep_replaced_later(at));
  std::vector<StoredRecord> records;
  std::size_t bytes = 0;
  auto pages = select_pages_below_.use();
  pages.bind(1, at.below);
  while (at.below > 1 && (records.empty() || bytes < bytes_max)) {
    WEIR_TRY(const bool found, pages.step());
    if (!found || pages.integer(0) != at.below - 1) {
      return database_->damaged(fmt::format("the states of page {} are missing", at.below - 1));
    }
    --at.below;
    if (pages.integer(1) == static_cast<std::int64_t>(at.pipeline)) {
      const auto page = static_cast<PageId>(at.below);
      WEIR_TRY(const PageStatus status, pages_.decode(page, at.pipeline, pages.text(2)));
      WEIR_TRY(const std::size_t added, add_newest(at, page, status, records));
      bytes += added;
    }
  }
  return records;
}

// The states say what is replaced now. What was so only after the moment is told by the versions
// that came since: each names the one before it.
Result<void> JournalReader::keep_replaced_later(WalkPlace& at) {
  auto pages = select_pages_after_.use();
  pages.bind(1, at.followed);
  pages.bind(2, static_cast<std::int64_t>(at.pipeline));
  const auto take = [&]() -> Result<void> {
    WEIR_TRY(const PageEntries page, pages_.entries(static_cast<PageId>(pages.integer(0))));
    for (const PageEntry& entry : page.entries) {
      const auto before = static_cast<std::int64_t>(unpack(entry.previous).page);
      if (before > 0 && before <= at.moment) {
        at.kept.insert(entry.previous);
      }
    }
    return {};
  };
  WEIR_CHECK(pages.each(take));
  at.followed = std::max(at.followed, head_.last_page);
  return {};
}

// The bytes that it added.
Result<std::size_t> JournalReader::add_newest(const WalkPlace& at, PageId page,
                                              const PageStatus& status,
                                              std::vector<StoredRecord>& records) {
  std::vector<std::uint32_t> chosen;
  for (auto i = static_cast<std::uint32_t>(status.records.size()); i-- > 0;) {
    if (!status.records[i].has(RecordStatus::replaced) || at.kept.contains(pack({page, i}))) {
      chosen.push_back(i);
    }
  }
  if (chosen.empty()) {
    return 0U;
  }
  WEIR_TRY(const PageEntries entries, entries_of(page, status.records.size()));
  WEIR_TRY(const auto raw, pages_.raw(entries, codec_));
  std::size_t bytes = 0;
  for (const std::uint32_t i : chosen) {
    StoredRecord& record = records.emplace_back();
    record.place = {page, i};
    record.raw_dropped = !raw;
    if (raw) {
      record.raw = raw->of(entries, i);
    }
    bytes += sizeof(StoredRecord) + record.raw.size();
  }
  return bytes;
}

}  // namespace weir
