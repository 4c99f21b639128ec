// SPDX-License-Identifier: Apache-2.0
#include "expr/time_variable.h"

#include <array>
#include <charconv>
#include <chrono>

namespace weir {
namespace {

constexpr int days_ago_max = 36'500;

struct VariableName {
  std::string_view name;  // of days_ago: what stands before n
  TimeVariable::Kind kind;
  WordMeaning meaning;
};

constexpr std::array<VariableName, 4> time_variables = {
    {{"CURRENT_TIME",
      TimeVariable::Kind::now,
      {"CURRENT_TIME", "The moment.", "{{CURRENT_TIME}}000", R"("2026-01-05 09:31:00")",
       R"("1767576660000")"}},
     {"DAYS_AGO_",
      TimeVariable::Kind::days_ago,
      {"DAYS_AGO_n", "The same time of day, n days before.", "{{DAYS_AGO_2|datetime}}",
       R"("2026-01-05 09:31:00")", R"("2026-01-03 09:31:00")"}},
     {"MONTH_FIRST_DAY",
      TimeVariable::Kind::month_first_day,
      {"MONTH_FIRST_DAY", "The midnight that the current month begins with.",
       "{{MONTH_FIRST_DAY|date}}", R"("2026-01-05 09:31:00")", R"("2026-01-01")"}},
     {"MONTH_LAST_DAY",
      TimeVariable::Kind::month_last_day,
      {"MONTH_LAST_DAY", "The midnight that the current month's last day begins with.",
       "{{MONTH_LAST_DAY|date}}", R"("2026-01-05 09:31:00")", R"("2026-01-31")"}}}};
static_assert(explains_each(time_variables));

std::optional<int> parse_days(std::string_view digits) {
  int days = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, days);
  const bool counts = code == std::errc() && stop == end && days >= 0 && days <= days_ago_max;
  return counts ? std::optional(days) : std::nullopt;
}

Value seconds_of(Timestamp moment) {
  return Value(static_cast<std::int64_t>(
      std::chrono::floor<std::chrono::seconds>(moment.time_since_epoch()).count()));
}

}  // namespace

std::optional<TimeVariable> TimeVariable::parse(std::string_view name) {
  for (const VariableName& known : time_variables) {
    if (known.kind != Kind::days_ago && name == known.name) {
      return TimeVariable{known.kind, 0};
    }
    if (known.kind == Kind::days_ago && name.starts_with(known.name)) {
      const auto days = parse_days(name.substr(known.name.size()));
      return days ? std::optional(TimeVariable{Kind::days_ago, *days}) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::vector<WordMeaning> TimeVariable::meanings() { return meanings_of(time_variables); }

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
