// SPDX-License-Identifier: Apache-2.0
#include "core/time_zone.h"

#include "core/business_time.h"
#include "core/edit_distance.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <exception>
#include <vector>

namespace weir {
namespace {

using Milliseconds = std::chrono::milliseconds;

// The tail of "Asia/Shanghai", for those who type only the city.
std::string_view city_of(std::string_view name) { return name.substr(name.rfind('/') + 1); }

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    names.push_back(zone.name());
  }
  return names;
}

std::string nearest_zone(std::string_view name) {
  std::string nearest;
  std::size_t shortest = slip_limit(name.size()) + 1;
  for (const std::string& known : zone_names()) {
    const std::size_t whole = edit_distance(name, known);
    const std::size_t city = edit_distance(city_of(name), city_of(known));
    const bool city_is_near = city <= slip_limit(city_of(name).size()) / 2;
    const std::size_t distance = city_is_near ? std::min(whole, city + 1) : whole;
    if (distance < shortest) {
      shortest = distance;
      nearest = known;
    }
  }
  return nearest;
}

// Of 0 to 99.
template <typename Integer>
void write_two_digits(Integer value, char* out) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
}

LocalTime local_of(Timestamp moment) { return LocalTime(moment.time_since_epoch()); }

// Between two changes of a zone's clock.
struct Period {
  const date::time_zone* zone = nullptr;
  date::sys_seconds begin;
  date::sys_seconds end;
  std::chrono::seconds offset{0};

  static Period at(const date::time_zone* zone, Timestamp moment) {
    const auto info = zone->get_info(moment);
    return {zone, info.begin, info.end, info.offset};
  }
  bool holds(const date::time_zone* asked, Timestamp moment) const {
    return zone == asked && moment >= begin && moment < end;
  }
};
// Most moments lie in the same one as the moment before.
thread_local Period last_period;

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC" || name == "Etc/UTC") {
    return utc();
  }
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      if (zone.name() == name) {
        return TimeZone(&zone);
      }
    }
    std::string message = fmt::format("`{}` is no time zone", name);
    const std::string nearest = nearest_zone(name);
    message += nearest.empty() ? "; write a name such as `Asia/Shanghai`"
                               : fmt::format("; did you mean `{}`?", nearest);
    return fail(ErrorKind::invalid_config, message);
  } catch (const std::exception& error) {
    return fail(ErrorKind::invalid_config,
                fmt::format("the time zone `{}` cannot be read from this machine's time zone data: "
                            "{}; install the package tzdata",
                            name, error.what()));
  }
}

// Null stands for UTC, which thus needs no time zone data on the machine.
TimeZone TimeZone::utc() { return TimeZone(nullptr); }

std::string TimeZone::name() const { return zone_ == nullptr ? "UTC" : zone_->name(); }

LocalTime TimeZone::to_local(Timestamp moment) const {
  if (zone_ == nullptr) {
    return local_of(moment);
  }
  if (!last_period.holds(zone_, moment)) {
    last_period = Period::at(zone_, moment);
  }
  return local_of(moment + last_period.offset);
}

Timestamp TimeZone::to_utc(LocalTime local) const {
  const Milliseconds digits = local.time_since_epoch();
  if (zone_ == nullptr) {
    return Timestamp(digits);
  }
  // Far from a change of the clock no wall time comes twice, and none is left out.
  constexpr std::chrono::hours far(48);
  const Timestamp usual(digits - last_period.offset);
  if (last_period.holds(zone_, usual - far) && last_period.holds(zone_, usual + far)) {
    return usual;
  }
  const Timestamp moment =
      zone_->to_sys(date::local_time<Milliseconds>(digits), date::choose::earliest);
  last_period = Period::at(zone_, moment);
  return moment;
}

Day TimeZone::day_of(Timestamp moment) const {
  return Day(std::chrono::floor<std::chrono::days>(to_local(moment).time_since_epoch()));
}

std::string TimeZone::offset_at(Timestamp moment) const {
  const auto offset = to_local(moment).time_since_epoch() - moment.time_since_epoch();
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  const auto size = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

std::string format_day(Day day) {
  const std::chrono::year_month_day civil(day);
  const auto year = static_cast<int>(civil.year());
  if (year < 0 || year > 9999) {
    return fmt::format("{:04}-{:02}-{:02}", year, static_cast<unsigned>(civil.month()),
                       static_cast<unsigned>(civil.day()));
  }
  std::string text = "0000-00-00";
  write_two_digits(year / 100, &text[0]);
  write_two_digits(year % 100, &text[2]);
  write_two_digits(static_cast<unsigned>(civil.month()), &text[5]);
  write_two_digits(static_cast<unsigned>(civil.day()), &text[8]);
  return text;
}

std::string format_local(LocalTime local) {
  const Milliseconds digits = local.time_since_epoch();
  const auto day = std::chrono::floor<std::chrono::days>(digits);
  const std::chrono::hh_mm_ss time(digits - day);
  std::string text = format_day(Day(day)) + " 00:00:00";
  char* const clock = text.data() + text.size() - 8;
  write_two_digits(time.hours().count(), clock);
  write_two_digits(time.minutes().count(), clock + 3);
  write_two_digits(time.seconds().count(), clock + 6);
  return text;
}

std::string format_utc(Timestamp moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::hh_mm_ss time(moment - day);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_day(day), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

Result<Day> parse_day(std::string_view text) {
  if (text.size() == 10 && text[4] == '-') {
    const auto written = parse_written_time(text);
    if (written && !written->has_time) {
      return Day(std::chrono::floor<std::chrono::days>(written->local.time_since_epoch()));
    }
  }
  return fail(ErrorKind::rejected, fmt::format("`{}` is no day; write one as `2026-01-31`", text));
}

Result<Timestamp> parse_utc(std::string_view text) {
  const auto written = parse_written_time(text);
  if (!written || !written->has_time || !written->offset) {
    return fail(ErrorKind::rejected,
                fmt::format("`{}` is no moment; write one as `2026-01-31T09:31:00.000Z`", text));
  }
  return Timestamp(written->local.time_since_epoch() - *written->offset);
}

Result<LocalTime> parse_business_time(std::string_view text, const TimeZone& zone) {
  if (const auto moment = parse_epoch(text)) {
    return zone.to_local(*moment);
  }
  if (const auto written = parse_written_time(text)) {
    if (!written->offset) {
      return written->local;
    }
    return zone.to_local(Timestamp(written->local.time_since_epoch() - *written->offset));
  }
  const std::string shown(text.substr(0, 64));
  return fail(ErrorKind::rejected,
              fmt::format("`{}` is no point in time; known are epoch milliseconds and seconds, "
                          "`2026-01-31`, `2026-01-31 09:31:00` and `2026-01-31T09:31:00+08:00`",
                          shown));
}

}  // namespace weir
