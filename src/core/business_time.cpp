// SPDX-License-Identifier: Apache-2.0
#include "core/business_time.h"

#include "core/ascii.h"
#include "core/decimal.h"
#include "core/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace weir {
namespace {

// Takes a text apart from the left; each call consumes what it gives.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }

  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }

  // A number of `fewest` to `most` digits.
  std::optional<int> number(std::size_t fewest, std::size_t most) {
    int value = 0;
    std::size_t length = 0;
    while (length < most && length < text_.size() && is_digit(text_[length])) {
      value = value * 10 + (text_[length] - '0');
      ++length;
    }
    if (length < fewest) {
      return std::nullopt;
    }
    text_.remove_prefix(length);
    return value;
  }

 private:
  std::string_view text_;
};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::chrono::sys_days> civil_day(int year, int month, int day) {
  const std::chrono::year_month_day civil{std::chrono::year(year),
                                          std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  return civil.ok() ? std::optional(std::chrono::sys_days(civil)) : std::nullopt;
}

std::optional<std::chrono::sys_days> scan_day(Scanner& scanner) {
  const auto year = scanner.number(4, 4);
  if (!year) {
    return std::nullopt;
  }
  const char separator = scanner.take('-') ? '-' : scanner.take('/') ? '/' : '\0';
  const std::size_t fewest = separator == '\0' ? 2 : 1;
  const auto month = scanner.number(fewest, 2);
  if (!month || (separator != '\0' && !scanner.take(separator))) {
    return std::nullopt;
  }
  const auto day = scanner.number(fewest, 2);
  return day ? civil_day(*year, *month, *day) : std::nullopt;
}

// The digits behind the point; what is finer than a millisecond is cut.
std::optional<std::chrono::milliseconds> scan_fraction(Scanner& scanner) {
  int value = 0;
  std::size_t length = 0;
  while (const auto digit = scanner.number(1, 1)) {
    if (length < 3) {
      value = value * 10 + *digit;
    }
    if (++length > 9) {
      return std::nullopt;
    }
  }
  if (length == 0) {
    return std::nullopt;
  }
  for (; length < 3; ++length) {
    value *= 10;
  }
  return std::chrono::milliseconds(value);
}

std::optional<std::chrono::milliseconds> scan_time(Scanner& scanner, bool colons) {
  const auto separated = [&] { return !colons || scanner.take(':'); };
  const auto hour = scanner.number(colons ? 1 : 2, 2);
  if (!hour || *hour > 23 || !separated()) {
    return std::nullopt;
  }
  const auto minute = scanner.number(2, 2);
  if (!minute || *minute > 59) {
    return std::nullopt;
  }
  std::chrono::milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (colons ? !scanner.take(':') : scanner.done()) {
    return time;
  }
  const auto second = scanner.number(2, 2);
  if (!second || *second > 59) {
    return std::nullopt;
  }
  time += std::chrono::seconds(*second);
  if (scanner.take('.') || scanner.take(',')) {
    const auto fraction = scan_fraction(scanner);
    return fraction ? std::optional(time + *fraction) : std::nullopt;
  }
  return time;
}

std::optional<std::chrono::minutes> scan_offset(Scanner& scanner) {
  if (scanner.take('Z') || scanner.take('z')) {
    return std::chrono::minutes(0);
  }
  const bool behind = scanner.take('-');
  if (!behind && !scanner.take('+')) {
    return std::nullopt;
  }
  const auto hours = scanner.number(2, 2);
  scanner.take(':');
  const auto minutes = scanner.done() ? std::optional(0) : scanner.number(2, 2);
  if (!hours || !minutes || *hours > 18 || *minutes > 59) {
    return std::nullopt;
  }
  const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return behind ? -offset : offset;
}

}  // namespace

std::optional<WrittenTime> parse_written_time(std::string_view text) {
  text = trimmed(text);
  Scanner scanner(text);
  const auto day = scan_day(scanner);
  if (!day) {
    return std::nullopt;
  }
  WrittenTime written;
  written.local = LocalTime(day->time_since_epoch());
  if (scanner.done()) {
    return written;
  }
  const bool colons = !all_digits(text);
  if (colons && !scanner.take('T') && !scanner.take('t') && !scanner.take(' ')) {
    return std::nullopt;
  }
  if (!colons && text.size() != 14) {
    return std::nullopt;
  }
  const auto time = scan_time(scanner, colons);
  if (!time) {
    return std::nullopt;
  }
  written.has_time = true;
  written.local += *time;
  if (scanner.done()) {
    return written;
  }
  scanner.take(' ');
  written.offset = scan_offset(scanner);
  return written.offset && scanner.done() ? std::optional(written) : std::nullopt;
}

std::optional<Timestamp> parse_epoch(std::string_view text) {
  text = trimmed(text);
  const bool before = !text.empty() && text.front() == '-';
  if (before) {
    text.remove_prefix(1);
  }
  if (!all_digits(text) || text.size() > 13 || (!before && text.size() < 9)) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  for (const char digit : text) {
    count = count * 10 + (digit - '0');
  }
  const std::int64_t sign = before ? -1 : 1;
  const std::int64_t unit = text.size() <= 10 ? 1000 : 1;
  return Timestamp(std::chrono::milliseconds(sign * count * unit));
}

std::optional<Timestamp> parse_moment(std::string_view text, const TimeZone& zone, bool wall_time) {
  if (const auto moment = parse_epoch(text)) {
    return moment;
  }
  const auto written = parse_written_time(text);
  if (!written) {
    return std::nullopt;
  }
  if (written->offset && !wall_time) {
    return Timestamp(written->local.time_since_epoch() - *written->offset);
  }
  return zone.to_utc(written->local);
}

Result<LocalTime> read_business_time(const Value& value, const TimeZone& zone, bool wall_time) {
  if (const std::string* text = value.text()) {
    const auto written = wall_time ? parse_written_time(*text) : std::nullopt;
    return written && written->offset ? Result<LocalTime>(written->local)
                                      : parse_business_time(*text, zone);
  }
  const Number* number = value.number();
  if (const auto moment = number != nullptr ? parse_epoch(number->digits) : std::nullopt) {
    return zone.to_local(*moment);
  }
  const auto decimal = number != nullptr ? Decimal::parse(number->digits) : std::nullopt;
  if (!decimal || !decimal->is_whole() || !fits_plainly(*decimal)) {
    return fail(ErrorKind::rejected,
                fmt::format("`{}` is no point in time", excerpt(to_text(value), 60)));
  }
  return parse_business_time(to_plain(*decimal), zone);
}

}  // namespace weir
