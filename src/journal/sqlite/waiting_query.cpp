// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

Result<std::vector<WaitingRecord>> JournalReader::waiting(PipelineId pipeline,
                                                          std::optional<RecordPlace> after,
                                                          std::size_t bytes_max) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_TRY(const PipelineRow row, pipeline_row(pipeline));
  if (!after) {
    WEIR_CHECK(check_waiting(row));
  }
  std::vector<WaitingRecord> waiting;
  std::size_t bytes = 0;
  auto pages = select_waiting_.use();
  pages.bind(1, static_cast<std::int64_t>(pipeline));
  pages.bind(2, after ? static_cast<std::int64_t>(after->page) : 0);
  PageId before{};
  for (;;) {
    WEIR_TRY(const bool found, pages.step());
    if (!found) {
      return waiting;
    }
    const auto page = static_cast<PageId>(pages.integer(0));
    WEIR_CHECK(check_order(before, page));
    before = page;
    WEIR_TRY(const PageStatus status, pages_.decode(page, pipeline, pages.text(1)));
    WEIR_TRY(const bool full, add_waiting(page, status, after, bytes_max, waiting, bytes));
    if (full) {
      return waiting;
    }
  }
}

// What the index of waiting pages lists must be what the pipeline counts, or records would be
// forgotten without a word. Once a run: when it starts from the beginning.
Result<void> JournalReader::check_waiting(const PipelineRow& pipeline) {
  auto sum = sum_waiting_.use();
  sum.bind(1, static_cast<std::int64_t>(pipeline.id));
  WEIR_TRY(const bool found, sum.step());
  const std::int64_t listed = found ? sum.integer(0) : 0;
  if (listed != pipeline.counts.waiting) {
    return database_->damaged(
        fmt::format("the index of waiting records of pipeline `{}` lists {}, but {} are waiting",
                    pipeline.name, listed, pipeline.counts.waiting));
  }
  return {};
}

// True: enough.
Result<bool> JournalReader::add_waiting(PageId page, const PageStatus& status,
                                        std::optional<RecordPlace> after, std::size_t bytes_max,
                                        std::vector<WaitingRecord>& waiting, std::size_t& bytes) {
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t i = 0; i < status.records.size(); ++i) {
    const RecordStatus& record = status.records[i];
    if (record.undecided() && !record.has(RecordStatus::in_batch) &&
        (!after || RecordPlace{page, i} > *after)) {
      chosen.push_back(i);
    }
  }
  if (chosen.empty()) {
    return false;
  }
  WEIR_TRY(const PageEntries entries, entries_of(page, status.records.size()));
  WEIR_TRY(const auto raw, pages_.raw(entries, codec_));
  if (!raw) {
    return database_->damaged(
        fmt::format("the raw records of page {} were given up, but {} of them are waiting",
                    static_cast<std::int64_t>(page), chosen.size()));
  }
  for (const std::uint32_t i : chosen) {
    const PageEntry& entry = entries.entries[i];
    if (!waiting.empty() && bytes + entry.raw_length > bytes_max) {
      return true;
    }
    bytes += entry.raw_length;
    waiting.push_back({{page, i},
                       std::string(entry.id),
                       raw->substr(entry.raw_offset, entry.raw_length),
                       std::string(entry.fault)});
  }
  return false;
}

}  // namespace weir
