// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "source/source.h"

#include <optional>
#include <vector>

namespace weir {

// Where a source stands: every day of the range has been read whole, but for the windows that are
// still open. A plain value; its text is what the journal keeps:
//   {"version":2,"by":"modified","from":"2026-01-01","to":"2026-11-21","open":[{"from":…,"to":…}],
//    "overlap_read_on":"2026-11-22","last_reading_at":"2026-11-22T04:31:07.000Z",
//    "newest_first":true}
// Version 1 had the first line alone, and is still read.
struct SourceCursor {
  WindowKind kind = WindowKind::modified;
  std::optional<Day> from;  // empty: no lower end
  std::optional<Day> to;    // empty: nothing read yet
  std::vector<Window> open;
  // The source's day on which all past days then to be read, the overlap with them, were read or
  // left open.
  std::optional<Day> overlap_read_on{};
  // A moment of the source's clock: every change up to safety_lag before it has been read. Empty:
  // of today nothing is known to have been read.
  std::optional<Timestamp> last_reading_at{};
  bool newest_first = false;  // the source was seen to sort by change (change_order.h)

  // These days have been read whole: moves `to` on, or closes what was open of them.
  void close(const Window& window);
  // These days could not be read whole: moves `to` on, and keeps them open.
  void leave_open(const Window& window);

  bool operator==(const SourceCursor&) const = default;
};

Cursor write_cursor(const SourceCursor& cursor);
// Errors: `corrupt`, or `rejected` (of a newer version).
Result<SourceCursor> read_cursor(const Cursor& cursor);

}  // namespace weir
