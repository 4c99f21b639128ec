// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/record.h"
#include "core/value.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

  // The names, if they are all that is meant.
  bool is_listed() const { return !everything_ && !whole_around_; }
  const std::string& name(std::size_t index) const { return names_[index]; }
  // Where it is among the names.
  std::optional<std::uint32_t> find(std::string_view member) const;

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

// Where a selected member of a record stands in the record's raw JSON.
struct MemberPlace {
  std::uint32_t name = 0;    // its index in the selection
  bool around = false;       // of what is around the record, not of the record itself
  std::uint32_t offset = 0;  // of its value, in bytes
  std::uint32_t length = 0;
};

// The selected members of one record that somebody has walked through before.
struct LocatedMembers {
  const RecordSelection* selection = nullptr;  // nullptr: nobody has
  std::span<const MemberPlace> places;
};

// A record's JSON, and what is known of it.
struct RawRecord {
  template <std::convertible_to<std::string_view> Text>
  RawRecord(const Text& text) : json(text) {}  // NOLINT(google-explicit-constructor)
  RawRecord(std::string_view text, std::size_t behind, const LocatedMembers& located)
      : json(text), readable(behind), members(located) {}

  std::string_view json;
  std::size_t readable = 0;  // bytes behind it that can be read, whatever they are
  LocatedMembers members;    // if the selection is the one that is asked for; its JSON is good then
};

// assemble_record with these members only, in any order. What nobody asks for is not checked.
// Errors: the same.
Result<Value> assemble_record(const RawRecord& raw, const RecordShape& shape,
                              const RecordSelection& selection);
// The same into a record that is there: where the one before had a member, its memory serves again.
Result<void> assemble_record(const RawRecord& raw, const RecordShape& shape,
                             const RecordSelection& selection, Value& record);

}  // namespace weir
