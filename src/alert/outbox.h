// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/notice.h"
#include "core/clock.h"
#include "core/error.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace weir {

// What one channel has still to tell, and when it may try. At most one notice a trouble, the
// newest: so it cannot grow beyond the troubles there are, however long the channel is down. No
// thread of its own, no lock.
class Outbox {
 public:
  // `per_minute`: messages within any 60 s at most; 0: any number.
  explicit Outbox(int per_minute) : per_minute_(per_minute) {}

  void add(Notice notice);
  bool empty() const { return waiting_.empty(); }
  const std::vector<Notice>& waiting() const { return waiting_; }

  // When the next message may leave; nothing: none waits.
  std::optional<Monotonic> due(Monotonic now) const;
  // The notices of the next message, oldest first, at most `notices_max`.
  std::vector<Notice> next(std::size_t notices_max) const;

  // A message was taken: its notices are done, save those that changed meanwhile.
  void told(const std::vector<Notice>& notices, Monotonic now);
  // It was not: the next try is 5 s later, then 10 s, 20 s … 10 min, or what the other side asks.
  void failed(const Error& error, Monotonic now);

 private:
  const int per_minute_;
  std::vector<Notice> waiting_;    // in the order of their first
  std::deque<Monotonic> sent_at_;  // within the last minute, failures too
  Monotonic not_before_{};
  int failures_ = 0;  // in a row
};

}  // namespace weir
