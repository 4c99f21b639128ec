// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/record.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The names that somebody asks every record for, and where find_in_record would look for them, so
// that one pass over a record's members finds them all.
class AskedNames {
 public:
  // Where a member stands.
  enum class Level { record, around };

  // What a member has of one of the names.
  struct Find {
    std::size_t name = 0;  // its index
    int rank = 0;          // of several places that have the name, the lowest counts
    std::string path;      // within the member; empty: the member itself
    bool literal = false;  // the path may be one key, too

    const Value* in(const Value& member) const;
  };

  // What is around the record cannot be asked for as a whole. The shape outlives it.
  AskedNames(const RecordShape& shape, std::vector<std::string> names)
      : shape_(shape), names_(std::move(names)) {}

  const std::vector<std::string>& names() const { return names_; }
  std::vector<Find> finds(Level level, std::string_view member) const;

 private:
  const RecordShape& shape_;
  const std::vector<std::string> names_;
};

}  // namespace weir
