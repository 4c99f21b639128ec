// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

Result<std::vector<VersionTrace>> JournalReader::trace(PipelineId pipeline, std::string_view name) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_CHECK(pipeline_row(pipeline));
  WEIR_CHECK(follow_tail());
  WEIR_CHECK(follow_runs());
  WEIR_TRY(const auto places, versions_of(pipeline, name));
  std::vector<VersionTrace> versions;
  versions.reserve(places.size());
  for (const PackedPlace place : places) {
    WEIR_TRY(VersionTrace version, trace_version(place));
    versions.push_back(std::move(version));
  }
  return versions;
}

Result<std::vector<PackedPlace>> JournalReader::versions_of(PipelineId pipeline,
                                                            std::string_view name) {
  std::vector<PackedPlace> newest;
  WEIR_TRY(const auto by_id, find_id(pipeline, name));
  if (by_id) {
    newest.push_back(*by_id);
  }
  WEIR_TRY(const auto numbered, find_number(pipeline, name));
  for (const PackedPlace place : numbered) {
    const RecordPlace at = unpack(place);
    WEIR_TRY(const PageEntries page, pages_.entries(at.page));
    if (at.index >= page.entries.size()) {
      return database_->damaged(
          fmt::format("page {} has no record {}", static_cast<std::int64_t>(at.page), at.index));
    }
    if (page.header.pipeline == pipeline && page.entries[at.index].number == name) {
      WEIR_TRY(const auto place_of_id, find_id(pipeline, page.entries[at.index].id));
      newest.push_back(place_of_id.value_or(place));
    }
  }
  std::vector<PackedPlace> versions;
  for (PackedPlace place : newest) {
    // Each version is older than the one that follows it, so this ends.
    while (place != 0) {
      versions.push_back(place);
      const RecordPlace at = unpack(place);
      WEIR_TRY(const PageEntries page, pages_.entries(at.page));
      if (at.index >= page.entries.size() || page.entries[at.index].previous >= place) {
        return database_->damaged(fmt::format("page {} has no record {}, or it precedes itself",
                                              static_cast<std::int64_t>(at.page), at.index));
      }
      place = page.entries[at.index].previous;
    }
  }
  std::sort(versions.begin(), versions.end());
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  return versions;
}

Result<VersionTrace> JournalReader::trace_version(PackedPlace place) {
  const RecordPlace at = unpack(place);
  WEIR_TRY(const PageStatus page, pages_.status(at.page));
  WEIR_TRY(const PageEntries entries, entries_of(at.page, page.records.size()));
  WEIR_TRY(const auto raw, pages_.raw(entries, codec_));
  const PageEntry& entry = entries.entries[at.index];
  const RecordStatus& status = page.records[at.index];
  VersionTrace version;
  version.place = at;
  version.received_in = entries.header.run;
  version.received_at = entries.header.received_at;
  version.origin = entries.header.origin;
  version.raw_dropped = !raw;
  version.raw = raw ? raw->of(entries, at.index) : "";
  WEIR_TRY(version.summary, summary(entry, status));
  WEIR_TRY(const PipelineRow pipeline, pipeline_row(page.pipeline));
  WEIR_TRY(const std::vector<PackedPlace> members, batch_members(pipeline));
  version.superseded = status.state == RecordState::waiting && status.has(RecordStatus::replaced) &&
                       !std::binary_search(members.begin(), members.end(), place);
  WEIR_TRY(version.attempts, attempts_of(place, status));
  const RunId decided_in = status.run != 0 ? static_cast<RunId>(status.run) : entries.header.run;
  WEIR_TRY(const RunRow run, runs_.read(decided_in));
  WEIR_TRY(version.definition, runs_.definition(run.definition));
  return version;
}

Result<std::vector<AttemptTrace>> JournalReader::attempts_of(PackedPlace place,
                                                             const RecordStatus& status) {
  std::vector<RecordStatus> attempts;
  if (status.has(RecordStatus::has_attempts)) {
    WEIR_TRY(attempts, attempts_.read(place));
  }
  if (status.state != RecordState::waiting && status.attempts > 0 &&
      (attempts.empty() || attempts.back().attempts < status.attempts)) {
    attempts.push_back(status);
  }
  std::vector<AttemptTrace> traces;
  for (const RecordStatus& attempt : attempts) {
    WEIR_TRY(std::string reason, reasons_.text(attempt.reason));
    traces.push_back({attempt.attempts, static_cast<RunId>(attempt.run),
                      Timestamp(std::chrono::milliseconds(attempt.updated_at)), attempt.state,
                      std::move(reason)});
  }
  return traces;
}

}  // namespace weir
