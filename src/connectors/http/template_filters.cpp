// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/template_filters.h"

#include "connectors/http/digest.h"
#include "net/url_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <optional>

namespace weir {
namespace {

using Arguments = std::vector<Value>;

tl::unexpected<Error> cannot(std::string_view filter, std::string_view why) {
  return fail(ErrorKind::rejected, fmt::format("template filter `{}`: {}", filter, why));
}

std::optional<std::int64_t> integer(const Value& value) {
  const std::string text = to_text(value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return number;
}

std::string mapped(const Value& input, int (*letter)(int)) {
  std::string text = to_text(input);
  std::transform(text.begin(), text.end(), text.begin(), [letter](unsigned char byte) {
    return byte < 128 ? static_cast<char>(letter(byte)) : static_cast<char>(byte);
  });
  return text;
}

Result<Value> lower(const Value& input, const Arguments&, const RequestScope&) {
  return Value(mapped(input, std::tolower));
}

Result<Value> upper(const Value& input, const Arguments&, const RequestScope&) {
  return Value(mapped(input, std::toupper));
}

Result<Value> as_text(const Value& input, const Arguments&, const RequestScope&) {
  return Value(to_text(input));
}

Result<Value> as_integer(const Value& input, const Arguments&, const RequestScope&) {
  const auto number = integer(input);
  if (!number) {
    return cannot("int", fmt::format("`{}` is no whole number", to_text(input)));
  }
  return Value(*number);
}

Result<Value> as_json(const Value& input, const Arguments&, const RequestScope&) {
  return Value(to_json(input));
}

Result<Value> urlencode(const Value& input, const Arguments&, const RequestScope&) {
  return Value(percent_encode(to_text(input)));
}

Result<Value> base64encode(const Value& input, const Arguments&, const RequestScope&) {
  return Value(base64_encode(to_text(input)));
}

Result<Value> base64decode(const Value& input, const Arguments&, const RequestScope&) {
  auto bytes = base64_decode(to_text(input));
  if (!bytes) {
    return cannot("base64decode", "the input is no base64");
  }
  return Value(std::move(*bytes));
}

Result<Value> hex(const Value& input, const Arguments&, const RequestScope&) {
  return Value(hex_encode(to_text(input)));
}

// hash('md5'): hex, as in Airbyte.
Result<Value> hash(const Value& input, const Arguments& arguments, const RequestScope&) {
  const auto kind = parse_digest(to_text(arguments[0]));
  if (!kind) {
    return cannot("hash", "unknown digest `" + to_text(arguments[0]) + "`");
  }
  return Value(hex_encode(digest(*kind, to_text(input), "")));
}

Result<Value> keyed(std::string_view name, const Value& input, const Arguments& arguments) {
  const std::string hash_name = arguments.size() > 1 ? to_text(arguments[1]) : "sha256";
  const auto kind = parse_digest("hmac-" + hash_name);
  if (!kind) {
    return cannot(name, "unknown digest `" + hash_name + "`");
  }
  return Value(digest(*kind, to_text(input), to_text(arguments[0])));
}

// hmac(key, 'sha256'): hex, as in Airbyte.
Result<Value> hmac(const Value& input, const Arguments& arguments, const RequestScope&) {
  WEIR_TRY(const Value raw, keyed("hmac", input, arguments));
  return Value(hex_encode(to_text(raw)));
}

Result<Value> hmac_raw(const Value& input, const Arguments& arguments, const RequestScope&) {
  return keyed("hmac_raw", input, arguments);
}

Result<Value> xor_with(const Value& input, const Arguments& arguments, const RequestScope&) {
  return Value(xor_bytes(to_text(input), to_text(arguments[0])));
}

// split('_', 1): the second part; '' when there are fewer.
Result<Value> split(const Value& input, const Arguments& arguments, const RequestScope&) {
  const std::string text = to_text(input);
  const std::string separator = to_text(arguments[0]);
  const auto wanted = integer(arguments[1]);
  if (separator.empty() || !wanted || *wanted < 0) {
    return cannot("split", "takes a separator and a part's number from 0");
  }
  std::size_t begin = 0;
  for (std::int64_t part = 0; part < *wanted; ++part) {
    const std::size_t found = text.find(separator, begin);
    if (found == std::string::npos) {
      return Value("");
    }
    begin = found + separator.size();
  }
  return Value(text.substr(begin, text.find(separator, begin) - begin));
}

Result<Value> replace(const Value& input, const Arguments& arguments, const RequestScope&) {
  const std::string text = to_text(input);
  const std::string from = to_text(arguments[0]);
  const std::string to = to_text(arguments[1]);
  if (from.empty()) {
    return cannot("replace", "there is nothing to look for");
  }
  std::string replaced;
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, begin)) {
    replaced.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  return Value(replaced.append(text, begin));
}

Result<Value> add(const Value& input, const Arguments& arguments, const RequestScope&) {
  const auto a = integer(input);
  const auto b = integer(arguments[0]);
  std::int64_t sum = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) {
    return cannot("add", "takes whole numbers, not `" + to_text(input) + "`");
  }
  return Value(sum);
}

// strftime's %Y %m %d %H %M %S and %% of a business time in the connection's zone; %s and %ms are
// epoch seconds and milliseconds, as in Airbyte's datetime_format.
std::string format_time(LocalTime local, const TimeZone& zone, std::string_view pattern) {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{Day(day.time_since_epoch())};
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(local - day));
  const std::int64_t epoch_ms = zone.to_utc(local).time_since_epoch().count();
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      text += pattern[i];
      continue;
    }
    switch (pattern[++i]) {
      case 'Y':
        text += fmt::format("{:04}", static_cast<int>(date.year()));
        break;
      case 'm':
        if (pattern.substr(i, 2) == "ms") {
          text += std::to_string(epoch_ms);
          ++i;
        } else {
          text += fmt::format("{:02}", static_cast<unsigned>(date.month()));
        }
        break;
      case 'd':
        text += fmt::format("{:02}", static_cast<unsigned>(date.day()));
        break;
      case 'H':
        text += fmt::format("{:02}", time.hours().count());
        break;
      case 'M':
        text += fmt::format("{:02}", time.minutes().count());
        break;
      case 'S':
        text += fmt::format("{:02}", time.seconds().count());
        break;
      case 's':
        text += std::to_string(epoch_ms / 1000);
        break;
      default:
        text += pattern[i];
    }
  }
  return text;
}

Result<Value> format(const Value& input, const Arguments& arguments, const RequestScope& scope) {
  WEIR_TRY(const LocalTime local, parse_business_time(to_text(input), scope.zone()));
  const std::string pattern = to_text(arguments[0]);
  std::string text = format_time(local, scope.zone(), pattern);
  if (pattern == "%s" || pattern == "%ms") {
    return Value(Number{std::move(text)});
  }
  return Value(std::move(text));
}

Result<Value> epoch_ms(const Value& input, const Arguments&, const RequestScope& scope) {
  WEIR_TRY(const LocalTime local, parse_business_time(to_text(input), scope.zone()));
  return Value(static_cast<std::int64_t>(scope.zone().to_utc(local).time_since_epoch().count()));
}

Result<Value> default_to(const Value& input, const Arguments& arguments, const RequestScope&) {
  return input.is_null() ? arguments[0] : input;
}

}  // namespace

const std::vector<TemplateFilter>& template_filters() {
  static const std::vector<TemplateFilter> filters{
      {"add", 1, 1, add},
      {"base64decode", 0, 0, base64decode},
      {"base64encode", 0, 0, base64encode},
      {"default", 1, 1, default_to},
      {"epoch_ms", 0, 0, epoch_ms},
      {"format", 1, 1, format},
      {"hash", 1, 1, hash},
      {"hex", 0, 0, hex},
      {"hmac", 1, 2, hmac},
      {"hmac_raw", 1, 2, hmac_raw},
      {"int", 0, 0, as_integer},
      {"json", 0, 0, as_json},
      {"lower", 0, 0, lower},
      {"replace", 2, 2, replace},
      {"split", 2, 2, split},
      {"string", 0, 0, as_text},
      {"upper", 0, 0, upper},
      {"urlencode", 0, 0, urlencode},
      {"xor", 1, 1, xor_with},
  };
  return filters;
}

}  // namespace weir
