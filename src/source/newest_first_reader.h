// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/page.h"
#include "source/change_order.h"
#include "source/window_proof.h"
#include "source/window_reader.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace weir {

// What an earlier run left to know of today.
struct TodayKnown {
  // Every change up to safety_lag before this moment has been read; empty: nothing is known.
  std::optional<Timestamp> read_until;
  bool newest_first = false;  // the source was seen to sort by change
  bool operator==(const TodayKnown&) const = default;
};

struct NewestFirstOutcome {
  enum class Kind : std::uint8_t {
    read,         // to the end, or to where everything is known
    in_full,      // this proved nothing: today must be read in full
    clock_moved,  // the source's clock says other days than the plan was made with
  };
  Kind kind = Kind::read;
  TodayKnown known;  // for the next run
};

// Reads today with the newest change first, page after page, and stops early at a page of which
// every record is known and changed before the last reading less safety_lag, if the order is proven
// (change_order.h). docs/adr/0010-few-calls.md tells why that loses nothing:
//
// Let everything changed up to safety_lag before the last reading be known. A row that was not on
// the pages read so far can only come nearer to the front when rows in front of it are deleted; all
// that enters goes to the front and pushes it back. So while the total does not fall from one page
// to the next, no row slips past, except one that changes places with another of the same moment;
// then that other one comes twice. If neither happens, the pages hold every change up to the last
// one read, and what lies behind changed before the last reading. What changed while pages were
// read changed after this reading began, and is for the next one. The lag takes up what is vague:
// times to the minute, and a row that is listed late.
//
// When the total fell or a row came twice, what was read is kept, but the next run knows no more
// than this one did. A reading of one page is one snapshot and needs none of this. One thread uses
// it.
class NewestFirstReader {
 public:
  // Whether the journal holds every record of the page as it is.
  using AllKnown = std::function<Result<bool>(const Page&)>;
  NewestFirstReader(WindowReader::Tools tools, AllKnown all_known)
      : tools_(tools), all_known_(std::move(all_known)) {}

  // Errors: the source's and the journal's.
  Result<NewestFirstOutcome> read(const Window& today, const SourceDays& days,
                                  const TodayKnown& known);

 private:
  struct Reading;
  Result<bool> nothing_new(const Page& page, const std::optional<Timestamp>& read_until);
  // What page `number` decides; nothing: go on.
  Result<std::optional<NewestFirstOutcome>> take(Reading& reading, std::int64_t number,
                                                 SourcePage page);

  WindowReader::Tools tools_;
  AllKnown all_known_;
};

}  // namespace weir
