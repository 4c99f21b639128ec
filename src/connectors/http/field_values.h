// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/http/field_template.h"
#include "connectors/http/request_builder.h"
#include "connectors/http/stream_spec.h"
#include "spec/strategy.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir {

struct PlacedField {
  FieldPlace place;
  FieldTemplate value;
};

// What a pipeline's request fields come to in one stream.
struct StreamFields {
  std::vector<PlacedField> placed;  // in the order of the file
  // All of them by name, for templates: those that are the same in every call, and the others.
  Value parameters{Object{}};
  std::vector<std::pair<std::string, FieldTemplate>> varying;
  std::int64_t page_size = 0;
};
StreamFields place_fields(const Stream& stream, const Strategy& strategy, Faults& faults);

}  // namespace weir
