// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir {

Result<std::unique_ptr<JournalReader>> JournalReader::open(const std::filesystem::path& file) {
  WEIR_TRY(auto database, Database::open(file, DatabaseAccess::read));
  return std::unique_ptr<JournalReader>(new JournalReader(std::move(database)));
}

JournalReader::JournalReader(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      heads_(*database_),
      pipelines_(*database_),
      runs_(*database_),
      reasons_(*database_),
      attempts_(*database_),
      lanes_(*database_),
      pages_(*database_),
      sorted_(*database_),
      select_waiting_(*database_,
                      "SELECT page, statuses FROM page_status INDEXED BY page_waiting "
                      "WHERE pipeline = ?1 AND waiting > 0 AND page >= ?2 ORDER BY page"),
      sum_waiting_(*database_,
                   "SELECT sum(waiting) FROM page_status INDEXED BY page_waiting "
                   "WHERE pipeline = ?1 AND waiting > 0"),
      select_pages_(*database_, "SELECT page, pipeline, statuses FROM page_status ORDER BY page"),
      select_pages_below_(*database_,
                          "SELECT page, pipeline, statuses FROM page_status WHERE page < ?1 "
                          "ORDER BY page DESC"),
      select_pages_after_(*database_,
                          "SELECT page FROM page_status WHERE page > ?1 AND pipeline = ?2 "
                          "ORDER BY page") {}

JournalReader::Snapshot::~Snapshot() {
  if (database_.in_transaction()) {
    const auto ended = database_.execute("COMMIT");
    static_cast<void>(ended);  // it has only read
  }
}

Result<void> JournalReader::Snapshot::begin() { return database_.execute("BEGIN"); }

Result<void> JournalReader::look(Snapshot& snapshot) {
  WEIR_CHECK(snapshot.begin());
  WEIR_TRY(head_, heads_.load());
  return {};
}

Result<PipelineRow> JournalReader::pipeline_row(PipelineId pipeline) {
  const auto id = static_cast<std::int64_t>(pipeline);
  if (id < 1 || id > head_.last_pipeline) {
    return fail(ErrorKind::internal, fmt::format("the journal has no pipeline {}", id));
  }
  return pipelines_.read(pipeline);
}

Result<PageEntries> JournalReader::entries_of(PageId page, std::size_t records) {
  WEIR_TRY(PageEntries entries, pages_.entries(page));
  if (entries.entries.size() != records) {
    return database_->damaged(fmt::format("page {} has {} entries, but {} states",
                                          static_cast<std::int64_t>(page), entries.entries.size(),
                                          records));
  }
  return entries;
}

Result<void> JournalReader::check_order(PageId before, PageId page) const {
  if (page <= before) {
    return database_->damaged(fmt::format("an index lists page {} after page {}",
                                          static_cast<std::int64_t>(page),
                                          static_cast<std::int64_t>(before)));
  }
  return {};
}

Result<std::optional<PipelineId>> JournalReader::find_pipeline(std::string_view name) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  for (std::int64_t id = 1; id <= head_.last_pipeline; ++id) {
    WEIR_TRY(const PipelineRow row, pipelines_.read(static_cast<PipelineId>(id)));
    if (row.name == name) {
      return row.id;
    }
  }
  return std::nullopt;
}

Result<std::optional<Cursor>> JournalReader::cursor(PipelineId pipeline) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_TRY(PipelineRow row, pipeline_row(pipeline));
  return row.cursor ? std::optional(Cursor{std::move(*row.cursor)}) : std::nullopt;
}

Result<std::int64_t> JournalReader::count_waiting(PipelineId pipeline) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_TRY(const PipelineRow row, pipeline_row(pipeline));
  return row.counts.waiting;
}

Result<std::vector<OpenBatch>> JournalReader::open_batches(PipelineId pipeline) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_TRY(const PipelineRow row, pipeline_row(pipeline));
  WEIR_TRY(const auto lanes, lanes_.read(pipeline, row.lanes));
  std::vector<OpenBatch> batches;
  for (const auto& [lane, state] : lanes) {
    if (state.open) {
      OpenBatch batch{{pipeline, lane, state.settled + 1}, state.open->fence, {}};
      batch.members.reserve(state.open->members.size());
      for (const BatchMember& member : state.open->members) {
        batch.members.push_back(unpack(member.place));
      }
      batches.push_back(std::move(batch));
    }
  }
  return batches;
}

Result<std::vector<PackedPlace>> JournalReader::batch_members(const PipelineRow& pipeline) {
  WEIR_TRY(const auto lanes, lanes_.read(pipeline.id, pipeline.lanes));
  std::vector<PackedPlace> members;
  for (const auto& [lane, state] : lanes) {
    if (!state.open) {
      continue;
    }
    const auto others = std::ssize(members);
    for (const BatchMember& member : state.open->members) {
      members.push_back(member.place);
    }
    const auto begin = members.begin() + others;
    if (!std::is_sorted(begin, members.end())) {  // most batches are, by the order of arrival
      std::sort(begin, members.end());
    }
    std::inplace_merge(members.begin(), begin, members.end());
  }
  return members;
}

Result<std::vector<RunSummary>> JournalReader::runs(std::string_view pipeline, std::int64_t limit) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  std::map<PipelineId, std::string> names;
  std::vector<RunSummary> summaries;
  for (std::int64_t id = head_.last_run; id >= 1; --id) {
    if (limit > 0 && static_cast<std::int64_t>(summaries.size()) >= limit) {
      break;
    }
    WEIR_TRY(RunRow run, runs_.read(static_cast<RunId>(id)));
    if (!names.contains(run.pipeline)) {
      WEIR_TRY(PipelineRow row, pipeline_row(run.pipeline));
      names.emplace(run.pipeline, std::move(row.name));
    }
    const std::string& name = names.at(run.pipeline);
    if (!pipeline.empty() && pipeline != name) {
      continue;
    }
    RunSummary summary{run.id, name, Timestamp(std::chrono::milliseconds(run.started_at)),
                       std::nullopt, std::move(run.report)};
    if (run.ended_at) {
      summary.ended_at = Timestamp(std::chrono::milliseconds(*run.ended_at));
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

// Keys that are in no sorted run yet. Those that have got into one meanwhile may stay: they are the
// same.
Result<void> JournalReader::follow_tail() {
  if (head_.flushed_page > tail_from_) {
    tail_.clear();
    tail_from_ = head_.flushed_page;
    tail_to_ = head_.flushed_page;
  }
  for (; tail_to_ < head_.last_page; ++tail_to_) {
    WEIR_TRY(const PageEntries page, pages_.entries(static_cast<PageId>(tail_to_ + 1)));
    std::uint32_t index = 0;
    for (const PageEntry& entry : page.entries) {
      const PackedPlace place = pack({page.page, index++});
      tail_.insert({id_key(page.header.pipeline, entry.id), place});
      if (!entry.number.empty()) {
        tail_.insert(number_entry(page.header.pipeline, entry.number, place));
      }
    }
  }
  return {};
}

Result<void> JournalReader::follow_runs() {
  std::erase_if(sorted_runs_, [&](const auto& known) {
    return std::find(head_.sorted.begin(), head_.sorted.end(), known.first) == head_.sorted.end();
  });
  for (const std::int64_t number : head_.sorted) {
    if (!sorted_runs_.contains(number)) {
      WEIR_TRY(SortedRun run, sorted_.read_run(number, false));
      sorted_runs_.emplace(number, std::move(run));
    }
  }
  return {};
}

Result<std::optional<PackedPlace>> JournalReader::find_id(PipelineId pipeline,
                                                          std::string_view id) {
  const IndexKey key = id_key(pipeline, id);
  if (const auto place = tail_.find(key)) {
    return place;
  }
  std::optional<PackedPlace> newest;
  for (const auto& [number, run] : sorted_runs_) {
    WEIR_TRY(const auto place, sorted_.find(run, key));
    newest = std::max(newest, place);
  }
  return newest;
}

Result<std::vector<PackedPlace>> JournalReader::find_number(PipelineId pipeline,
                                                            std::string_view number) {
  const std::uint64_t high = number_key(pipeline, number);
  std::vector<PackedPlace> places;
  tail_.find_numbers(high, places);
  for (const auto& [run_number, run] : sorted_runs_) {
    WEIR_CHECK(sorted_.find_numbers(run, high, places));
  }
  return places;
}

}  // namespace weir
