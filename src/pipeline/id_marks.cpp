// SPDX-License-Identifier: Apache-2.0
#include "pipeline/id_marks.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir {

std::uint8_t* IdMarks::find(const Hash128& id) {
  const auto at =
      std::lower_bound(sorted_.begin(), sorted_.end(), id,
                       [](const Entry& entry, const Hash128& key) { return entry.id < key; });
  if (at != sorted_.end() && at->id == id) {
    return &at->marks;
  }
  const auto near = recent_.find(id);
  return near == recent_.end() ? nullptr : &near->second;
}

std::uint8_t* IdMarks::find(std::string_view id) { return find(hash128(id)); }

std::uint8_t& IdMarks::of(std::string_view id) {
  const Hash128 key = hash128(id);
  if (std::uint8_t* marks = find(key)) {
    return *marks;
  }
  constexpr std::size_t recent_min = 4096;
  if (recent_.size() >= std::max(recent_min, sorted_.size() / 8)) {
    merge();
  }
  return recent_[key];
}

// From the back, in place.
void IdMarks::merge() {
  std::size_t left = sorted_.size();
  sorted_.resize(left + recent_.size());
  std::size_t to = sorted_.size();
  for (auto from = recent_.rbegin(); from != recent_.rend(); ++from) {
    while (left > 0 && from->first < sorted_[left - 1].id) {
      sorted_[--to] = sorted_[--left];
    }
    sorted_[--to] = {from->first, from->second};
  }
  recent_.clear();
}

void IdMarks::visit(const std::function<void(std::uint8_t& marks)>& visitor) {
  for (Entry& entry : sorted_) {
    visitor(entry.marks);
  }
  for (auto& [id, marks] : recent_) {
    visitor(marks);
  }
}

}  // namespace weir
