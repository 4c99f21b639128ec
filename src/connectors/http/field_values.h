// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/request_builder.h"
#include "connectors/http/stream_spec.h"
#include "spec/strategy.h"

#include <cstdint>
#include <vector>

namespace weir {

// A field of a pipeline's request as a value: children become an object (a list's items, for type
// array), a field without a value is null and left out, number types become numbers.
Value field_value(const Field& field);

// What a pipeline's request fields come to in one stream.
struct StreamFields {
  std::vector<PlacedValue> placed;  // in the order of the file
  Value parameters{Object{}};       // all of them by name, for templates
  std::int64_t page_size = 0;
};
StreamFields place_fields(const Stream& stream, const Strategy& strategy, Faults& faults);

}  // namespace weir
