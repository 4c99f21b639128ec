// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/json_cursor.h"
#include "core/name_tree.h"
#include "core/record_digest.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The one pass over a record of RecordDigester, for whoever walks the JSON around it already. One
// thread uses it.
class DigestWalk {
 public:
  // All outlive it. `selection`: as NameTree takes it.
  DigestWalk(const RecordShape& shape, const AskedNames& asked,
             const std::vector<std::string>& counted_lists, const RecordSelection* selection)
      : shape_(shape),
        names_(shape, asked, counted_lists, selection),
        locates_(selection != nullptr),
        ranks_(asked.names().size()) {}

  // As many as are asked for.
  std::size_t fields() const { return ranks_.size(); }

  // Checks all of the record, which comes next. An error says that it cannot be told in one pass,
  // be it good or not: a tree says what it comes to; nothing of it is in `out` then.
  simdjson::error_code read(JsonCursor& json, RecordDigests& out);

 private:
  using Name = NameTree::Name;

  simdjson::error_code read_lifted(std::uint64_t& sum, RecordDigests& out);
  simdjson::error_code read_part(int depth, std::uint64_t& sum, RecordDigests& out);
  simdjson::error_code read_member(Name& at, int depth, std::uint64_t& sum, RecordDigests& out);
  simdjson::error_code digest_member(Name& at, int depth, std::uint64_t& hashed,
                                     RecordDigests& out);
  void locate(const char* begin, MemberPlace place, RecordDigests& out);
  void keep(const Name& at, Value value, RecordDigests& out);
  void keep(const Name& at, std::string_view text, RecordDigests& out);
  bool is_better(const AskedNames::Find& asked);
  simdjson::error_code read_list(Name& at, int depth, std::uint64_t& hashed, RecordDigests& out);

  // Calls visit(name) for each member of an object at `at`; no name comes twice.
  template <typename Visit>
  simdjson::error_code visit_members(Name& at, const Visit& visit);

  simdjson::error_code hash(Name& at, int depth, std::uint64_t& out);
  simdjson::error_code hash_object(Name& at, int depth, std::uint64_t& out);
  simdjson::error_code hash_list(Name& at, int depth, std::uint64_t& out, std::size_t& length);

  const RecordShape& shape_;
  NameTree names_;
  const bool locates_;
  JsonCursor* json_ = nullptr;   // in the record under way
  const char* begin_ = nullptr;  // its JSON
  std::vector<int> ranks_;       // of the fields found so far
  std::uint64_t objects_ = 0;    // met so far
};

}  // namespace weir
