// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/temporary_file.h"
#include "core/value.h"
#include "expr/scope.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// What templates ask of one pipeline's rows by one set of names.
struct LookupShape {
  std::vector<std::string> where;   // the names whose values are given
  std::vector<std::string> fields;  // those that are wanted for them
};

// Rows by the values under some of their names: the wanted fields stand in a temporary file, and of
// each row eight bytes in memory. Filled by one thread, then finish(); then any thread may look. A
// look is a binary search and a read of some dozen bytes, which the system mostly has in memory.
//
// Values meet as in a condition's `eq`: by value when one of the two is a number, else as text. A
// row without a value under one of the names is never found, nor is anything by such a value.
class LookupIndex {
 public:
  LookupIndex(LookupShape shape, TemporaryFile file);

  const LookupShape& shape() const { return shape_; }

  // Rows that come first are found first. Errors: `exhausted` (disk full, or more than 64 GiB),
  // `unavailable`.
  Result<void> add(const Scope& row);
  Result<void> finish();

  // The field of the first row with all these values, given in the shape's order; nothing: there is
  // none. Errors: `unavailable`, `corrupt`.
  using Conditions = std::span<const std::pair<std::string, Value>>;
  Result<std::optional<Value>> find(Conditions where, std::string_view field) const;

 private:
  Result<List> read(std::uint64_t offset) const;

  const LookupShape shape_;
  TemporaryFile file_;
  // 28 bits of the values' hash, then 36 of the row's offset; sorted by finish().
  std::vector<std::uint64_t> entries_;
};

}  // namespace weir
