// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/asked_names.h"
#include "core/record.h"
#include "core/record_selection.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weir {

// The names that records have, each with what is said of its path; learnt as they are met, and
// found again by their usual order. One thread uses it.
class NameTree {
 public:
  struct Name {
    std::string path;          // "extend.originator.name"; of the record itself: empty
    std::string text;          // its last step
    std::uint64_t hash = 0;    // of the last step
    bool ignored = false;      // no content
    bool unordered = false;    // a list there has no order
    bool counted = false;      // likewise, of the record: lists there are told with their lengths
    std::uint64_t object = 0;  // the last object that had a member of this name
    // Of the members of the record and of what is around it only.
    std::vector<AskedNames::Find> asked;
    std::optional<MemberPlace> selected;  // likewise: it is to be located, as this
    std::vector<std::unique_ptr<Name>> members;
    std::unordered_map<std::string_view, std::size_t>
        places;  // of the members, once there are many
  };

  // All outlive it. `selection`: listed; nullptr: none.
  NameTree(const RecordShape& shape, const AskedNames& asked,
           const std::vector<std::string>& counted_lists, const RecordSelection* selection);

  Name& record() { return record_; }
  Name& around() { return around_; }

  // The member of what `at` names. `next` is where it probably is among the members: 0 for an
  // object's first, then as this function left it. nullptr: there is no room for more names.
  Name* member(Name& at, std::string_view text, std::size_t& next) {
    if (next < at.members.size() && at.members[next]->text == text) {
      return at.members[next++].get();
    }
    return look_near(at, text, next);
  }

 private:
  Name make(const Name& at, std::string_view text) const;
  static std::size_t find(Name& at, std::string_view text);
  Name* look_near(Name& at, std::string_view text, std::size_t& next);
  Name* look_up(Name& at, std::string_view text, std::size_t& next);

  const RecordShape& shape_;
  const AskedNames& asked_;
  const std::vector<std::string>& counted_lists_;
  const RecordSelection* const selection_;
  Name record_;
  Name around_;
  std::size_t learnt_ = 0;
};

}  // namespace weir
