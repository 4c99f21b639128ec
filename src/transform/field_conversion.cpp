// SPDX-License-Identifier: Apache-2.0
#include "transform/field_conversion.h"

#include "core/business_time.h"
#include "core/decimal.h"
#include "core/excerpt.h"
#include "transform/format_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace weir {
namespace {

std::string in_lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return result;
}

bool is_blank(const Value& value) {
  if (const std::string* text = value.text()) {
    return text->find_first_not_of(' ') == std::string::npos;
  }
  return value.is_null() || (value.list() != nullptr && value.list()->empty());
}

Result<Value> to_number(const Value& value, bool whole) {
  const Number* number = value.number();
  const std::string* text = number != nullptr ? &number->digits : value.text();
  const auto decimal = text != nullptr ? Decimal::parse(*text) : std::nullopt;
  if (!decimal || !fits_plainly(*decimal) || (whole && !decimal->is_whole())) {
    return fail(ErrorKind::rejected, whole ? "no whole number" : "no number");
  }
  if (whole) {
    return Value(Number{to_plain(*decimal)});
  }
  return Value(Number{is_json_number(*text) ? *text : to_plain(*decimal)});
}

Result<Value> to_boolean(const Value& value) {
  const std::string text = in_lower_case(to_text(value));
  if (text == "true" || text == "1") {
    return Value(true);
  }
  if (text == "false" || text == "0") {
    return Value(false);
  }
  return fail(ErrorKind::rejected, "neither true nor false");
}

Result<Value> to_wall_time(const Value& value, FormatKind kind, const TimeZone& zone) {
  Format format;
  format.kind = kind;
  auto formatted = apply_format(format, value, zone);
  return formatted ? std::move(formatted) : fail(ErrorKind::rejected, "no time");
}

Result<Value> to_epoch(const Value& value, bool milliseconds, const TimeZone& zone) {
  const auto moment = parse_moment(to_text(value), zone, false);
  if (!moment) {
    return fail(ErrorKind::rejected, "no time");
  }
  const auto since = moment->time_since_epoch();
  const auto count = milliseconds ? std::chrono::floor<std::chrono::milliseconds>(since).count()
                                  : std::chrono::floor<std::chrono::seconds>(since).count();
  return Value(Number{std::to_string(count)});
}

}  // namespace

struct FieldConversion::TypeName {
  std::string_view name;
  std::array<std::string_view, 3> also;
  Kind kind;
  WordMeaning meaning;
};

// Those of object and array are for the readers of fields: a value of theirs stays as it is.
constexpr std::array<FieldConversion::TypeName, 9> FieldConversion::types = {
    {{"string", {}, Kind::text, {"string", "Text.", "string", "7.50", R"("7.50")"}},
     {"int",
      {"integer", "long"},
      Kind::whole,
      {"int, integer, long", "A whole number; what is none fails the record.", "int", R"("7")",
       "7"}},
     {"float",
      {"number", "double", "decimal"},
      Kind::number,
      {"float, number, double, decimal", "A number, exactly.", "float", R"("128000.50")",
       "128000.50"}},
     {"boolean",
      {"bool"},
      Kind::boolean,
      {"boolean, bool", "True or false, of these words, 1 and 0.", "boolean", R"("1")", "true"}},
     {"date",
      {"short date"},
      Kind::date,
      {"date, short date", "The day.", "date", "1767576660000", R"("2026-01-05")"}},
     {"datetime",
      {"long datetime"},
      Kind::date_time,
      {"datetime, long datetime", "Day and time of day.", "datetime", "1767576660000",
       R"("2026-01-05 09:31:00")"}},
     {"timestamp",
      {"timestamp s"},
      Kind::seconds,
      {"timestamp, timestamp s", "Unix seconds.", "timestamp", R"("2026-01-05 09:31:00")",
       "1767576660"}},
     {"timestamp ms",
      {},
      Kind::milliseconds,
      {"timestamp ms", "Unix milliseconds.", "timestamp ms", R"("2026-01-05 09:31:00")",
       "1767576660000"}},
     {"object",
      {"array"},
      Kind::any,
      {"object, array", "What `children` make, once or for each element of the list `value`.",
       "array", R"(["a", "b"])", R"(["a", "b"])"}}}};

FieldConversion::Kind FieldConversion::parse_kind(std::string_view type) {
  const std::string word = in_lower_case(type);
  if (word.empty()) {
    return Kind::any;
  }
  for (const TypeName& each : types) {
    if (each.name == word ||
        std::find(each.also.begin(), each.also.end(), word) != each.also.end()) {
      return each.kind;
    }
  }
  return Kind::any;
}

std::vector<WordMeaning> FieldConversion::type_meanings() {
  static_assert(explains_each(types));
  return meanings_of(types);
}

FieldConversion FieldConversion::compile(const Field& field, Faults& faults) {
  FieldConversion conversion;
  conversion.name_ = field.field;
  conversion.kind_ = parse_kind(field.type);
  conversion.parser_ = ValueParser::compile(field, faults);
  conversion.required_ = field.required;
  for (const auto& [from, to] : field.mapping) {
    conversion.mapping_.emplace(from, to);
  }
  if (field.value && !field.value->secret) {
    conversion.written_ = to_text(field.value->value);
  }
  if (field.required && !field.value && field.children.empty()) {
    add_warning(faults, field.at,
                fmt::format("field `{}` is required and has no `value`, so every record fails; "
                            "give it one, or leave out `is_required`",
                            field.field));
  }
  return conversion;
}

bool FieldConversion::keeps(const Value& value) const {
  const bool of_type =
      kind_ == Kind::any || value.is_null() || (kind_ == Kind::text && value.text() != nullptr);
  return of_type && mapping_.empty() && parser_.empty() && !(required_ && is_blank(value));
}

Result<Value> FieldConversion::convert(Value value, const TimeZone& zone) const {
  WEIR_TRY(auto typed, to_type(exchange(std::move(value)), zone));
  return finish(std::move(typed));
}

Result<Value> FieldConversion::finish(Value value) const {
  value = parser_.apply(std::move(value));
  if (required_ && is_blank(value)) {
    return fail(
        ErrorKind::rejected,
        fmt::format("field `{}` is required and has no value{}", name_,
                    written_.empty() ? std::string() : fmt::format(": `{}` gave none", written_)));
  }
  return value;
}

Value FieldConversion::exchange(Value value) const {
  if (mapping_.empty() || value.object() != nullptr) {
    return value;
  }
  if (const List* list = value.list()) {
    List exchanged;
    exchanged.reserve(list->size());
    for (const Value& element : *list) {
      exchanged.push_back(exchange(element));
    }
    return exchanged;
  }
  const auto found = mapping_.find(to_text(value));
  return found == mapping_.end() ? std::move(value) : Value(found->second);
}

Result<Value> FieldConversion::to_type(Value value, const TimeZone& zone) const {
  const bool nested = value.list() != nullptr || value.object() != nullptr;
  if (kind_ == Kind::any || value.is_null() || (nested && !parser_.empty())) {
    return value;
  }
  if (kind_ == Kind::text) {
    return value.text() != nullptr ? std::move(value) : Value(to_text(value));
  }
  if (is_blank(value)) {
    return Value();
  }
  auto converted = to_kind(value, zone);
  if (!converted) {
    return fail(ErrorKind::rejected,
                fmt::format("field `{}`: `{}` is {}", name_, excerpt(to_text(value), 60),
                            converted.error().message));
  }
  return converted;
}

Result<Value> FieldConversion::to_kind(const Value& value, const TimeZone& zone) const {
  switch (kind_) {
    case Kind::whole:
      return to_number(value, true);
    case Kind::number:
      return to_number(value, false);
    case Kind::boolean:
      return to_boolean(value);
    case Kind::date:
      return to_wall_time(value, FormatKind::date, zone);
    case Kind::date_time:
      return to_wall_time(value, FormatKind::date_time, zone);
    case Kind::seconds:
      return to_epoch(value, false, zone);
    case Kind::milliseconds:
      return to_epoch(value, true, zone);
    case Kind::any:
    case Kind::text:
      break;
  }
  return value;
}

}  // namespace weir
