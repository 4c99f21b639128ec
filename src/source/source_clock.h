// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/time_zone.h"
#include "source/source.h"
#include "source/window_planner.h"

#include <optional>

namespace weir {

// The source's clock: ours, corrected by what the source's answers say. One thread uses it.
class SourceClock {
 public:
  explicit SourceClock(Clock& clock) : clock_(clock) {}
  void observe(const SourcePage& page);
  Timestamp now() const;
  // Whether windows must be planned anew. A plan is made by our clock, and the first answer tells
  // the source's; later, only a window of past days that is none any more counts: midnight alone
  // changes nothing.
  bool contradicts(const Window& window, const SourceDays& days, const TimeZone& zone);

 private:
  Clock& clock_;
  std::optional<Timestamp> told_;  // by the last answer that did
  Monotonic told_at_;
  bool compared_ = false;  // with the days of a plan
};

}  // namespace weir
