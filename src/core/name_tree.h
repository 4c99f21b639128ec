// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/record.h"
#include "core/record_selection.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// The names that records have, each with what is said of its path; learnt as they are met, and
// found again by their usual order. One thread uses it.
class NameTree {
 public:
  struct Name {
    std::string path;        // "extend.originator.name"; of the record itself: empty
    std::string text;        // its last step
    std::uint64_t hash = 0;  // of the last step
    bool ignored = false;    // no content
    bool unordered = false;  // a list there has no order
    bool selected = false;   // of the members of the record and of what is around it only
    bool counted = false;    // likewise, of the record: lists there are told with their lengths
    std::vector<std::unique_ptr<Name>> members;
  };

  // All outlive it.
  NameTree(const RecordShape& shape, const RecordSelection& selection,
           const std::vector<std::string>& counted_lists);

  Name& record() { return record_; }
  Name& around() { return around_; }

  // A member of what `at` names. `next` is where its name probably stands: 0 for an object's first
  // member, then as this function left it. When there is no room for more names it is made in
  // `spare`.
  Name& member(Name& at, std::string_view text, std::size_t& next, Name& spare);

 private:
  Name make(const Name& at, std::string_view text) const;

  const RecordShape& shape_;
  const RecordSelection& selection_;
  const std::vector<std::string>& counted_lists_;
  Name record_;
  Name around_;
  std::size_t learnt_ = 0;
};

}  // namespace weir
