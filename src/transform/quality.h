// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decimal.h"
#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace weir {

struct QualityVerdict {
  std::string rejected;  // the rules that are broken and may not be; empty: none
  std::string remark;    // those that are broken and may
};

// Whether a record's reason or remark is a verdict's: for those who only have the text.
bool names_broken_rule(std::string_view reason);

// `quality`, compiled: what is asked of a cleaned record before it is mapped. A value that is
// missing or empty breaks `required` alone. A field of a sub-table (`items.qty`) is asked of each
// row; a list that the field itself names is one value.
//   - type: `number` and `integer` by value, also where a text spells one; `date`: any form that
//     formatResponse reads; `boolean`: true or false, also spelled;
//   - length: characters of a text or a number's digits, elements of a list;
//   - range: by exact decimals; what is no number breaks it;
//   - pattern: found anywhere in the text, in time linear in it (RE2);
//   - enum: as text, or by value where one of the two is a number.
// Pure and const: any number of threads may judge.
class Quality {
 public:
  // Rules that lack what they need, hold what they do not know, or cannot be compiled are appended
  // as errors.
  static Quality compile(const std::vector<QualityRule>& rules, std::string around, Faults& faults);

  bool is_off() const { return rules_.empty(); }
  QualityVerdict judge(const Value& record) const;

 private:
  enum class Kind : std::uint8_t { required, type, length, range, pattern, one_of };
  enum class Type : std::uint8_t { text, whole, number, boolean, date, list, object };

  struct Rule {
    std::string field;
    Kind kind = Kind::required;
    Type type = Type::text;
    std::optional<Decimal> min;
    std::optional<Decimal> max;
    std::shared_ptr<const re2::RE2> pattern;
    List values;
    bool warns = false;
    std::string shown;  // "amount range 0.."
  };

  explicit Quality(std::string around) : around_(std::move(around)) {}

  static bool check_members(const QualityRule& rule, Faults& faults);
  static bool compile_bounds(const QualityRule& from, Rule& rule, Faults& faults);
  static bool compile_pattern(const QualityRule& from, Rule& rule, Faults& faults);
  static std::optional<Rule> compile_rule(const QualityRule& from, Faults& faults);
  static bool breaks(const Rule& rule, const Value& value);
  static bool is_of_type(Type type, const Value& value);
  static bool is_within(const Rule& rule, const Decimal& number);
  std::string broken_by(const Rule& rule, const Value& record) const;

  std::string around_;
  std::vector<Rule> rules_;
};

}  // namespace weir
