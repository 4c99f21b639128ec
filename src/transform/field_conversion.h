// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "core/word_meaning.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/value_parser.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weir {

// What becomes of a field's rendered value, in this order:
//   mapping      a value (of a list: each of its elements) that is among its pairs becomes the
//                other of the pair; every other stays
//   type         string, int (also integer, long), float (number, double, decimal), boolean (bool);
//                date (short date) and datetime (long datetime) as wall time of the zone, timestamp
//                (timestamp s) and timestamp ms as numbers since 1970; others leave it as it is;
//                where a parser follows, lists and objects are left to that
//   parser       see ValueParser
//   is_required  what is still null, or nothing but blanks, or an empty list, rejects the record
// Pure and const.
class FieldConversion {
 public:
  static FieldConversion compile(const Field& field, Faults& faults);

  // Of a field without children. Errors: `rejected`, with the field and the value.
  Result<Value> convert(Value value, const TimeZone& zone) const;
  // Whether convert gives just this value.
  bool keeps(const Value& value) const;
  // All types: the example is a field's `type`, of its value, and gives what is sent.
  static std::vector<WordMeaning> type_meanings();

  // Parser and is_required alone, of a field whose value its children make.
  Result<Value> finish(Value value) const;
  // Whether finish gives back every value.
  bool finishes_nothing() const { return parser_.empty() && !required_; }

 private:
  enum class Kind : std::uint8_t {
    any,
    text,
    whole,
    number,
    boolean,
    date,
    date_time,
    seconds,
    milliseconds,
  };

  struct TypeName;
  static const std::array<TypeName, 9> types;
  static Kind parse_kind(std::string_view type);
  Value exchange(Value value) const;
  Result<Value> to_type(Value value, const TimeZone& zone) const;
  Result<Value> to_kind(const Value& value, const TimeZone& zone) const;

  std::string name_;
  Kind kind_ = Kind::any;
  std::map<std::string, std::string, std::less<>> mapping_;
  ValueParser parser_;
  bool required_ = false;
  std::string written_;  // the field's value as the file has it; empty: none, or a secret
};

}  // namespace weir
