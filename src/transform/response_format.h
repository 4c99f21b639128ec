// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/record.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/format_rules.h"

#include <string>
#include <vector>

namespace weir {

// `formatResponse`, compiled: adds to a record, rule by rule, what its formats make of it. The old
// field stays, and a later rule may read what an earlier one made. A rule on a sub-table
// (`items.day`) adds to each of its rows; `new` is the row's own name then, with or without the
// table's in front. Pure and const: any number of threads may apply it.
class ResponseFormat {
 public:
  // Unknown formats and arguments that do not fit are appended as errors.
  static ResponseFormat compile(const std::vector<FormatRule>& rules, const RecordShape& shape,
                                const TimeZone& zone, Faults& faults);

  // Precondition: an object. Errors: `rejected`, with rule and value.
  Result<void> apply(Value& record) const;

 private:
  struct Step {
    std::string old_name;
    std::string new_name;
    std::string written;  // the format as the file has it
    Format format;
  };

  ResponseFormat(std::string around, const TimeZone& zone)
      : around_(std::move(around)), zone_(zone) {}

  Result<Value> formatted(const Step& step, const Value* old) const;
  Result<void> apply_to_rows(const Step& step, Value& record) const;

  std::string around_;
  TimeZone zone_;
  std::vector<Step> steps_;
};

}  // namespace weir
