// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/decimal.h"
#include "core/record.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "core/word_meaning.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Missing as far as rules go: null, empty text, empty list, empty object.
bool has_no_value(const Value& value);

// A text of the value, without a copy (into `buffer`) where it is one already.
std::string_view text_of(const Value& value, std::string& buffer);

// What a message calls a value: "`RUNNING`", "a missing value", "an empty value".
std::string shown_value(const Value* value);

// Whether two values are the same: by value when one of them is a number, else as text.
bool is_same(const Value& left, const Value& right);

// All logics: the example is a condition on `x`, met by the first value and not by the second.
std::vector<WordMeaning> logic_meanings();

// One `{field, logic, value}` of a condition, compiled. How values meet:
//   - eq, neq: by value when one of the two is a number, else as text; nothing equals nothing;
//   - gt egt lt elt between (both ends in): numbers exactly, `timestamp:<unix seconds>` as times,
//     else as text; what cannot be compared is not met;
//   - like, notlike: holds the text, or matches it where it has SQL's `%`; in, notin: one of a list
//     or of "a,b,c";
//   - isnull, notnull: missing, null, empty text, empty list.
// Pure and const: any number of threads may ask.
class Comparison {
 public:
  // Nothing: an unknown logic, a missing or unusable value was appended as an error.
  static std::optional<Comparison> compile(const Condition& condition, const RecordShape& shape,
                                           const TimeZone& zone, Faults& faults);

  bool meets(const Value& value) const;

  const std::string& field() const { return field_; }
  bool strict() const { return strict_; }
  // "a eq b", or "a eq ***".
  const std::string& shown() const { return shown_; }

 private:
  enum class Logic : std::uint8_t {
    equal,
    not_equal,
    greater,
    greater_or_equal,
    less,
    less_or_equal,
    like,
    not_like,
    between,
    in,
    not_in,
    is_null,
    not_null
  };

  struct Operand {
    Value value;
    std::string text;
    std::optional<Decimal> decimal;
    std::optional<Timestamp> moment;
    bool wall_time = false;  // the field's digits are (RecordShape::wall_times)
  };

  explicit Comparison(const TimeZone& zone) : zone_(zone) {}

  static std::optional<Logic> parse_logic(const Condition& condition, Faults& faults);
  static std::optional<Operand> compile_operand(const Value& value);
  bool compile_operands(const Condition& condition, bool wall_time, Faults& faults);
  std::optional<std::strong_ordering> order(const Value& value, const Operand& operand) const;
  bool equals(const Value& value, const Operand& operand) const;

  TimeZone zone_;
  std::string field_;
  Logic logic_ = Logic::equal;
  std::vector<Operand> operands_;
  bool strict_ = false;
  std::string shown_;
};

}  // namespace weir
