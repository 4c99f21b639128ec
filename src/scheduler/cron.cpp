// SPDX-License-Identifier: Apache-2.0
#include "scheduler/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

using std::chrono::seconds;

struct FieldRule {
  std::string_view name;
  unsigned low;
  unsigned high;
  std::vector<std::string_view> names;  // of low, low + 1 …
};

const FieldRule& rule_of(std::size_t field) {
  static const std::array<FieldRule, 6> rules{{
      {"second", 0, 59, {}},
      {"minute", 0, 59, {}},
      {"hour", 0, 23, {}},
      {"day of the month", 1, 31, {}},
      {"month",
       1,
       12,
       {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      {"day of the week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
  }};
  return rules[field];
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (separators.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return parts;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words = split(text, " \t\r\n");
  std::erase(words, "");
  return words;
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = fault == std::errc() && end == text.data() + text.size();
  return whole && !text.empty() ? std::optional(value) : std::nullopt;
}

// One field: a list of `*`, `a`, `a-b`, each with `/step`.
class FieldParser {
 public:
  FieldParser(const FieldRule& rule, std::string_view text) : rule_(rule), text_(text) {}

  Result<std::uint64_t> parse() const {
    std::uint64_t values = 0;
    for (const std::string& item : split(text_, ",")) {
      WEIR_TRY(const std::uint64_t some, parse_item(item));
      values |= some;
    }
    return values;
  }

 private:
  tl::unexpected<Error> refuse(std::string_view value, std::string_view why) const {
    return fail(ErrorKind::invalid_config,
                fmt::format("the {} `{}`: `{}` {}", rule_.name, text_, value, why));
  }

  Result<unsigned> parse_value(const std::string& text) const {
    for (std::size_t i = 0; i < rule_.names.size(); ++i) {
      if (text == rule_.names[i]) {
        return rule_.low + static_cast<unsigned>(i);
      }
    }
    const auto value = number(text);
    if (!value || *value < rule_.low || *value > rule_.high) {
      return refuse(
          text, fmt::format("is not in {}-{}{}", rule_.low, rule_.high,
                            rule_.names.empty() ? std::string()
                                                : fmt::format(", nor {}-{}", rule_.names.front(),
                                                              rule_.names.back())));
    }
    return *value;
  }

  Result<std::pair<unsigned, unsigned>> parse_range(const std::string& text, bool stepped) const {
    if (text == "*") {
      return std::pair(rule_.low, rule_.high);
    }
    const std::size_t dash = text.find('-');
    WEIR_TRY(const unsigned low, parse_value(text.substr(0, dash)));
    if (dash == std::string::npos) {
      return std::pair(low, stepped ? rule_.high : low);
    }
    WEIR_TRY(unsigned high, parse_value(text.substr(dash + 1)));
    const bool ends_on_sunday = rule_.high == 7 && high == 0;
    high = ends_on_sunday ? 7 : high;
    if (low > high) {
      return refuse(text, "runs backwards; write two ranges with a comma between them");
    }
    return std::pair(low, high);
  }

  Result<std::uint64_t> parse_item(const std::string& item) const {
    const std::size_t slash = item.find('/');
    const bool stepped = slash != std::string::npos;
    WEIR_TRY(const auto range, parse_range(item.substr(0, slash), stepped));
    unsigned step = 1;
    if (stepped) {
      const auto given = number(item.substr(slash + 1));
      if (!given || *given == 0) {
        return refuse(item.substr(slash + 1), "is no step; write a number from 1 on");
      }
      step = *given;
    }
    std::uint64_t values = 0;
    for (std::uint64_t value = range.first; value <= range.second; value += step) {
      values |= std::uint64_t{1} << value;
    }
    return values;
  }

  const FieldRule& rule_;
  const std::string_view text_;
};

std::string_view meaning_of(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * 0"},  {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"}};
  for (const auto& [written, meant] : known) {
    if (name == written) {
      return meant;
    }
  }
  return {};
}

// The moment in (before, after] at which the zone's offset becomes another; there is one.
Timestamp change_between(Timestamp before, Timestamp after, const TimeZone& zone) {
  const auto offset = [&](Timestamp at) {
    return zone.to_local(at).time_since_epoch() - at.time_since_epoch();
  };
  const auto old = offset(before);
  while (after - before > std::chrono::milliseconds(1)) {
    const Timestamp middle = before + (after - before) / 2;
    (offset(middle) == old ? before : after) = middle;
  }
  return after;
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  std::vector<std::string> words = words_of(text);
  if (words.size() == 1 && words.front().starts_with('@')) {
    const std::string_view meant = meaning_of(words.front());
    if (meant.empty()) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`{}` is none of @hourly, @daily, @midnight, @weekly, @monthly, "
                              "@yearly, @annually",
                              words.front()));
    }
    words = words_of(meant);
  }
  if (words.size() == fields - 1) {
    words.insert(words.begin(), "0");
  }
  if (words.size() != fields) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`{}` must have five fields (minute, hour, day, month, weekday), as in "
                            "`*/10 * * * *`, or six, with seconds in front, and has {}",
                            text, words.size()));
  }
  Cron cron;
  for (std::size_t field = 0; field < fields; ++field) {
    WEIR_TRY(cron.values_[field], FieldParser(rule_of(field), words[field]).parse());
    cron.any_[field] = words[field].starts_with('*');
  }
  cron.values_[weekday] |= cron.has(weekday, 7) ? 1U : 0U;
  if (!cron.ever()) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`{}` never comes: no such month has such a day", text));
  }
  return cron;
}

bool Cron::ever() const {
  if (!any_[day] && !any_[weekday]) {
    return true;  // by its weekday
  }
  // Any day of any month falls on any weekday within 28 years, 40 across 2100.
  constexpr unsigned longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto first = static_cast<unsigned>(std::countr_zero(values_[day]));
  for (unsigned each = 1; each <= 12; ++each) {
    if (has(month, each) && first <= longest[each - 1]) {
      return true;
    }
  }
  return false;
}

bool Cron::on(Day date) const {
  const std::chrono::year_month_day civil(date);
  if (!has(month, static_cast<unsigned>(civil.month()))) {
    return false;
  }
  const bool by_day = has(day, static_cast<unsigned>(civil.day()));
  const bool by_weekday = has(weekday, std::chrono::weekday(date).c_encoding());
  return any_[day] || any_[weekday] ? by_day && by_weekday : by_day || by_weekday;
}

std::int64_t Cron::times_on(Day date) const {
  return on(date) ? std::int64_t{std::popcount(values_[hour])} * std::popcount(values_[minute]) *
                        std::popcount(values_[second])
                  : 0;
}

LocalTime Cron::next_local(LocalTime local) const {
  return next_local_from(std::chrono::floor<seconds>(local) + seconds(1));
}

LocalTime Cron::next_local_from(LocalTime local) const {
  LocalTime midnight = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::hh_mm_ss from(std::chrono::ceil<seconds>(local - midnight));
  for (LocalTime first_day = midnight;; midnight += std::chrono::days(1)) {
    if (!on(Day(std::chrono::duration_cast<std::chrono::days>(midnight.time_since_epoch())))) {
      continue;
    }
    const bool today = midnight == first_day;
    const auto first_hour = today ? static_cast<unsigned>(from.hours().count()) : 0U;
    for (unsigned h = first_hour; h < 24; ++h) {
      const bool this_hour = today && h == first_hour;
      const auto first_minute = this_hour ? static_cast<unsigned>(from.minutes().count()) : 0U;
      for (unsigned m = first_minute; has(hour, h) && m < 60; ++m) {
        const bool this_minute = this_hour && m == first_minute;
        const auto first = this_minute ? static_cast<unsigned>(from.seconds().count()) : 0U;
        const std::uint64_t later = has(minute, m) ? values_[second] >> first : 0;
        if (later != 0) {
          const auto s = first + static_cast<unsigned>(std::countr_zero(later));
          return midnight + std::chrono::hours(h) + std::chrono::minutes(m) + seconds(s);
        }
      }
    }
  }
}

Timestamp Cron::next(Timestamp after, const TimeZone& zone) const {
  const bool by_the_clock = any_[minute] || any_[hour];
  const LocalTime here = zone.to_local(after);
  LocalTime local = next_local(here);
  Timestamp at = zone.to_utc(local);
  while (at <= after || (by_the_clock && zone.to_local(at) != local)) {
    // It lies in the gap, or in an hour that comes twice, and `after` in the second of them.
    const Timestamp second_time = after + (local - here);
    if (by_the_clock && second_time > after && zone.to_local(second_time) == local) {
      return second_time;
    }
    local = next_local(local);
    at = zone.to_utc(local);
  }
  if (by_the_clock && at - after > local - here) {
    const Timestamp put_back = change_between(after, at, zone);
    const LocalTime again = zone.to_local(put_back);
    const Timestamp repeated = put_back + (next_local_from(again) - again);
    return std::min(at, repeated);
  }
  return at;
}

}  // namespace weir
