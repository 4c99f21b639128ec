// SPDX-License-Identifier: Apache-2.0
#include "source/source_runner.h"

#include "source/call_budget.h"
#include "source/page_fetcher.h"
#include "source/page_writer.h"
#include "source/patient_reader.h"
#include "source/source_cursor.h"
#include "source/window_planner.h"
#include "source/window_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace weir {
namespace {

constexpr int fetching_threads = 6;
constexpr int replans_max = 3;

int threads_for(const SourceTraits& traits) {
  return std::clamp(static_cast<int>(std::ceil(traits.calls_per_second)), 1, fetching_threads);
}

}  // namespace

struct SourceRunner::State {
  Source& source;
  Journal& journal;
  Clock& clock;
  PipelineId pipeline;
  RunId run;
  Redelivery redelivery;
  SourcePlan plan;
  std::chrono::milliseconds patience;
  CallBudgets* budgets;
  SourceCounts counts;

  std::mutex mutex;  // of from and to, which others may ask for while the run goes on
  std::string from;
  std::string to;

  // Of the run under way.
  SourceDays days{};
  std::optional<SourceCursor> cursor;  // empty: none is moved
  std::deque<Window> windows;
  std::vector<Error> left_open;  // why windows could not be read whole

  Result<void> make_plan(const SourceClock& source_clock);
  Result<void> read_windows(WindowReader& reader, PageWriter& writer, SourceClock& source_clock,
                            const std::stop_token& stop);
  Result<void> follow(const Window& window, const WindowOutcome& outcome, PageWriter& writer);
  Result<void> leave_open_or_split(const Window& window, std::int64_t parts, Error reason,
                                   PageWriter& writer);
};

Result<void> SourceRunner::State::make_plan(const SourceClock& source_clock) {
  const SourceTraits traits = source.traits();
  days = source_days(source_clock.now(), traits.zone);
  WEIR_TRY(const std::optional<Cursor> stored, journal.cursor(pipeline));
  std::optional<SourceCursor> known;
  if (stored) {
    WEIR_TRY(known, read_cursor(*stored));
  }
  WindowPlan planned = plan_windows(plan, traits, known, days);
  windows.assign(planned.windows.begin(), planned.windows.end());
  cursor = std::move(planned.cursor);
  const std::scoped_lock lock(mutex);
  from.clear();
  to.clear();
  if (windows.empty() || windows.front().kind == WindowKind::full) {
    return {};
  }
  const auto earliest = std::min_element(
      windows.begin(), windows.end(),
      [](const Window& a, const Window& b) { return a.from < b.from; });  // empty is first
  from = earliest->from ? format_day(*earliest->from) : "";
  to = format_day(
      std::min(windows.back().to.value_or(days.today), days.last - std::chrono::days(1)));
  return {};
}

Result<void> SourceRunner::State::leave_open_or_split(const Window& window, std::int64_t parts,
                                                      Error reason, PageWriter& writer) {
  const std::vector<Window> pieces = split_window(window, parts);
  if (!pieces.empty()) {
    windows.insert(windows.begin(), pieces.begin(), pieces.end());
    return {};
  }
  left_open.push_back(std::move(reason));
  if (cursor && is_past(window, days)) {
    cursor->leave_open(window);
    return writer.move_cursor(write_cursor(*cursor));
  }
  return {};
}

Result<void> SourceRunner::State::follow(const Window& window, const WindowOutcome& outcome,
                                         PageWriter& writer) {
  switch (outcome.kind) {
    case WindowOutcome::Kind::read:
      if (cursor && is_past(window, days)) {
        cursor->close(window);
      }
      return {};
    case WindowOutcome::Kind::too_wide:
      return leave_open_or_split(
          window, outcome.parts,
          {ErrorKind::exhausted,
           fmt::format("{}: the source names {} records, but one query pages through {} only, and "
                       "a day cannot be split; narrow the request by a filter (several pipelines "
                       "with one filter each), or raise `result_cap` if the source allows more",
                       describe(window), outcome.total, outcome.cap),
           "", std::nullopt},
          writer);
    case WindowOutcome::Kind::unsettled:
      return leave_open_or_split(
          window, outcome.parts,
          {ErrorKind::unavailable,
           fmt::format("{}: the source never stood still: its {} records were not all seen in any "
                       "of several readings; the window stays open and the next run reads it again",
                       describe(window), outcome.total),
           "", std::nullopt},
          writer);
    case WindowOutcome::Kind::clock_moved:
      return {};
  }
  return {};
}

Result<void> SourceRunner::State::read_windows(WindowReader& reader, PageWriter& writer,
                                               SourceClock& source_clock,
                                               const std::stop_token& stop) {
  int replans = 0;
  WEIR_CHECK(make_plan(source_clock));
  while (!windows.empty()) {
    if (stop.stop_requested()) {
      return fail(ErrorKind::cancelled, "stopped before all windows were read");
    }
    const Window window = windows.front();
    windows.pop_front();
    const auto cursor_after = [&]() -> std::optional<Cursor> {
      if (!cursor) {
        return std::nullopt;
      }
      SourceCursor moved = *cursor;
      moved.close(window);
      return write_cursor(moved);
    };
    WEIR_TRY(const WindowOutcome outcome, reader.read(window, days, cursor_after));
    if (outcome.kind == WindowOutcome::Kind::clock_moved) {
      if (++replans > replans_max) {
        return fail(ErrorKind::unavailable,
                    "the source's clock jumps to and fro: no day can be told from today");
      }
      WEIR_CHECK(writer.finish_all());
      WEIR_CHECK(make_plan(source_clock));
      continue;
    }
    WEIR_CHECK(follow(window, outcome, writer));
  }
  return {};
}

SourceRunner::SourceRunner(Source& source, Journal& journal, Clock& clock, PipelineId pipeline,
                           RunId run, Redelivery redelivery, SourcePlan plan,
                           std::chrono::milliseconds patience, CallBudgets* budgets)
    : state_(new State{source,
                       journal,
                       clock,
                       pipeline,
                       run,
                       redelivery,
                       plan,
                       patience,
                       budgets,
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {},
                       {}}) {}

SourceRunner::~SourceRunner() = default;

Result<void> SourceRunner::run(const StoredPage& stored, std::stop_token stop) {
  const SourceTraits traits = state_->source.traits();
  CallBudgets alone(std::make_unique<MemoryCallLedger>(), state_->clock);
  CallBudgets& budgets = state_->budgets != nullptr ? *state_->budgets : alone;
  PatientReader patient(state_->source, state_->clock, budgets.of(traits), state_->counts,
                        state_->patience);
  PageWriter writer(
      {state_->journal, state_->clock, state_->pipeline, state_->run, state_->redelivery}, stored,
      state_->counts);
  PageFetcher fetcher(patient, threads_for(traits), stop);
  SourceClock source_clock(state_->clock);
  WindowReader reader({state_->source, fetcher, writer, source_clock, state_->counts});
  auto read = state_->read_windows(reader, writer, source_clock, stop);
  // What was fetched before an error or a stop is kept all the same.
  auto written = writer.finish_all();
  if (!read) {
    return read;
  }
  WEIR_CHECK(std::move(written));
  if (!state_->left_open.empty()) {
    return tl::unexpected(state_->left_open.front());
  }
  return {};
}

const SourceCounts& SourceRunner::counts() const { return state_->counts; }

std::string SourceRunner::from() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->from;
}

std::string SourceRunner::to() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->to;
}

}  // namespace weir
