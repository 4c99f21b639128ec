// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/transform.h"

#include <vector>

namespace weir {

// Records of a page, as far as the mapping takes them before it judges them.
struct SampleRecords {
  std::vector<Value> cleaned;    // one a record
  std::vector<Value> converted;  // what the user's record(r) made of them; else the same
};

// Takes raw records (JSON objects) as far as they come; one that cannot be cleaned is sampled as it
// was assembled.
SampleRecords sample_records(const Transform& transform, const std::vector<std::string_view>& raw);

// Warns of every name of the pipeline that none of the records has, with the nearest name that one
// of them has: in the target's values, in `formatResponse`, `condition`, `quality`, `beatFlat`,
// `id` and `number`. Variables of time are known. Where `response` declares what a record holds,
// the target's values are judged by it when the file is read, and not here. Nothing without
// records.
void warn_of_absent_names(const Strategy& source, const Transform& transform,
                          const SampleRecords& records, Faults& faults);

// Warns of values of the target that depend on the time of day, where what is sent is compared with
// what was sent before (`idCheck: false`): they make every comparison differ.
void warn_of_clocks(const Strategy& source, const Transform& transform, Faults& faults);

}  // namespace weir
