// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/asked_names.h"
#include "core/error.h"
#include "core/record.h"
#include "core/record_selection.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

class DigestWalk;
class JsonCursor;

struct ListLength {
  std::string name;
  std::size_t length = 0;
  bool operator==(const ListLength&) const = default;
};

// What a name leads to: a text as it stands in the record's JSON, or else a value.
struct FoundField {
  std::string_view text{};  // no text: its data is nullptr
  Value value{};

  Value to_value() const { return text.data() != nullptr ? Value(text) : value; }
};

// What a source needs to know of a record: parts of RecordDigests, valid as long as these are and
// the JSON stays where it is.
struct RecordDigest {
  std::span<FoundField> fields;       // the names asked for, as find_in_record finds them; or null
  std::uint64_t content = 0;          // content_hash of the whole record
  std::span<const ListLength> lists;  // those at the top of the record that were to be counted
  bool located = false;               // it was told in one pass, with a selection
  std::span<const MemberPlace> members;  // if so, those of the selection
};

// Of records one behind the other, in few pieces of memory.
class RecordDigests {
 public:
  std::size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  RecordDigest operator[](std::size_t index);

  void reserve(std::size_t records, std::size_t fields);
  void clear();

  // A record is begun, told, and ended.
  void begin(std::size_t fields);
  FoundField& field(std::size_t index) { return fields_[last().fields + index]; }
  void add(ListLength list) { lists_.push_back(std::move(list)); }
  void add(const MemberPlace& member) { members_.push_back(member); }
  void end(std::uint64_t content, bool located);

 private:
  // What lies behind a record.
  struct End {
    std::size_t fields = 0;
    std::size_t lists = 0;
    std::size_t members = 0;
    std::uint64_t content = 0;
    bool located = false;
  };
  End last() const { return ends_.empty() ? End() : ends_.back(); }

  std::vector<FoundField> fields_;
  std::vector<ListLength> lists_;
  std::vector<MemberPlace> members_;
  std::vector<End> ends_;
};

// Digests the records of a page in one pass each, without trees of what nobody asks for. It learns
// the records' names, and what is said of them, from the first. One thread uses it.
class RecordDigester {
 public:
  // `asked`: as AskedNames takes them. `counted_lists`: names, as in RecordShape; it outlives the
  // digester, and so do the shape and the selection (listed; nullptr: none) of what is located.
  RecordDigester(const RecordShape& shape, std::vector<std::string> asked,
                 const std::vector<std::string>& counted_lists,
                 const RecordSelection* selection = nullptr);
  ~RecordDigester();
  RecordDigester(const RecordDigester&) = delete;
  RecordDigester& operator=(const RecordDigester&) = delete;

  // Checks all of the JSON. Valid until the next call. Errors: those of assemble_record.
  Result<RecordDigest> digest(std::string_view raw);
  // For records within a larger text: its cursor, and the walk over a record that comes next there.
  JsonCursor& cursor();
  DigestWalk& walk();

 private:
  struct Reading;
  const RecordShape& shape_;
  const AskedNames asked_;
  const std::vector<std::string>& counted_lists_;
  std::unique_ptr<Reading> reading_;
};

}  // namespace weir
