// SPDX-License-Identifier: Apache-2.0
#include "expr/time_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace weir {
namespace {

constexpr std::string_view single_letters = "YymndjHGhgisv";
// Longest first, so that `MM` is no two `M`.
constexpr std::array<std::pair<std::string_view, char>, 14> repeated_letters = {{{"yyyy", 'Y'},
                                                                                 {"SSS", 'v'},
                                                                                 {"yy", 'y'},
                                                                                 {"MM", 'm'},
                                                                                 {"dd", 'd'},
                                                                                 {"HH", 'H'},
                                                                                 {"hh", 'h'},
                                                                                 {"mm", 'i'},
                                                                                 {"ss", 's'},
                                                                                 {"M", 'n'},
                                                                                 {"d", 'j'},
                                                                                 {"H", 'G'},
                                                                                 {"h", 'g'},
                                                                                 {"m", 'i'}}};

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool repeats_letters(std::string_view text) {
  for (const auto& [letters, code] : repeated_letters) {
    if (letters.size() > 1 && text.find(letters) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

// The code at the start of `text` and its length; length 0: none.
std::pair<char, std::size_t> leading_code(std::string_view text, bool repeated) {
  if (!repeated) {
    const bool known = single_letters.find(text.front()) != std::string_view::npos;
    return {text.front(), known ? 1 : 0};
  }
  for (const auto& [letters, code] : repeated_letters) {
    if (text.substr(0, letters.size()) == letters) {
      return {code, letters.size()};
    }
  }
  return {'\0', 0};
}

std::string spelled(char code, const std::chrono::year_month_day& day,
                    const std::chrono::hh_mm_ss<std::chrono::milliseconds>& time) {
  const auto hour = time.hours().count();
  const auto half_day_hour = hour % 12 == 0 ? 12 : hour % 12;
  const int year = static_cast<int>(day.year());
  switch (code) {
    case 'Y':
      return fmt::format("{:04}", year);
    case 'y':
      return fmt::format("{:02}", year % 100);
    case 'm':
      return fmt::format("{:02}", static_cast<unsigned>(day.month()));
    case 'n':
      return fmt::to_string(static_cast<unsigned>(day.month()));
    case 'd':
      return fmt::format("{:02}", static_cast<unsigned>(day.day()));
    case 'j':
      return fmt::to_string(static_cast<unsigned>(day.day()));
    case 'H':
      return fmt::format("{:02}", hour);
    case 'G':
      return fmt::to_string(hour);
    case 'h':
      return fmt::format("{:02}", half_day_hour);
    case 'g':
      return fmt::to_string(half_day_hour);
    case 'i':
      return fmt::format("{:02}", time.minutes().count());
    case 's':
      return fmt::format("{:02}", time.seconds().count());
    default:
      return fmt::format("{:03}", time.subseconds().count());
  }
}

}  // namespace

Result<TimePattern> TimePattern::compile(std::string_view text) {
  TimePattern pattern;
  const bool repeated = repeats_letters(text);
  for (std::string_view rest = text; !rest.empty();) {
    const auto [code, length] = leading_code(rest, repeated);
    if (length > 0) {
      pattern.parts_.push_back({code, {}});
      rest.remove_prefix(length);
      continue;
    }
    if (is_letter(rest.front()) && !(repeated && rest.front() == 'T')) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`{}` in `{}` stands for no part of a time; write it as in "
                              "`yyyy-MM-dd HH:mm:ss` or `Y-m-d H:i:s`",
                              rest.front(), text));
    }
    pattern.parts_.push_back({'\0', std::string(1, rest.front())});
    rest.remove_prefix(1);
  }
  return pattern;
}

std::string TimePattern::format(LocalTime time) const {
  const auto start = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day day(start);
  const std::chrono::hh_mm_ss<std::chrono::milliseconds> clock(time - start);
  std::string text;
  for (const Part& part : parts_) {
    text += part.code == '\0' ? part.literal : spelled(part.code, day, clock);
  }
  return text;
}

}  // namespace weir
