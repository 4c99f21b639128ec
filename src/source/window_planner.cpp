// SPDX-License-Identifier: Apache-2.0
#include "source/window_planner.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace weir {
namespace {

using std::chrono::days;

constexpr days one_day(1);
constexpr days unbounded_step(730);

Day earliest_day() { return Day(std::chrono::year(1990) / std::chrono::January / 1); }

// Cuts a window to pieces of at most `widest` days; without lower end, only its newest pieces can
// be cut, which split_window does when it must.
void append_cut(const Window& window, const std::optional<days>& widest,
                std::vector<Window>& windows) {
  if (!widest || !window.from || !window.to) {
    windows.push_back(window);
    return;
  }
  for (Day from = *window.from; from <= *window.to; from += *widest) {
    windows.push_back({window.kind, from, std::min(from + *widest - one_day, *window.to)});
  }
}

// [from, to] as a window of past days and one of today and later.
void append_range(WindowKind kind, const std::optional<Day>& from, const Day& to,
                  const SourceDays& now, const std::optional<days>& widest,
                  std::vector<Window>& windows) {
  const Day past_end = std::min(to, now.today - one_day);
  if (!from || *from <= past_end) {
    append_cut({kind, from, past_end}, widest, windows);
  }
  const Day open_begin = from ? std::max(*from, now.today) : now.today;
  if (open_begin <= to) {
    append_cut({kind, open_begin, to}, widest, windows);
  }
}

// The cursor as this plan can go on from; empty: start afresh.
SourceCursor usable_cursor(const SourcePlan& plan, const std::optional<SourceCursor>& known) {
  SourceCursor cursor;
  cursor.kind = plan.kind;
  cursor.from = plan.from;
  if (!known || known->kind != plan.kind) {
    return cursor;
  }
  if (!known->to) {
    cursor.last_reading_at = known->last_reading_at;
    cursor.newest_first = known->newest_first;
    return cursor;
  }
  cursor = *known;
  if (cursor.from && (!plan.from || *plan.from < *cursor.from)) {
    cursor.open.push_back({plan.kind, plan.from, *cursor.from - one_day});
    cursor.from = plan.from;
  }
  return cursor;
}

}  // namespace

SourceDays source_days(Timestamp source_now, const TimeZone& zone) {
  return {zone.day_of(source_now - safety_lag), zone.day_of(source_now) + one_day};
}

bool is_past(const Window& window, const SourceDays& now) {
  return window.kind != WindowKind::full && window.to && *window.to < now.today;
}

WindowPlan plan_windows(const SourcePlan& plan, const SourceTraits& traits,
                        const std::optional<SourceCursor>& known, const SourceDays& now) {
  WindowPlan planned;
  if (!traits.windowed || plan.kind == WindowKind::full) {
    planned.windows.push_back({WindowKind::full, {}, {}});
    return planned;
  }
  const auto& widest = traits.widest_window;
  if (plan.full || plan.again_from || plan.again_to) {
    append_range(plan.kind, plan.again_from ? plan.again_from : plan.from,
                 plan.again_to.value_or(now.last), now, widest, planned.windows);
    return planned;
  }
  SourceCursor cursor = usable_cursor(plan, known);
  for (const auto& window : cursor.open) {
    append_cut(window, widest, planned.windows);
  }
  std::optional<Day> from = plan.from;
  if (cursor.to) {
    const days again = cursor.overlap_read_on == now.today ? days(0) : plan.overlap;
    from = std::min(*cursor.to, now.today - one_day) + one_day - again;
    if (plan.from) {
      from = std::max(*from, *plan.from);
    }
  }
  append_range(plan.kind, from, now.last, now, widest, planned.windows);
  if (planned.windows.empty()) {
    // What our clock takes for the future may be long past at the source: its answer tells.
    planned.windows.push_back({plan.kind, from, from});
  }
  planned.cursor = std::move(cursor);
  return planned;
}

std::vector<Window> split_window(const Window& window, std::int64_t parts) {
  if (window.kind == WindowKind::full || !window.to) {
    return {};
  }
  if (!window.from) {
    const Day middle = *window.to - unbounded_step;
    if (middle <= earliest_day()) {
      return {};
    }
    return {{window.kind, {}, middle}, {window.kind, middle + one_day, window.to}};
  }
  const std::int64_t length = (*window.to - *window.from).count() + 1;
  if (length < 2) {
    return {};
  }
  parts = std::clamp<std::int64_t>(parts, 2, length);
  std::vector<Window> pieces;
  for (std::int64_t part = 0; part < parts; ++part) {
    pieces.push_back({window.kind, *window.from + days(length * part / parts),
                      *window.from + days(length * (part + 1) / parts - 1)});
  }
  return pieces;
}

std::vector<Window> narrower_windows(const Window& window, std::int64_t parts,
                                     const SourceTraits& traits, const SourceDays& now) {
  if (window.kind != WindowKind::full || !traits.by_created) {
    return split_window(window, parts);
  }
  std::vector<Window> windows;
  append_range(WindowKind::created, std::nullopt, now.last, now, traits.widest_window, windows);
  return windows;
}

std::string describe(const Window& window) {
  if (window.kind == WindowKind::full) {
    return "everything";
  }
  return std::string(window.kind == WindowKind::created ? "created " : "modified ") +
         (window.from ? format_day(*window.from) : "") + ".." +
         (window.to ? format_day(*window.to) : "");
}

}  // namespace weir
