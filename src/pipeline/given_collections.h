// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "pipeline/collections.h"

#include <map>
#include <string>
#include <vector>

namespace weir {

// Records that a test gives: of each pipeline, in the order in which they came, with the names that
// look-ups use.
using GivenRecords = std::map<std::string, std::vector<Value>>;

class GivenCollections final : public Collections {
 public:
  explicit GivenCollections(GivenRecords records) : records_(std::move(records)) {}
  // `rejected`: nothing is given of that pipeline.
  Result<Value> find(const CollectionQuery& query) const override;

 private:
  const GivenRecords records_;
};

}  // namespace weir
