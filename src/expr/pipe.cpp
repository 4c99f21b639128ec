// SPDX-License-Identifier: Apache-2.0
#include "expr/pipe.h"

#include "core/business_time.h"
#include "core/decimal.h"
#include "core/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace weir {
namespace {

struct PipeName {
  std::string_view lower;
  std::string_view written;
  Pipe::Kind kind;
  std::size_t arguments_min;
  std::size_t arguments_max;
  WordMeaning meaning;
};

constexpr std::array<PipeName, 10> pipe_names = {
    {{"date",
      "date",
      Pipe::Kind::time,
      0,
      1,
      {"date, date('pattern')", "The day, or the time in the pattern.", "{{x|date}}",
       R"({"x": 1767576660000})", R"("2026-01-05")"}},
     {"datetime",
      "dateTime",
      Pipe::Kind::time,
      0,
      1,
      {"dateTime, dateTime('pattern')", "Day and time of day, or the time in the pattern.",
       "{{x|dateTime}}", R"({"x": 1767576660000})", R"("2026-01-05 09:31:00")"}},
     {"format",
      "format",
      Pipe::Kind::time,
      1,
      1,
      {"format:'pattern'", "The time in the pattern, in either notation.",
       "{{x|format:'yyyy/MM/dd'}}", R"({"x": "2026-01-05 09:31:00"})", R"("2026/01/05")"}},
     {"timestamp",
      "timestamp",
      Pipe::Kind::seconds,
      0,
      0,
      {"timestamp", "The moment in Unix seconds.", "{{x|timestamp}}",
       R"({"x": "2026-01-05 09:31:00"})", "1767576660"}},
     {"timestamp_ms",
      "timestamp_ms",
      Pipe::Kind::milliseconds,
      0,
      0,
      {"timestamp_ms", "The moment in Unix milliseconds.", "{{x|timestamp_ms}}",
       R"({"x": "2026-01-05 09:31:00"})", "1767576660000"}},
     {"adddays",
      "addDays",
      Pipe::Kind::add_days,
      1,
      1,
      {"addDays:n", "The time n days later, written as it came.", "{{x|addDays:30}}",
       R"({"x": "2026-01-05"})", R"("2026-02-04")"}},
     {"number",
      "number",
      Pipe::Kind::number,
      0,
      1,
      {"number, number:n", "A number; with n, rounded to n places, half away from zero.",
       "{{x|number:2}}", R"({"x": "128000.505"})", "128000.51"}},
     {"string",
      "string",
      Pipe::Kind::text,
      0,
      0,
      {"string", "Text.", "{{x|string}}", R"({"x": 12.50})", R"("12.50")"}},
     {"json_encode",
      "json_encode",
      Pipe::Kind::json,
      0,
      0,
      {"json_encode", "The value as JSON in a text.", "{{x|json_encode}}", R"({"x": ["a", 1.50]})",
       R"("[\"a\",1.50]")"}},
     {"replace",
      "replace",
      Pipe::Kind::replace,
      2,
      2,
      {"replace('a','b')", "Text with every `a` replaced by `b`.", "{{x|replace('-','')}}",
       R"({"x": "021-555-1"})", R"("0215551")"}}}};
static_assert(explains_each(pipe_names));

std::string lower_name(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return result;
}

std::string known_pipes() {
  std::string names;
  for (const PipeName& each : pipe_names) {
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", each.written);
  }
  return names;
}

tl::unexpected<Error> no_such_pipe(std::string_view name) {
  std::vector<std::string> known;
  for (const PipeName& each : pipe_names) {
    known.emplace_back(each.written);
  }
  const std::string nearest = suggestion(name, known);
  return fail(ErrorKind::invalid_config,
              fmt::format("`{}` is no pipe{}", name,
                          nearest.empty() ? "; known are " + known_pipes() : nearest));
}

std::optional<int> parse_count(const std::string& text, int fewest, int most) {
  int count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, count);
  const bool fits = code == std::errc() && stop == end && count >= fewest && count <= most;
  return fits ? std::optional(count) : std::nullopt;
}

Result<void> set_arguments(Pipe& pipe, std::string_view lower,
                           const std::vector<std::string>& arguments) {
  if (pipe.kind == Pipe::Kind::time) {
    const std::string_view usual = lower == "date" ? "Y-m-d" : "Y-m-d H:i:s";
    WEIR_TRY(pipe.pattern, TimePattern::compile(arguments.empty() ? usual : arguments.front()));
  } else if (pipe.kind == Pipe::Kind::replace) {
    pipe.from = arguments[0];
    pipe.to = arguments[1];
    if (pipe.from.empty()) {
      return fail(ErrorKind::invalid_config, "`replace` has nothing to look for");
    }
  } else if (pipe.kind == Pipe::Kind::add_days || pipe.kind == Pipe::Kind::number) {
    const bool days = pipe.kind == Pipe::Kind::add_days;
    const auto count = arguments.empty()
                           ? std::optional(-1)
                           : parse_count(arguments[0], days ? -36'500 : 0, days ? 36'500 : 30);
    if (!count) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`{}:{}`: a whole number is needed, as in `{}`", pipe.name,
                              arguments[0], days ? "addDays:7" : "number:2"));
    }
    pipe.count = *count;
  }
  return {};
}

bool is_blank(const Value& value) {
  const std::string* text = value.text();
  return value.is_null() || (text != nullptr && text->find_first_not_of(' ') == std::string::npos);
}

Value replaced(std::string text, const Pipe& pipe) {
  for (std::size_t at = text.find(pipe.from); at != std::string::npos;
       at = text.find(pipe.from, at + pipe.to.size())) {
    text.replace(at, pipe.from.size(), pipe.to);
  }
  return text;
}

Result<Value> as_number(const Pipe& pipe, const Value& value) {
  if (value.number() != nullptr && pipe.count < 0) {
    return value;
  }
  WEIR_TRY(const Decimal number, read_decimal(value));
  return Value(Number{pipe.count < 0 ? to_plain(number)
                                     : to_plain(rounded(number, pipe.count), pipe.count)});
}

// Later by days on the calendar, spelled as it came.
Result<Value> later(const Pipe& pipe, const Value& value, const EvaluationContext& context,
                    bool wall_time) {
  WEIR_TRY(const LocalTime before, read_business_time(value, context.zone, wall_time));
  const LocalTime after = before + std::chrono::days(pipe.count);
  const std::string text = to_text(value);
  if (!parse_epoch(text)) {
    const auto written = parse_written_time(text);
    const std::string moved = format_local(after);
    return Value(written && !written->has_time ? moved.substr(0, moved.find(' ')) : moved);
  }
  const bool in_seconds = text.find_first_not_of('-') != std::string::npos &&
                          text.size() - text.find_first_not_of('-') <= 10;
  const std::int64_t moment = context.zone.to_utc(after).time_since_epoch().count();
  const std::string digits = std::to_string(in_seconds ? moment / 1000 : moment);
  return value.text() != nullptr ? Value(digits) : Value(Number{digits});
}

Result<Value> apply_pipe(const Pipe& pipe, Value value, const EvaluationContext& context,
                         bool wall_time) {
  if (value.is_null()) {
    return value;
  }
  if (pipe.kind == Pipe::Kind::text) {
    return value.text() != nullptr ? std::move(value) : Value(to_text(value));
  }
  if (pipe.kind == Pipe::Kind::json) {
    return Value(to_json(value));
  }
  if (pipe.kind == Pipe::Kind::replace) {
    return replaced(to_text(value), pipe);
  }
  if (is_blank(value)) {
    return Value();
  }
  if (pipe.kind == Pipe::Kind::number) {
    return as_number(pipe, value);
  }
  if (pipe.kind == Pipe::Kind::add_days) {
    return later(pipe, value, context, wall_time);
  }
  WEIR_TRY(const LocalTime local, read_business_time(value, context.zone, wall_time));
  if (pipe.kind == Pipe::Kind::time) {
    return Value(pipe.pattern.format(local));
  }
  const std::int64_t moment = context.zone.to_utc(local).time_since_epoch().count();
  return Value(pipe.kind == Pipe::Kind::milliseconds ? moment : moment / 1000);
}

}  // namespace

std::vector<WordMeaning> pipe_meanings() { return meanings_of(pipe_names); }

Result<Pipe> compile_pipe(std::string_view name, const std::vector<std::string>& arguments) {
  const std::string lower = lower_name(name);
  const auto* known = std::find_if(pipe_names.begin(), pipe_names.end(),
                                   [&](const PipeName& each) { return each.lower == lower; });
  if (known == pipe_names.end()) {
    return no_such_pipe(name);
  }
  if (arguments.size() < known->arguments_min || arguments.size() > known->arguments_max) {
    return fail(ErrorKind::invalid_config,
                fmt::format("the pipe `{}` takes {}{} arguments, and there are {}", name,
                            known->arguments_min == known->arguments_max ? "" : "up to ",
                            known->arguments_max, arguments.size()));
  }
  Pipe pipe;
  pipe.kind = known->kind;
  pipe.name = name;
  WEIR_CHECK(set_arguments(pipe, lower, arguments));
  return pipe;
}

Result<Value> apply_pipes(std::span<const Pipe> pipes, Value value,
                          const EvaluationContext& context, bool wall_time) {
  for (const Pipe& pipe : pipes) {
    auto made = apply_pipe(pipe, std::move(value), context, wall_time);
    if (!made) {
      return tl::unexpected(made.error().within(fmt::format("pipe `{}`", pipe.name)));
    }
    value = std::move(*made);
    wall_time = false;
  }
  return value;
}

}  // namespace weir
