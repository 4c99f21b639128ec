// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"
#include "expr/surroundings.h"

namespace weir {

// The records of pipelines that `_findCollection` looks in. Any thread may ask.
class Collections {
 public:
  virtual ~Collections() = default;
  // As Surroundings::find.
  virtual Result<Value> find(const CollectionQuery& query) const = 0;
};

}  // namespace weir
