// SPDX-License-Identifier: Apache-2.0
#include "app/run_log.h"

#include "core/excerpt.h"
#include "core/time_zone.h"

#include <optional>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t reason_bytes_max = 300;
constexpr std::size_t name_bytes_max = 120;

ServeLog::Level level_of(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
    case RunStatus::stopped:
      return ServeLog::Level::info;
    case RunStatus::failed:
    case RunStatus::parked:
      return ServeLog::Level::warning;
    case RunStatus::refused:
    case RunStatus::error:
      return ServeLog::Level::error;
  }
  return ServeLog::Level::error;
}

Object fields_of(const RunResult& result) {
  const Books& books = result.books;
  Object fields{{"pipeline", result.pipeline},
                {"job", to_string(result.job)},
                {"run", result.run},
                {"status", to_string(result.status)}};
  if (!result.reason.empty()) {
    fields.emplace_back("reason", result.reason);
  }
  if (result.resume_at) {
    fields.emplace_back("resume_at", format_utc(*result.resume_at));
  }
  for (const auto& [name, figure] :
       {std::pair("read", books.read), std::pair("new", books.new_records),
        std::pair("changed", books.changed), std::pair("delivered", books.delivered),
        std::pair("filtered", books.filtered), std::pair("failed", books.failed),
        std::pair("waiting", books.waiting), std::pair("in_doubt", books.in_doubt),
        std::pair("warned", books.warned), std::pair("requests", result.requests),
        std::pair("duration_ms", result.duration_ms)}) {
    fields.emplace_back(name, figure);
  }
  return fields;
}

// The run that has just ended is its pipeline's newest: there are never two at once.
std::optional<Timestamp> start_of(const RunResult& result, Journal& journal) {
  const auto runs = journal.runs(result.pipeline, 1);
  return runs && !runs->empty() ? std::optional(runs->front().started_at) : std::nullopt;
}

void log_records(ServeLog& log, const RunResult& result, Journal& journal, RecordState state,
                 std::int64_t& left) {
  const auto since = start_of(result, journal);
  const auto pipeline = journal.pipeline(result.pipeline);
  if (!since || !pipeline) {
    return;
  }
  RecordFilter filter;
  filter.state = state;
  // What cannot be read now stands in the journal's own errors, and the run's line follows.
  (void)journal.records(*pipeline, filter, [&](const RecordSummary& record) {
    if (record.updated_at >= *since) {
      log.write(ServeLog::Level::warning,
                state == RecordState::failed ? "record_failed" : "record_in_doubt",
                {{"pipeline", result.pipeline},
                 {"run", result.run},
                 {"id", excerpt(record.id, name_bytes_max)},
                 {"number", excerpt(record.number, name_bytes_max)},
                 {"attempts", std::int64_t{record.attempts}},
                 {"reason", excerpt(record.reason, reason_bytes_max)}});
      --left;
    }
    return left > 0;
  });
}

}  // namespace

void log_run_ended(ServeLog& log, const RunResult& result, Journal& journal) {
  std::int64_t left = records_logged_max;
  if (result.books.failed > 0) {
    log_records(log, result, journal, RecordState::failed, left);
  }
  if (result.books.in_doubt > 0 && left > 0) {
    log_records(log, result, journal, RecordState::in_doubt, left);
  }
  const std::int64_t others =
      result.books.failed + result.books.in_doubt - (records_logged_max - left);
  if (others > 0) {
    log.write(ServeLog::Level::warning, "records_not_logged",
              {{"pipeline", result.pipeline}, {"run", result.run}, {"records", others}});
  }
  log.write(level_of(result.status), "run_ended", fields_of(result));
}

}  // namespace weir
