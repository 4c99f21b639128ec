// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "journal/sqlite/journal_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace weir {

inline std::string place_text(const RecordPlace& place) {
  return fmt::format("{}.{}", static_cast<std::int64_t>(place.page), place.index);
}

// Asks a journal everything that can be asked of one pipeline and holds the answers against the
// model. For tests.
class JournalComparison {
 public:
  JournalComparison(Journal& journal, PipelineId pipeline, const JournalModel& model,
                    const std::map<RunId, std::string>& definitions)
      : journal_(journal), pipeline_(pipeline), model_(model), definitions_(definitions) {}

  // The first difference; empty: none. `bytes_max` is for waiting(), `names` are traced.
  std::string run(std::size_t bytes_max, const std::vector<std::string>& names) {
    compare_waiting(bytes_max);
    compare_records(std::nullopt, "");
    compare_records(std::nullopt, "-1");
    for (const RecordState state :
         {RecordState::waiting, RecordState::delivered, RecordState::filtered, RecordState::failed,
          RecordState::in_doubt}) {
      compare_records(state, "");
    }
    for (const std::string& name : names) {
      compare_trace(name);
    }
    compare_walks(bytes_max);
    compare_batches();
    const auto cursor = journal_.cursor(pipeline_);
    expect(good(cursor, "cursor") &&
               (*cursor ? std::optional((*cursor)->text) : std::nullopt) == model_.cursor,
           "cursor");
    return fault_;
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds && fault_.empty()) {
      fault_ = what;
    }
  }
  template <typename T>
  bool good(const Result<T>& result, const char* what) {
    expect(result.has_value(),
           fmt::format("{}: {}", what, result.has_value() ? "" : result.error().message));
    return result.has_value();
  }

  void compare_waiting(std::size_t bytes_max) {
    std::vector<RecordPlace> places;
    std::optional<RecordPlace> after;
    for (;;) {
      const auto waiting = journal_.waiting(pipeline_, after, bytes_max);
      if (!good(waiting, "waiting") || waiting->empty()) {
        break;
      }
      for (const WaitingRecord& record : *waiting) {
        places.push_back(record.place);
        const auto at = model_.versions.find(record.place);
        expect(at != model_.versions.end() && at->second.raw == record.raw &&
                   at->second.record.id == record.id && at->second.record.fault == record.fault,
               fmt::format("waiting: record {}", place_text(record.place)));
      }
      after = waiting->records.back().place;
    }
    expect(places == model_.waiting(), "waiting: places");
  }

  void compare_records(std::optional<RecordState> state, const std::string& find) {
    std::vector<const JournalModel::Version*> expected;
    for (const auto& [place, version] : model_.versions) {
      const bool found = version.record.id.find(find) != std::string::npos ||
                         version.record.number.find(find) != std::string::npos;
      if (model_.is_newest(version) && found && (!state || version.state == *state)) {
        expected.push_back(&version);
      }
    }
    std::size_t at = 0;
    const auto done = journal_.records(pipeline_, {state, find, 0}, [&](const RecordSummary& got) {
      expect(at < expected.size() && same(*expected[at], got),
             fmt::format("records: `{}` is {} after {} attempts with `{}`", got.id,
                         to_string(got.state), got.attempts, got.reason));
      ++at;
      return true;
    });
    good(done, "records");
    expect(at == expected.size(), fmt::format("records: {} of {}", at, expected.size()));
  }

  static bool same(const JournalModel::Version& version, const RecordSummary& summary) {
    return version.record.id == summary.id && version.record.number == summary.number &&
           version.state == summary.state && version.reason == summary.reason &&
           version.attempts == summary.attempts && version.updated_at == summary.updated_at;
  }

  void compare_trace(const std::string& name) {
    std::set<RecordPlace> places;
    for (const std::string& id : model_.ids_named(name)) {
      const auto& versions = model_.records.at(id).versions;
      places.insert(versions.begin(), versions.end());
    }
    const auto trace = journal_.trace(pipeline_, name);
    if (!good(trace, "trace")) {
      return;
    }
    expect(trace->size() == places.size(), fmt::format("trace: versions of `{}`", name));
    auto place = places.begin();
    for (const VersionTrace& version : *trace) {
      if (place != places.end()) {
        compare_version(model_.versions.at(*place++), version);
      }
    }
  }

  static std::string raw_of_version(const JournalModel::Version& version) {
    return version.without_raw ? "" : version.raw;
  }

  void compare_version(const JournalModel::Version& expected, const VersionTrace& got) {
    const std::string where = "trace of " + place_text(expected.place);
    expect(got.place == expected.place && got.raw == raw_of_version(expected) &&
               got.raw_dropped == expected.without_raw && got.origin == expected.origin &&
               got.received_in == expected.received_in && got.received_at == expected.received_at &&
               same(expected, got.summary),
           where);
    expect(got.superseded == (expected.state == RecordState::waiting && !expected.in_batch &&
                              !expected.before && !model_.is_newest(expected)),
           where + ": superseded");
    const RunId run = expected.decided_in != RunId{} ? expected.decided_in : expected.received_in;
    expect(got.definition == definitions_.at(run), where + ": definition");
    expect(std::equal(got.attempts.begin(), got.attempts.end(), expected.history.begin(),
                      expected.history.end(),
                      [](const AttemptTrace& a, const AttemptTrace& b) {
                        return a.attempt == b.attempt && a.run == b.run && a.at == b.at &&
                               a.state == b.state && a.reason == b.reason;
                      }),
           where + ": attempts");
  }

  // From now, and from a moment that lies behind.
  void compare_walks(std::size_t bytes_max) {
    const auto last = journal_.last_page();
    if (good(last, "last_page")) {
      compare_walk(*last, bytes_max);
      compare_walk(static_cast<PageId>(static_cast<std::int64_t>(*last) / 2), bytes_max);
    }
  }

  void compare_walk(PageId moment, std::size_t bytes_max) {
    std::set<RecordPlace> expected;
    for (const auto& [id, record] : model_.records) {
      std::optional<RecordPlace> newest;
      for (const RecordPlace& place : record.versions) {
        newest = place.page <= moment ? std::max(newest, std::optional(place)) : newest;
      }
      if (newest) {
        expected.insert(*newest);
      }
    }
    std::vector<RecordPlace> places;
    const auto walk = journal_.walk(pipeline_, moment);
    for (auto got = walk->next(bytes_max); good(got, "walk") && !got->empty();
         got = walk->next(bytes_max)) {
      for (const StoredRecord& record : *got) {
        places.push_back(record.place);
        const auto at = model_.versions.find(record.place);
        expect(at != model_.versions.end() && raw_of_version(at->second) == record.raw &&
                   at->second.without_raw == record.raw_dropped,
               "walk: record " + place_text(record.place));
      }
    }
    expect(places == std::vector<RecordPlace>(expected.rbegin(), expected.rend()),
           fmt::format("walk: {} of {} places", places.size(), expected.size()));
  }

  void compare_batches() {
    const auto open = journal_.open_batches(pipeline_);
    if (!good(open, "open_batches")) {
      return;
    }
    std::size_t expected = 0;
    for (const auto& [lane, state] : model_.lanes) {
      expected += state.open ? 1 : 0;
    }
    expect(open->size() == expected, "open_batches: number");
    for (const OpenBatch& batch : *open) {
      const JournalModel::Lane& lane = model_.lanes.at(batch.key.lane);
      expect(lane.open && lane.settled + 1 == batch.key.sequence &&
                 lane.open->fence == batch.fence &&
                 std::equal(batch.members.begin(), batch.members.end(), lane.open->members.begin(),
                            lane.open->members.end(),
                            [](const RecordPlace& a, const Candidate& b) { return a == b.place; }),
             fmt::format("open_batches: lane {}", batch.key.lane));
    }
  }

  Journal& journal_;
  const PipelineId pipeline_;
  const JournalModel& model_;
  const std::map<RunId, std::string>& definitions_;
  std::string fault_;
};

}  // namespace weir
