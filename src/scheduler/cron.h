// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/time_zone.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace weir {

// A schedule as cron writes it (Vixie's crontab(5)): five fields — minute, hour, day of the month,
// month, day of the week — or six, with seconds in front; in each `*`, numbers, names (jan, mon),
// ranges, lists and steps; or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.
// When neither day field begins with `*`, a day that fits either of them counts. A plain value.
class Cron {
 public:
  // Errors: `invalid_config`, with the field and the value; also for what never comes (31
  // February).
  static Result<Cron> parse(std::string_view text);

  // The first moment after `after`. Where clocks are put forward, what is skipped comes right after
  // the gap; where they are put back, the first of two counts. A schedule whose minute or hour
  // begins with `*` goes on by the clock as it is instead: nothing in the gap, and all of the
  // repeated hour.
  Timestamp next(Timestamp after, const TimeZone& zone) const;

  bool operator==(const Cron&) const = default;

  // How often on this day, where the clock is not changed.
  std::int64_t times_on(Day day) const;

 private:
  // Of each field: one bit a value.
  enum Field : std::uint8_t { second, minute, hour, day, month, weekday };
  static constexpr std::size_t fields = 6;

  bool has(Field field, unsigned value) const { return (values_[field] >> value & 1U) != 0; }
  bool on(Day date) const;
  bool ever() const;
  // Strictly after `local`, to the second; the same or later for `from`.
  LocalTime next_local(LocalTime local) const;
  LocalTime next_local_from(LocalTime local) const;

  std::array<std::uint64_t, fields> values_{};
  std::array<bool, fields> any_{};  // begins with `*`
};

}  // namespace weir
