// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

// The pages that hold records of a state are found by the index of that state; delivered ones are
// most of all, so they have none.
const char* indexed_scan(RecordState state) {
  switch (state) {
    case RecordState::waiting:
      return "SELECT page, statuses FROM page_status INDEXED BY page_waiting "
             "WHERE pipeline = ?1 AND waiting > 0 ORDER BY page";
    case RecordState::failed:
      return "SELECT page, statuses FROM page_status INDEXED BY page_failed "
             "WHERE pipeline = ?1 AND failed > 0 ORDER BY page";
    case RecordState::filtered:
      return "SELECT page, statuses FROM page_status INDEXED BY page_filtered "
             "WHERE pipeline = ?1 AND filtered > 0 ORDER BY page";
    case RecordState::in_doubt:
      return "SELECT page, statuses FROM page_status INDEXED BY page_in_doubt "
             "WHERE pipeline = ?1 AND in_doubt > 0 ORDER BY page";
    case RecordState::delivered:
      break;
  }
  return nullptr;
}

std::int64_t count_of(const StatusCounts& counts, RecordState state) {
  switch (state) {
    case RecordState::waiting:
      return counts.waiting;
    case RecordState::failed:
      return counts.failed;
    case RecordState::filtered:
      return counts.filtered;
    case RecordState::in_doubt:
      return counts.in_doubt;
    case RecordState::delivered:
      break;
  }
  return 0;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

struct JournalReader::RecordScan {
  const PipelineRow& pipeline;
  const RecordFilter& filter;
  const std::function<bool(const RecordSummary&)>& visit;
  std::int64_t visited = 0;
  bool stopped = false;

  bool wants(const RecordStatus& status) const {
    return !status.has(RecordStatus::replaced) &&
           (!filter.state || status.shown_state() == *filter.state);
  }
};

Result<void> JournalReader::records(PipelineId pipeline, const RecordFilter& filter,
                                    const std::function<bool(const RecordSummary&)>& visit) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_TRY(const PipelineRow row, pipeline_row(pipeline));
  RecordScan scan{row, filter, visit};
  if (filter.state && *filter.state != RecordState::delivered) {
    return scan_indexed(scan, *filter.state);
  }
  return scan_all(scan);
}

Result<void> JournalReader::scan_all(RecordScan& scan) {
  auto pages = select_pages_.use();
  std::int64_t expected = 0;
  std::int64_t own = 0;
  while (!scan.stopped) {
    WEIR_TRY(const bool found, pages.step());
    if (!found) {
      break;
    }
    if (pages.integer(0) != ++expected) {
      return database_->damaged(fmt::format("the states of page {} are missing", expected));
    }
    if (pages.integer(1) != static_cast<std::int64_t>(scan.pipeline.id)) {
      continue;
    }
    ++own;
    const auto page = static_cast<PageId>(expected);
    WEIR_TRY(const PageStatus status, pages_.decode(page, scan.pipeline.id, pages.text(2)));
    WEIR_CHECK(scan_page(scan, page, status));
  }
  if (!scan.stopped && (expected != head_.last_page || own != scan.pipeline.pages)) {
    return database_->damaged(fmt::format("pipeline `{}` has {} pages, but must have {}",
                                          scan.pipeline.name, own, scan.pipeline.pages));
  }
  return {};
}

Result<void> JournalReader::scan_indexed(RecordScan& scan, RecordState state) {
  Statement select(*database_, indexed_scan(state));
  auto pages = select.use();
  pages.bind(1, static_cast<std::int64_t>(scan.pipeline.id));
  std::int64_t counted = 0;
  PageId before{};
  while (!scan.stopped) {
    WEIR_TRY(const bool found, pages.step());
    if (!found) {
      break;
    }
    const auto page = static_cast<PageId>(pages.integer(0));
    WEIR_CHECK(check_order(before, page));
    before = page;
    WEIR_TRY(const PageStatus status, pages_.decode(page, scan.pipeline.id, pages.text(1)));
    counted += count_of(count_statuses(status.records), state);
    WEIR_CHECK(scan_page(scan, page, status));
  }
  const std::int64_t all = count_of(scan.pipeline.counts, state);
  if (!scan.stopped && counted != all) {
    return database_->damaged(fmt::format("pipeline `{}` lists {} {} records, but must have {}",
                                          scan.pipeline.name, counted, to_string(state), all));
  }
  return {};
}

Result<void> JournalReader::scan_page(RecordScan& scan, PageId page, const PageStatus& status) {
  if (std::none_of(status.records.begin(), status.records.end(),
                   [&](const RecordStatus& record) { return scan.wants(record); })) {
    return {};
  }
  WEIR_TRY(const PageEntries entries, entries_of(page, status.records.size()));
  for (std::size_t i = 0; i < status.records.size() && !scan.stopped; ++i) {
    const PageEntry& entry = entries.entries[i];
    const bool found = scan.filter.find.empty() || holds(entry.id, scan.filter.find) ||
                       holds(entry.number, scan.filter.find);
    if (!found || !scan.wants(status.records[i])) {
      continue;
    }
    WEIR_TRY(const RecordSummary record, summary(entry, status.records[i]));
    ++scan.visited;
    scan.stopped =
        !scan.visit(record) || (scan.filter.limit > 0 && scan.visited >= scan.filter.limit);
  }
  return {};
}

Result<RecordSummary> JournalReader::summary(const PageEntry& entry, const RecordStatus& status) {
  std::string reason;
  if (!status.is_due_again()) {  // a reason of the attempt before explains nothing any more
    WEIR_TRY(reason, reasons_.text(status.reason));
  }
  return RecordSummary{
      std::string(entry.id), std::string(entry.number),
      status.shown_state(),  std::move(reason),
      status.attempts,       Timestamp(std::chrono::milliseconds(status.updated_at))};
}

}  // namespace weir
