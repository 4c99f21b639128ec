// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/value.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// `_findCollection find <field> from <pipeline> where a={x} b={y}`, with its values in place.
struct CollectionQuery {
  std::string pipeline;
  std::string field;
  std::vector<std::pair<std::string, Value>> where;  // all of these
};

// What an expression can ask for beyond the names of its scope. Any thread may call.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  // The field of the newest of the other pipeline's records that has all these values; null: there
  // is none, or it has no such field. May block for the disk. Errors: `rejected` (it cannot be
  // known), `cancelled`, and the journal's.
  virtual Result<Value> find(const CollectionQuery& query) const = 0;
  // `_lua name(arguments)`. Errors: `rejected`, with what the function said.
  virtual Result<Value> call(std::string_view function, std::span<const Value> arguments) const = 0;
};

}  // namespace weir
