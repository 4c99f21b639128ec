// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/page.h"
#include "source/seen_ids.h"

#include <cstdint>
#include <optional>
#include <string>

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
  // Different records, in all readings with this total.
  std::int64_t seen() const { return static_cast<std::int64_t>(ids_.count()); }
  // A record that came on two pages of one reading. Rows that move do that, and so does a field
  // taken for the id that several rows share. Empty: none.
  const std::string& repeated_id() const { return repeated_id_; }
  // In this reading a record came twice, with or without a usable id.
  bool repeats() const { return repeats_; }

 private:
  bool past_;
  std::optional<std::int64_t> total_;
  bool named_ = false;  // a total, by any page so far
  // A record without a usable id has one made of its content: two that are alike on one page are
  // two, for a page is one snapshot.
  SeenIds ids_;
  std::string repeated_id_;
  bool repeats_ = false;
  bool first_ = true;  // no page of this reading was seen yet
  bool moved_ = false;
};

}  // namespace weir
