// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/page.h"

#include <optional>

namespace weir {

// Whether a source gives records by their last change, the newest first, seen from the pages of one
// reading and not believed.
//
// The order is broken as soon as a record does not say when it changed, or changed later than the
// one before it, on the same page or on the page before.
//
// That it is not broken proves little: records that nobody touched after they were made come in
// this order from a source that sorts by creation, and the one that was made long ago and changed
// just now stands at the end of its list. So it is proven by one page (which is one snapshot) on
// which
//   - creation rises somewhere and falls somewhere: the source sorts by creation neither way, and
//     what stands before a younger record stands there for its change;
//   - the change falls at least ten times, so at least eleven different moments stand in the one
//     order out of 11! (40 million) that was asked for: it is no chance.
// Times of equal moments are in no order, and prove and break nothing. A source whose records do
// not say when they were made proves nothing. Not thread-safe.
class ChangeOrder {
 public:
  void see(const Page& page);  // pages of one reading, in order
  bool broken() const { return broken_; }
  bool proven() const { return proven_ && !broken_; }

 private:
  bool proves(const Page& page) const;

  std::optional<Timestamp> changed_at_;  // of the last record seen
  bool broken_ = false;
  bool proven_ = false;
};

}  // namespace weir
