// SPDX-License-Identifier: Apache-2.0
#include "expr/sql_value.h"

#include "core/business_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace weir {
namespace {

int places_of(const Decimal& value) {
  return static_cast<int>(std::clamp<std::int64_t>(
      static_cast<std::int64_t>(value.digits.size()) - value.point, 0, sql_scale_max));
}

// The longest beginning of the text that is a number.
std::string_view numeric_prefix(std::string_view text) {
  const std::size_t start = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text.remove_prefix(start);
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      ++at;
    }
    return at - first;
  };
  std::size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    count += digits();
  }
  if (count == 0) {
    return {};
  }
  const std::size_t mantissa = at;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    at += at < text.size() && (text[at] == '-' || text[at] == '+') ? 1U : 0U;
    if (digits() == 0) {
      at = mantissa;
    }
  }
  return text.substr(0, at);
}

SqlNumber approximate(std::string_view text) {
  SqlNumber number;
  number.approximate = true;
  const auto parsed = Decimal::parse(numeric_prefix(text));
  if (parsed && fits_plainly(*parsed)) {
    number.value = *parsed;
  }
  number.scale = number.held = places_of(number.value);
  return number;
}

std::string number_text(const SqlNumber& number) {
  return number.approximate ? to_plain(number.value)
                            : to_plain(rounded(number.value, number.scale), number.scale);
}

std::string time_text(const SqlTime& time) {
  std::string text = format_local(time.moment);
  if (!time.has_time) {
    return text.substr(0, text.find(' '));
  }
  if (time.precision > 0) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time.moment);
    const std::string micros = fmt::format("{:03}000", (time.moment - second).count());
    text += "." + micros.substr(0, static_cast<std::size_t>(time.precision));
  }
  return text;
}

SqlNumber time_number(const SqlTime& time) {
  std::string digits;
  for (const char letter : time_text(time)) {
    if ((letter >= '0' && letter <= '9') || letter == '.') {
      digits += letter;
    }
  }
  SqlNumber number;
  number.value = Decimal::parse(digits).value_or(Decimal());
  number.scale = number.held = time.precision;
  return number;
}

std::optional<SqlTime> time_of_text(std::string_view text) {
  const auto written = parse_written_time(text);
  if (!written) {
    return std::nullopt;
  }
  SqlTime time{written->local, written->has_time, 0};
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos) {
    const std::size_t end = text.find_first_not_of("0123456789", point + 1);
    const std::size_t length = std::min(end, text.size()) - point - 1;
    time.precision = static_cast<int>(std::min<std::size_t>(length, 6));
  }
  return time;
}

// As MySQL's general collations pad: the shorter text goes on with blanks.
std::strong_ordering compare_text(const std::string& left, const std::string& right) {
  const std::string one = fold_case(left);
  const std::string two = fold_case(right);
  const std::size_t length = std::max(one.size(), two.size());
  for (std::size_t at = 0; at < length; ++at) {
    const auto a = static_cast<unsigned char>(at < one.size() ? one[at] : ' ');
    const auto b = static_cast<unsigned char>(at < two.size() ? two[at] : ' ');
    if (a != b) {
      return a <=> b;
    }
  }
  return std::strong_ordering::equal;
}

}  // namespace

SqlValue sql_integer(std::int64_t number) {
  SqlNumber made;
  made.value = Decimal::parse(std::to_string(number)).value_or(Decimal());
  return made;
}

SqlValue sql_boolean(bool truth) { return sql_integer(truth ? 1 : 0); }

Result<SqlValue> to_sql(const Value& value) {
  if (value.is_null()) {
    return SqlValue();
  }
  if (const bool* boolean = value.boolean()) {
    return sql_boolean(*boolean);
  }
  if (const std::string* text = value.text()) {
    return SqlValue(*text);
  }
  const Number* number = value.number();
  if (number == nullptr) {
    return fail(ErrorKind::rejected,
                value.list() != nullptr
                    ? "a list is no single value; SUM, AVG, MIN, MAX and COUNT take lists"
                    : "an object is no single value");
  }
  SqlNumber made;
  const auto parsed = Decimal::parse(number->digits);
  if (!parsed || !fits_plainly(*parsed)) {
    return fail(ErrorKind::rejected, "the number has too many digits");
  }
  made.value = *parsed;
  made.approximate = number->digits.find_first_of("eE") != std::string::npos;
  const std::size_t point = number->digits.find('.');
  const std::size_t places = point == std::string::npos ? 0 : number->digits.size() - point - 1;
  made.scale = made.approximate ? places_of(made.value)
                                : static_cast<int>(std::min<std::size_t>(places, sql_scale_max));
  made.held = made.scale;
  return SqlValue(std::move(made));
}

Value from_sql(const SqlValue& value) {
  if (is_null(value)) {
    return {};
  }
  if (const auto* number = std::get_if<SqlNumber>(&value)) {
    return Value(Number{number_text(*number)});
  }
  return Value(sql_text(value));
}

std::string sql_text(const SqlValue& value) {
  if (const auto* number = std::get_if<SqlNumber>(&value)) {
    return number_text(*number);
  }
  if (const auto* time = std::get_if<SqlTime>(&value)) {
    return time_text(*time);
  }
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

SqlNumber sql_number(const SqlValue& value) {
  if (const auto* number = std::get_if<SqlNumber>(&value)) {
    return *number;
  }
  if (const auto* time = std::get_if<SqlTime>(&value)) {
    return time_number(*time);
  }
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? approximate(*text) : SqlNumber();
}

std::optional<SqlTime> sql_time(const SqlValue& value) {
  if (const auto* time = std::get_if<SqlTime>(&value)) {
    return *time;
  }
  return is_null(value) ? std::nullopt : time_of_text(sql_text(value));
}

bool sql_truth(const SqlValue& value) { return !sql_number(value).value.is_zero(); }

std::int64_t sql_whole(const SqlValue& value) {
  constexpr std::int64_t most = 1'000'000'000'000'000;
  const Decimal whole = rounded(sql_number(value).value, 0);
  if (whole.point > 15) {
    return whole.negative ? -most : most;
  }
  return std::stoll(to_plain(whole));
}

std::string fold_case(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - ('a' - 'A')) : letter;
  });
  return folded;
}

std::optional<std::strong_ordering> compare_sql(const SqlValue& left, const SqlValue& right) {
  const auto* left_text = std::get_if<std::string>(&left);
  const auto* right_text = std::get_if<std::string>(&right);
  if (left_text != nullptr && right_text != nullptr) {
    return compare_text(*left_text, *right_text);
  }
  const bool left_time = std::holds_alternative<SqlTime>(left);
  const bool right_time = std::holds_alternative<SqlTime>(right);
  if ((left_time || left_text != nullptr) && (right_time || right_text != nullptr)) {
    const auto one = sql_time(left);
    const auto two = sql_time(right);
    return one && two ? std::optional(one->moment <=> two->moment) : std::nullopt;
  }
  return compare(sql_number(left).value, sql_number(right).value);
}

}  // namespace weir
