// SPDX-License-Identifier: Apache-2.0
#include "source/source_clock.h"

#include <chrono>
#include <utility>

namespace weir {

void SourceClock::observe(const SourcePage& page) {
  if (page.server_time) {
    told_ = page.server_time;
    told_at_ = clock_.monotonic();
  }
}

// Our wall clock may be set while the run goes on; what has gone by since the answer stays true.
Timestamp SourceClock::now() const {
  if (!told_) {
    return clock_.now();
  }
  return *told_ +
         std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - told_at_);
}

bool SourceClock::contradicts(const Window& window, const SourceDays& days, const TimeZone& zone) {
  const SourceDays now = source_days(this->now(), zone);
  const bool first = !std::exchange(compared_, true);
  return (first && !(now == days)) || (is_past(window, days) && !is_past(window, now));
}

}  // namespace weir
