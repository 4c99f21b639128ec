// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "core/word_meaning.h"
#include "expr/context.h"
#include "expr/time_pattern.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// `|name`, `|name:argument`, `|name('a','b')` behind a name, compiled. Names take any case.
//   date, datetime   the time in the context's zone, as 2026-01-05, 2026-01-05 09:31:00, or in the
//                    pattern that is its argument; `format` is the same and needs one
//   timestamp, timestamp_ms   the moment in unix seconds, milliseconds
//   addDays:n        the time n days later, written as it was (unix seconds stay unix seconds)
//   number:n         the number, rounded to n places when there is an n
//   string, json_encode, replace('a','b')   as text; all `a` become `b`
// Null stays null; so does empty text where a time or a number is wanted.
struct Pipe {
  enum class Kind : std::uint8_t {
    time,  // by its pattern
    seconds,
    milliseconds,
    add_days,
    number,
    text,
    json,
    replace
  };
  Kind kind = Kind::text;
  int count = 0;  // of add_days; of number: places, -1 for all
  TimePattern pattern;
  std::string from;
  std::string to;
  std::string name;  // as written
};

// All pipes: the example is a value, of a record, and gives what the value becomes.
std::vector<WordMeaning> pipe_meanings();

// Errors: `invalid_config` (no such pipe, with the nearest; arguments that do not fit).
Result<Pipe> compile_pipe(std::string_view name, const std::vector<std::string>& arguments);

// `wall_time`: the value's digits are (RecordShape::wall_times). Errors: `rejected`, with the
// value.
Result<Value> apply_pipes(std::span<const Pipe> pipes, Value value,
                          const EvaluationContext& context, bool wall_time);

}  // namespace weir
