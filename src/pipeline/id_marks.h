// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/hash.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string_view>

namespace weir {

// A set of ids with eight marks each, in some 24 bytes an id whatever its length: the ids
// themselves are not kept. One thread.
class IdMarks {
 public:
  // The id's marks, added without any if it is unknown. Stands until the next call of of().
  std::uint8_t& of(std::string_view id);
  // nullptr: unknown. Stands likewise.
  std::uint8_t* find(std::string_view id);

  void visit(const std::function<void(std::uint8_t& marks)>& visitor);
  std::size_t size() const { return sorted_.size() + recent_.size(); }

 private:
  struct Entry {
    Hash128 id;
    std::uint8_t marks = 0;
  };
  static_assert(sizeof(Entry) == 24);

  std::uint8_t* find(const Hash128& id);
  void merge();

  std::deque<Entry> sorted_;                // grows without a second copy of itself
  std::map<Hash128, std::uint8_t> recent_;  // at most an eighth of the others, or a few thousand
};

}  // namespace weir
