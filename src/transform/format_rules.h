// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "core/word_meaning.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// formatResponse, compiled: how each named format makes a value of a value.

namespace weir {

enum class FormatKind {
  text,             // string
  date,             // 2026-01-05
  time,             // 09:31:00
  date_time,        // 2026-01-05 09:31:00
  short_date,       // 01-05
  short_time,       // 09:31
  short_date_time,  // 01-05 09:31
  day_in_words,     // dateDescription: 2026年1月5日
  long_text,        // longText(n): at most n characters (15), then …
  whole,            // intval: towards zero
  rounded,          // round(n): n places (2), half away from zero
  amount,           // ￥1,234.50
  joined,           // implode('sep'): a list as text
};

struct Format {
  FormatKind kind = FormatKind::text;
  int count = 0;          // of long_text, rounded
  std::string separator;  // of joined
  // Of date, time and their kin: the value's digits are wall time already, whatever offset stands
  // behind them, and are not moved (RecordShape::wall_times).
  bool wall_time = false;
};

// The format's name as written, its arguments included ("round(2)"); names take any case. Nothing:
// a fault was appended (unknown, with the nearest name; known and not available; bad argument).
std::optional<Format> compile_format(const FormatRule& rule, Faults& faults);

// All formats: the example is a rule's `format`, of an old value, and gives the new one.
std::vector<WordMeaning> format_meanings();

// Null, empty text and (for dates and numbers) blanks give null. Errors: `rejected`, with the
// value.
Result<Value> apply_format(const Format& format, const Value& value, const TimeZone& zone);

}  // namespace weir
