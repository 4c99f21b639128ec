// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sink/sink.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <vector>

namespace weir {

// The records of one lane on their way to its thread, in order, bounded by bytes. Any number of
// producers, one consumer.
class LaneQueue {
 public:
  explicit LaneQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Adds all of them; blocks while the queue is full. False: closed, abandoned, or the stop came.
  bool push(std::vector<OutgoingRecord> records, std::stop_token stop);

  // Blocks while empty. Gives the oldest records, at most `count_max`, no id twice: a second
  // version of a record stays for the next call. While producers keep adding it waits some
  // milliseconds for a full batch. Empty: closed and drained, abandoned, or the stop came.
  std::vector<OutgoingRecord> take(std::size_t count_max, std::stop_token stop);

  void close();    // what is in it can still be taken
  void abandon();  // what is in it is dropped

 private:
  // As it was pushed; those before `next` are taken.
  struct Chunk {
    std::vector<OutgoingRecord> records;
    std::size_t next = 0;
  };

  std::vector<OutgoingRecord> take_unique(std::size_t count_max);
  OutgoingRecord pop();

  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Chunk> chunks_;  // none of them empty
  std::size_t count_ = 0;     // records in them
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace weir
