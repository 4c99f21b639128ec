// SPDX-License-Identifier: Apache-2.0
#include "transform/format_rules.h"

#include "core/business_time.h"
#include "core/decimal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <utility>

namespace weir {
namespace {

struct FormatName {
  std::string_view name;
  FormatKind kind;
  WordMeaning meaning;
};

constexpr std::array<FormatName, 13> format_names = {
    {{"date", FormatKind::date, {"date", "The day.", "date", "1767576661000", R"("2026-01-05")"}},
     {"dateTime",
      FormatKind::date_time,
      {"dateTime", "Day and time of day.", "dateTime", "1767576661000",
       R"("2026-01-05 09:31:01")"}},
     {"time",
      FormatKind::time,
      {"time", "The time of day.", "time", "1767576661000", R"("09:31:01")"}},
     {"string",
      FormatKind::text,
      {"string", "Text; a number by its own digits.", "string", "128000.50", R"("128000.50")"}},
     {"longText",
      FormatKind::long_text,
      {"longText(n)", "At most n characters (15), then `…`.", "longText(4)", R"("首期款含税价")",
       R"("首期款含…")"}},
     {"intval",
      FormatKind::whole,
      {"intval", "A whole number, cut towards zero.", "intval", "-12.9", "-12"}},
     {"round",
      FormatKind::rounded,
      {"round(n)", "n places (2), half away from zero.", "round(2)", "1.005", "1.01"}},
     {"amount",
      FormatKind::amount,
      {"amount", "Two places and thousands, with `￥`.", "amount", "1234.5", R"("￥1,234.50")"}},
     {"implode",
      FormatKind::joined,
      {"implode('sep')", "A list as text, with `sep` (`,`) between its elements.", "implode('、')",
       R"(["甲", "乙"])", R"("甲、乙")"}},
     {"shortDate",
      FormatKind::short_date,
      {"shortDate", "Month and day.", "shortDate", "1767576661000", R"("01-05")"}},
     {"shortTime",
      FormatKind::short_time,
      {"shortTime", "Hour and minute.", "shortTime", "1767576661000", R"("09:31")"}},
     {"shortDateTime",
      FormatKind::short_date_time,
      {"shortDateTime", "Month, day, hour and minute.", "shortDateTime", "1767576661000",
       R"("01-05 09:31")"}},
     {"dateDescription",
      FormatKind::day_in_words,
      {"dateDescription",
       "The day in Chinese; how long ago it was would be false where it is kept.",
       "dateDescription", "1767576661000", R"("2026年1月5日")"}}}};
static_assert(explains_each(format_names));

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return result;
}

const std::map<std::string, FormatKind, std::less<>> kinds = [] {
  std::map<std::string, FormatKind, std::less<>> made;
  for (const FormatName& format : format_names) {
    made.emplace(lower(format.name), format.kind);
  }
  return made;
}();
const std::vector<std::string> known_names = names_of(format_names);

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') &&
                      text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

bool set_argument(Format& format, const std::optional<std::string_view>& argument) {
  if (format.kind == FormatKind::joined) {
    format.separator = argument ? std::string(unquoted(*argument)) : ",";
    return true;
  }
  const bool takes_count =
      format.kind == FormatKind::long_text || format.kind == FormatKind::rounded;
  format.count = format.kind == FormatKind::long_text ? 15 : 2;
  if (!argument || argument->empty()) {
    return true;
  }
  const int most = format.kind == FormatKind::long_text ? 1'000'000 : 100;
  const char* end = argument->data() + argument->size();
  const auto [stop, code] = std::from_chars(argument->data(), end, format.count);
  return takes_count && code == std::errc() && stop == end && format.count >= 0 &&
         format.count <= most;
}

bool is_empty(const Value& value) {
  const std::string* text = value.text();
  return value.is_null() || (text != nullptr && text->find_first_not_of(' ') == std::string::npos);
}

Value shortened(const std::string& text, int characters) {
  int seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts && seen++ == characters) {
      return text.substr(0, at) + "…";
    }
  }
  return text;
}

std::string with_thousands(const std::string& plain) {
  const std::size_t start = plain.front() == '-' ? 1 : 0;
  std::string text = plain;
  std::size_t at = std::min(text.find('.'), text.size());
  while (at > start + 3) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

Value joined(const List& list, const std::string& separator) {
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) {
    text += (i == 0 ? "" : separator) + to_text(list[i]);
  }
  return text;
}

// Of "yyyy-mm-dd hh:mm:ss".
std::string part_of_time(FormatKind kind, const std::string& text) {
  const std::size_t blank = text.find(' ');
  switch (kind) {
    case FormatKind::time:
      return text.substr(blank + 1);
    case FormatKind::short_date:
      return text.substr(blank - 5, 5);
    case FormatKind::short_time:
      return text.substr(blank + 1, 5);
    case FormatKind::short_date_time:
      return text.substr(blank - 5, 11);
    default:
      return text;
  }
}

std::string in_words(const LocalTime& local) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(local));
  return fmt::format("{}年{}月{}日", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

Result<Value> apply_time(const Format& format, const Value& value, const TimeZone& zone) {
  WEIR_TRY(const LocalTime local, read_business_time(value, zone, format.wall_time));
  switch (format.kind) {
    case FormatKind::day_in_words:
      return Value(in_words(local));
    case FormatKind::date:
      return Value(
          format_day(Day(std::chrono::floor<std::chrono::days>(local.time_since_epoch()))));
    default:
      return Value(part_of_time(format.kind, format_local(local)));
  }
}

Result<Value> apply_number(const Format& format, const Value& value) {
  WEIR_TRY(const Decimal number, read_decimal(value));
  if (format.kind == FormatKind::whole) {
    return Value(Number{to_plain(truncated(number))});
  }
  const std::string plain = to_plain(rounded(number, format.count), format.count);
  if (format.kind == FormatKind::rounded) {
    return Value(Number{plain});
  }
  return Value("￥" + with_thousands(plain));
}

}  // namespace

std::optional<Format> compile_format(const FormatRule& rule, Faults& faults) {
  const std::string_view written = rule.format;
  const std::size_t opening = written.find('(');
  const std::string_view name = written.substr(0, opening);
  std::optional<std::string_view> argument;
  if (opening != std::string_view::npos && written.back() == ')') {
    argument = written.substr(opening + 1, written.size() - opening - 2);
  }
  const auto kind = kinds.find(lower(name));
  if (kind == kinds.end()) {
    add_error(faults, rule.at, unknown_name("format", name, known_names));
    return std::nullopt;
  }
  Format format;
  format.kind = kind->second;
  const bool closed = opening == std::string_view::npos || argument.has_value();
  if (!closed || !set_argument(format, argument)) {
    add_error(faults, rule.at,
              fmt::format("`{}`: what stands in the brackets does not fit; write it as in "
                          "`round(2)`, `longText(15)` or `implode(',')`",
                          written));
    return std::nullopt;
  }
  if (format.kind == FormatKind::day_in_words) {
    add_warning(faults, rule.at,
                fmt::format("`{}` writes the day itself, as in `2026年1月5日`: how long ago it was "
                            "(`一天前`) would be false where it is kept",
                            written));
  }
  return format;
}

std::vector<WordMeaning> format_meanings() { return meanings_of(format_names); }

Result<Value> apply_format(const Format& format, const Value& value, const TimeZone& zone) {
  if (value.is_null() || (value.text() != nullptr && value.text()->empty())) {
    return Value();
  }
  switch (format.kind) {
    case FormatKind::text:
      return Value(to_text(value));
    case FormatKind::long_text:
      return shortened(to_text(value), format.count);
    case FormatKind::joined:
      return value.list() != nullptr ? joined(*value.list(), format.separator)
                                     : Value(to_text(value));
    case FormatKind::date:
    case FormatKind::time:
    case FormatKind::date_time:
    case FormatKind::short_date:
    case FormatKind::short_time:
    case FormatKind::short_date_time:
    case FormatKind::day_in_words:
      return is_empty(value) ? Value() : apply_time(format, value, zone);
    case FormatKind::whole:
    case FormatKind::rounded:
    case FormatKind::amount:
      return is_empty(value) ? Value() : apply_number(format, value);
  }
  return Value();
}

}  // namespace weir
