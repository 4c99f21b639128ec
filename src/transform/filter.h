// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/decimal.h"
#include "core/record.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// `condition`, compiled: outer or, inner and. How values meet:
//   - eq, neq: by value when one of the two is a number, else as text; nothing equals nothing;
//   - gt egt lt elt between (both ends in): numbers exactly, `timestamp:<unix seconds>` as times,
//     else as text; what cannot be compared is not met;
//   - like, notlike: holds the text, or matches it where it has SQL's `%`; in, notin: one of a list
//     or of "a,b,c";
//   - isnull, notnull: missing, null, empty text, empty list;
//   - a list is met by any of its elements, with strictMode by all; a path goes through lists
//     (`items.name`).
// Pure and const: any number of threads may ask.
class Filter {
 public:
  // Unknown logic, missing or unusable values are appended as errors.
  static Filter compile(const std::vector<std::vector<Condition>>& conditions,
                        const RecordShape& shape, const TimeZone& zone, Faults& faults);

  // Empty: the record is kept. Else which condition is not met, and by which value.
  std::string reason(const Value& record) const;

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

  struct Test {
    std::string field;
    Logic logic = Logic::equal;
    std::vector<Operand> operands;
    bool strict = false;
    std::string shown;  // "a eq b", or "a eq ***"
  };

  Filter(std::string around, const TimeZone& zone) : around_(std::move(around)), zone_(zone) {}

  static std::optional<Logic> parse_logic(std::string_view name);
  static std::optional<Operand> compile_operand(const Value& value);
  static std::optional<Test> compile_test(const Condition& condition, Faults& faults);
  bool meets(const Test& test, const Value& record) const;
  bool meets_any_or_all(const Test& test, const std::vector<const Value*>& values) const;
  bool meets_one(const Test& test, const Value& value) const;
  std::optional<std::strong_ordering> order(const Value& value, const Operand& operand) const;
  bool equals(const Value& value, const Operand& operand) const;
  std::string unmet(const Test& test, const Value& record) const;

  std::string around_;
  TimeZone zone_;
  std::vector<std::vector<Test>> groups_;
};

}  // namespace weir
