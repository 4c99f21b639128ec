// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "source/page_fetcher.h"
#include "source/page_store.h"
#include "source/source_clock.h"
#include "source/source_runner.h"
#include "source/window_planner.h"
#include "source/window_proof.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace weir {

// What came of a window.
struct WindowOutcome {
  enum class Kind : std::uint8_t {
    read,         // all pages stored; past days: proven whole, and the cursor moved
    too_wide,     // more records than the source pages through: read `parts` narrower windows
    unsettled,    // past days that did not stand still, though read again and again
    clock_moved,  // the source's clock says other days than the plan was made with
  };
  Kind kind = Kind::read;
  std::int64_t parts = 2;
  std::int64_t total = 0;
  std::int64_t cap = 0;  // of too_wide: records that the source pages through
  // Of unsettled: a record that came on two pages of one reading; empty: there was none.
  std::string repeated_id{};
};

// Why a window that is too wide or unsettled, and cannot be split, stays open.
Error why_not_whole(const Window& window, const WindowOutcome& outcome);

// Reads one window into a PageStore, for a run the journal. One thread uses it.
class WindowReader {
 public:
  struct Tools {
    Source& source;
    PageFetcher& fetcher;
    PageStore& store;
    SourceClock& clock;
    SourceCounts& counts;
  };
  explicit WindowReader(Tools tools) : tools_(tools) {}

  // `cursor_after` gives the cursor to store with the last page once the window of past days is
  // whole; nothing: move none. Errors: the source's and the journal's; `rejected` when the source
  // gives the same page again and again.
  using CursorAfter = std::function<std::optional<Cursor>()>;
  Result<WindowOutcome> read(const Window& window, const SourceDays& days,
                             const CursorAfter& cursor_after);

 private:
  struct Reading;
  Result<WindowOutcome> read_once(Reading& reading);
  Result<void> read_rest(Reading& reading, SourcePage first);
  Result<WindowOutcome> read_one_by_one(Reading& reading, SourcePage first);
  Result<void> read_range(Reading& reading, std::int64_t first, std::int64_t last);
  Result<void> take(Reading& reading, std::int64_t number, SourcePage page, bool is_last);
  Result<SourcePage> another(Reading& reading, std::int64_t number, SourcePage page);
  // Empty: it can page through so many records; else how many it can.
  Result<std::optional<std::int64_t>> too_many(const Reading& reading, std::int64_t total);

  Tools tools_;
};

}  // namespace weir
