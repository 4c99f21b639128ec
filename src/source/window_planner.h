// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "source/source.h"
#include "source/source_cursor.h"
#include "source/source_runner.h"

#include <cstdint>
#include <optional>
#include <vector>

// Which windows a run reads. Pure: time comes in as days.

namespace weir {

// The source's own calendar, by its own clock less a safety lag.
struct SourceDays {
  Day today;  // rows may still enter this day
  Day last;   // the last day worth asking for
  bool operator==(const SourceDays&) const = default;
};
inline constexpr std::chrono::minutes safety_lag{10};
SourceDays source_days(Timestamp source_now, const TimeZone& zone);

struct WindowPlan {
  // In the order to read: what was left open, past days, today. A window holds past days alone or
  // none.
  std::vector<Window> windows;
  // To be moved as windows are read; nothing: this run moves no cursor.
  std::optional<SourceCursor> cursor;
};
WindowPlan plan_windows(const SourcePlan& plan, const SourceTraits& traits,
                        const std::optional<SourceCursor>& cursor, const SourceDays& days);

// Only days before today: rows can leave the window, none can enter.
bool is_past(const Window& window, const SourceDays& days);

// The window in about `parts` windows of whole days (at least two), oldest first. A window without
// lower end gives its last two years and the rest. Empty: it cannot be split.
std::vector<Window> split_window(const Window& window, std::int64_t parts);

// What to read in place of a window that is too wide or does not stand still: split_window, and of
// everything at once, its days of creation where the source can be asked by them.
std::vector<Window> narrower_windows(const Window& window, std::int64_t parts,
                                     const SourceTraits& traits, const SourceDays& days);

// "modified 2026-01-01..2026-01-31", for people.
std::string describe(const Window& window);

}  // namespace weir
