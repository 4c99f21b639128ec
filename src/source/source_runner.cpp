// SPDX-License-Identifier: Apache-2.0
#include "source/source_runner.h"

#include "source/call_budget.h"
#include "source/newest_first_reader.h"
#include "source/page_completer.h"
#include "source/page_fetcher.h"
#include "source/page_writer.h"
#include "source/patient_reader.h"
#include "source/source_cursor.h"
#include "source/window_planner.h"
#include "source/window_reader.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace weir {
namespace {

constexpr int replans_max = 3;

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
  bool missed = false;           // the proof of a day brought what a reading should have seen

  void watch(const Page& page, const Intake& intake);

  struct Readers {
    WindowReader& window;
    NewestFirstReader& newest_first;
    PageWriter& writer;
    SourceClock& clock;
  };
  Result<void> make_plan(const SourceClock& source_clock);
  Result<void> read_windows(const Readers& readers, const std::stop_token& stop);
  Result<WindowOutcome> read_window(const Readers& readers, const Window& window);
  // Empty: today must be read in full.
  Result<std::optional<WindowOutcome>> read_newest_first(const Readers& readers,
                                                         const Window& today);
  bool can_read_newest_first(const Window& window) const;
  // The cursor when this window of past days has been read, or must stay open.
  SourceCursor moved_past(const Window& window, bool whole) const;
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
  const std::vector<Window> pieces = narrower_windows(window, parts, source.traits(), days);
  if (!pieces.empty()) {
    windows.insert(windows.begin(), pieces.begin(), pieces.end());
    return {};
  }
  left_open.push_back(std::move(reason));
  if (cursor && is_past(window, days)) {
    cursor = moved_past(window, false);
    return writer.move_cursor(write_cursor(*cursor));
  }
  return {};
}

Result<void> SourceRunner::State::follow(const Window& window, const WindowOutcome& outcome,
                                         PageWriter& writer) {
  switch (outcome.kind) {
    case WindowOutcome::Kind::read:
      if (cursor && is_past(window, days)) {
        cursor = moved_past(window, true);
      }
      return {};
    case WindowOutcome::Kind::too_wide:
    case WindowOutcome::Kind::unsettled:
      return leave_open_or_split(window, outcome.parts, why_not_whole(window, outcome), writer);
    case WindowOutcome::Kind::clock_moved:
      return {};
  }
  return {};
}

SourceCursor SourceRunner::State::moved_past(const Window& window, bool whole) const {
  SourceCursor moved = *cursor;
  if (whole) {
    moved.close(window);
  } else {
    moved.leave_open(window);
  }
  if (std::none_of(windows.begin(), windows.end(),
                   [&](const Window& left) { return is_past(left, days); })) {
    moved.overlap_read_on = days.today;
  }
  return moved;
}

bool SourceRunner::State::can_read_newest_first(const Window& window) const {
  return cursor && window.kind == WindowKind::modified && source.traits().newest_first &&
         window.from <= days.today && window.to == days.last;
}

// Whether the day that the last readings were of holds a change that they should have seen.
void SourceRunner::State::watch(const Page& page, const Intake& intake) {
  if (!cursor || !cursor->last_reading_at) {
    return;
  }
  const TimeZone zone = source.traits().zone;
  const Timestamp known_until = *cursor->last_reading_at - safety_lag;
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    const auto& changed_at = page.records[i].changed_at;
    if (intake.novelty[i] != Novelty::unchanged && changed_at && *changed_at < known_until) {
      const Day day = zone.day_of(*changed_at);
      missed = missed || (day < days.today && day == zone.day_of(known_until));
    }
  }
}

Result<std::optional<WindowOutcome>> SourceRunner::State::read_newest_first(const Readers& readers,
                                                                            const Window& today) {
  using Kind = NewestFirstOutcome::Kind;
  const TodayKnown before{cursor->last_reading_at, cursor->newest_first};
  WEIR_CHECK(readers.writer.finish_all());
  const TodayKnown known = std::exchange(missed, false) ? TodayKnown{} : before;
  WEIR_TRY(const NewestFirstOutcome outcome, readers.newest_first.read(today, days, known));
  if (outcome.kind == Kind::clock_moved) {
    return std::optional(WindowOutcome{WindowOutcome::Kind::clock_moved, 0, 0, 0, {}});
  }
  if (!(outcome.known == before)) {
    cursor->last_reading_at = outcome.known.read_until;
    cursor->newest_first = outcome.known.newest_first;
    WEIR_CHECK(readers.writer.move_cursor(write_cursor(*cursor)));
  }
  return outcome.kind == Kind::read ? std::optional(WindowOutcome{}) : std::nullopt;
}

Result<WindowOutcome> SourceRunner::State::read_window(const Readers& readers,
                                                       const Window& window) {
  if (can_read_newest_first(window)) {
    WEIR_TRY(const auto outcome, read_newest_first(readers, window));
    if (outcome) {
      return *outcome;
    }
  }
  const auto cursor_after = [&]() -> std::optional<Cursor> {
    return cursor ? std::optional(write_cursor(moved_past(window, true))) : std::nullopt;
  };
  return readers.window.read(window, days, cursor_after);
}

Result<void> SourceRunner::State::read_windows(const Readers& readers,
                                               const std::stop_token& stop) {
  int replans = 0;
  WEIR_CHECK(make_plan(readers.clock));
  while (!windows.empty()) {
    if (stop.stop_requested()) {
      return fail(ErrorKind::cancelled, "stopped before all windows were read");
    }
    const Window window = windows.front();
    windows.pop_front();
    WEIR_TRY(const WindowOutcome outcome, read_window(readers, window));
    if (outcome.kind == WindowOutcome::Kind::clock_moved) {
      if (++replans > replans_max) {
        return fail(ErrorKind::unavailable,
                    "the source's clock jumps to and fro: no day can be told from today");
      }
      WEIR_CHECK(readers.writer.finish_all());
      WEIR_CHECK(make_plan(readers.clock));
      continue;
    }
    WEIR_CHECK(follow(window, outcome, readers.writer));
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
  const StoredPage watched = [&](std::shared_ptr<const Page> page, const Intake& intake) {
    state_->watch(*page, intake);
    if (stored) {
      stored(std::move(page), intake);
    }
  };
  PageWriter writer(
      {state_->journal, state_->clock, state_->pipeline, state_->run, state_->redelivery}, watched,
      state_->counts);
  PageCompleter completer(patient, state_->journal, state_->pipeline);
  PageFetcher fetcher(patient, calls_side_by_side(traits), stop, &completer);
  SourceClock source_clock(state_->clock);
  const WindowReader::Tools tools{state_->source, fetcher, writer, source_clock, state_->counts};
  WindowReader window_reader(tools);
  NewestFirstReader newest_first(tools, [&](const Page& page) -> Result<bool> {
    WEIR_TRY(const auto novelty, state_->journal.compare(state_->pipeline, page));
    return std::all_of(novelty.begin(), novelty.end(),
                       [](Novelty each) { return each == Novelty::unchanged; });
  });
  auto read = state_->read_windows({window_reader, newest_first, writer, source_clock}, stop);
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
