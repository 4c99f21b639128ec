// SPDX-License-Identifier: Apache-2.0
#include "expr/time_variable.h"

#include <charconv>
#include <chrono>

namespace weir {
namespace {

constexpr std::string_view days_ago = "DAYS_AGO_";
constexpr int days_ago_max = 36'500;

Value seconds_of(Timestamp moment) {
  return Value(static_cast<std::int64_t>(
      std::chrono::floor<std::chrono::seconds>(moment.time_since_epoch()).count()));
}

}  // namespace

std::optional<TimeVariable> TimeVariable::parse(std::string_view name) {
  if (name == "CURRENT_TIME") {
    return TimeVariable{Kind::now, 0};
  }
  if (name == "MONTH_FIRST_DAY") {
    return TimeVariable{Kind::month_first_day, 0};
  }
  if (name == "MONTH_LAST_DAY") {
    return TimeVariable{Kind::month_last_day, 0};
  }
  if (name.substr(0, days_ago.size()) != days_ago) {
    return std::nullopt;
  }
  name.remove_prefix(days_ago.size());
  int days = 0;
  const char* end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data(), end, days);
  const bool counts = code == std::errc() && stop == end && days >= 0 && days <= days_ago_max;
  return counts ? std::optional(TimeVariable{Kind::days_ago, days}) : std::nullopt;
}

Value TimeVariable::value(Timestamp now, const TimeZone& zone) const {
  if (kind == Kind::now) {
    return seconds_of(now);
  }
  const LocalTime local = zone.to_local(now);
  if (kind == Kind::days_ago) {
    return seconds_of(zone.to_utc(local - std::chrono::days(days)));
  }
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(local));
  const auto month = today.year() / today.month();
  const std::chrono::local_days day = kind == Kind::month_first_day
                                          ? std::chrono::local_days(month / 1)
                                          : std::chrono::local_days(month / std::chrono::last);
  return seconds_of(zone.to_utc(LocalTime(day)));
}

}  // namespace weir
