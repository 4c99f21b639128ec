// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "core/word_meaning.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace weir {

// A variable that the clock gives, in unix seconds as exported strategies have them: CURRENT_TIME,
// DAYS_AGO_<n> (the same time of day n days before), MONTH_FIRST_DAY, MONTH_LAST_DAY (the midnight
// that the first, the last day of the current month begins with).
struct TimeVariable {
  enum class Kind : std::uint8_t { now, days_ago, month_first_day, month_last_day };
  Kind kind = Kind::now;
  int days = 0;

  // Nothing: no such variable. `n` is at most 36,500.
  static std::optional<TimeVariable> parse(std::string_view name);
  Value value(Timestamp now, const TimeZone& zone) const;

  // All of them: the example is a value; `of` is the moment in the zone of Shanghai.
  static std::vector<WordMeaning> meanings();
};

}  // namespace weir
