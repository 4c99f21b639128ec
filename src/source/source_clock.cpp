// SPDX-License-Identifier: Apache-2.0
#include "source/source_clock.h"

#include <utility>

namespace weir {

void SourceClock::observe(const SourcePage& page) {
  if (page.server_time) {
    ahead_ = *page.server_time - clock_.now();
  }
}

bool SourceClock::contradicts(const Window& window, const SourceDays& days, const TimeZone& zone) {
  const SourceDays now = source_days(this->now(), zone);
  const bool first = !std::exchange(compared_, true);
  return (first && !(now == days)) || (is_past(window, days) && !is_past(window, now));
}

}  // namespace weir
