// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/record.h"
#include "core/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Which members of records somebody asks for, so that only these are taken out of the JSON. A plain
// value; const use from any thread.
class RecordSelection {
 public:
  // `around`: as in RecordShape.
  explicit RecordSelection(std::string around) : around_(std::move(around)) {}

  // What find_in_record needs to find this name: the literal member, and the whole of the member
  // that its path begins with.
  void add(std::string_view name);
  void add_everything() { everything_ = true; }

  // Whether a member of the record, or of what is around it, is among them.
  bool has(std::string_view member) const;
  bool has_everything() const { return everything_; }
  bool has_around(std::string_view member) const { return whole_around_ || has(member); }

 private:
  void add_member(std::string_view name);
  static std::uint64_t mark(std::string_view name);
  bool is_named(std::string_view member) const;

  std::string around_;
  bool everything_ = false;
  bool whole_around_ = false;
  std::uint64_t marks_ = 0;         // of the names; most others are told by it alone
  std::vector<std::string> names_;  // sorted
};

// assemble_record with these members only. What nobody asks for is not checked. Errors: the same.
Result<Value> assemble_record(std::string_view raw, const RecordShape& shape,
                              const RecordSelection& selection);

}  // namespace weir
