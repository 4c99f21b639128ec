// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"
#include "alert/notice.h"
#include "core/clock.h"
#include "core/value.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

// Which troubles are open, and which of them are worth a word now. No thread of its own, no lock.
// It grows with the subjects alone, which are the workspace's pipelines and connections.
class TroubleBook {
 public:
  explicit TroubleBook(std::chrono::milliseconds repeat_after) : repeat_after_(repeat_after) {}

  // A new trouble is told at once. An open one is counted; it is told again, with the count, when
  // `repeat_after` has gone by since it was told last. A state (Alert::told_again_before) is not
  // counted.
  std::optional<Notice> raise(const Alert& alert, Timestamp now);
  // Tells the end of an open trouble; nothing when there is none.
  std::optional<Notice> well_again(AlertKind kind, std::string_view subject, std::string text,
                                   Timestamp now);

  // For the store: the open troubles as a list, and back. What cannot be read is passed over.
  Value to_value() const;
  void restore(const Value& troubles);

 private:
  struct Trouble {
    Notice told;  // the last one that was told; its `at` is when
    std::int64_t untold = 0;
  };
  using Key = std::pair<AlertKind, std::string>;

  const std::chrono::milliseconds repeat_after_;
  std::map<Key, Trouble> open_;
};

}  // namespace weir
