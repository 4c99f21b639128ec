// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <string>
#include <vector>

namespace weir {

// A user's own step between formatResponse and condition: `record(r)` of a file of functions. Pure;
// any thread may call.
class RecordFunction {
 public:
  virtual ~RecordFunction() = default;
  // "record() of receipts.lua"
  virtual std::string name() const = 0;
  // The records that take its place, in order; none: it is dropped. Errors: `rejected`, with the
  // line and what was said.
  virtual Result<std::vector<Value>> convert(const Value& record) const = 0;
};

}  // namespace weir
