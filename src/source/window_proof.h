// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/page.h"

#include <cstdint>
#include <optional>
#include <unordered_set>

namespace weir {

// Whether a window was read whole.
//
// Rows can only leave a window of past days, so while its total stays the same from the first call
// to the last, its set of rows is the same; and when as many different ids were seen as the total
// says, all of them were seen. That holds across several readings of the window as long as the
// total does not change, which is how a source whose order is not stable is read whole.
//
// Of a window that includes today nothing can be proven; there, `settled` only says that no fewer
// rows were seen than the last total names. Not thread-safe.
class WindowProof {
 public:
  explicit WindowProof(bool past) : past_(past) {}

  void begin_reading();
  // A page of this reading. The page of the last call must have been asked for when all others had
  // been answered.
  void see(const Page& page, std::optional<std::int64_t> total);
  // The total changed during this reading: going on with it proves nothing.
  bool moved() const { return moved_; }
  // To be asked at the end of a reading. A source that never named a total can prove nothing: true.
  bool settled() const;
  std::optional<std::int64_t> total() const { return total_; }

 private:
  bool past_;
  std::optional<std::int64_t> total_;
  bool named_ = false;  // a total, by any page so far
  // Hashes, of all readings with this total. A record without a usable id counts by the id that
  // its content made; of equal ones, as many as one page holds.
  std::unordered_set<std::uint64_t> ids_;
  bool first_ = true;  // no page of this reading was seen yet
  bool moved_ = false;
};

}  // namespace weir
