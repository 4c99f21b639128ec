// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace weir {

using Day = std::chrono::sys_days;  // a calendar day, of no zone
using LocalTime =
    std::chrono::local_time<std::chrono::milliseconds>;  // wall-clock digits, of no zone

// An IANA time zone. Cheap to copy; valid for the life of the program.
class TimeZone {
 public:
  // Errors: `invalid_config` (unknown name; names the nearest).
  static Result<TimeZone> find(std::string_view name);
  static TimeZone utc();

  std::string name() const;
  LocalTime to_local(Timestamp moment) const;
  // A local time that occurs twice gives the earlier moment; one that is skipped, the moment after
  // the gap.
  Timestamp to_utc(LocalTime local) const;
  Day day_of(Timestamp moment) const;
  // "+08:00", as databases take it (SET time_zone): the offset in force at `moment`.
  std::string offset_at(Timestamp moment) const;

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;
};

// "2026-01-05". Errors: `rejected`.
std::string format_day(Day day);
Result<Day> parse_day(std::string_view text);
// "2026-01-05 09:31:00" (seconds; milliseconds are cut).
std::string format_local(LocalTime local);
// "2026-01-05T09:31:00.000Z", and back.
std::string format_utc(Timestamp moment);
Result<Timestamp> parse_utc(std::string_view text);

// A point in time as business systems write it, in `zone` wall time:
//   epoch milliseconds (13 digits; 11 or 12 before 2001-09) and seconds (10 digits, or 9), with a
//   minus before 1970, "2026-01-05", "2026-01-05 09:31[:00]", "20260105093100",
//   "2026-01-05T09:31[:00[.000]]" without zone (wall time as it stands), with Z or ±hh:mm (an
//   instant, moved to `zone`), "2026/01/05 …", "20260105". Errors: `rejected`, with the value.
Result<LocalTime> parse_business_time(std::string_view text, const TimeZone& zone);

}  // namespace weir
