// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace weir {

// A journalled page as it came in, with those of its records that were stored.
struct HotPage {
  PipelineId pipeline{};
  std::shared_ptr<const Page> page;
  std::vector<std::uint32_t> stored;  // which of page->records, by index in the journal's page

  const PageRecord& record(std::uint32_t index) const { return page->records[stored[index]]; }
  std::size_t bytes() const;
};

// Pages that were stored moments ago and not handed over yet: a delivery close behind the source
// takes them from here and reads and decompresses nothing. What they hold never changes once it is
// journalled; states are always read from disk. What finds no room is read from disk too: the old
// ones stay, for they are asked for first. Any thread.
class HotPages {
 public:
  explicit HotPages(std::size_t bytes_max,
                    std::chrono::milliseconds patience = std::chrono::milliseconds(20))
      : bytes_max_(bytes_max), patience_(patience) {}

  // Whether waiting would make room for so many bytes more (half of all is enough): there is none,
  // and something was handed over since a wait that was in vain.
  bool worth_waiting(std::size_t bytes) const;
  // Waits for that room, but no longer than `patience`.
  void await_room(std::size_t bytes);
  void add(PageId id, std::shared_ptr<const HotPage> page);
  // nullptr: not here.
  std::shared_ptr<const HotPage> find(PageId id) const;
  // All of it was handed over.
  void forget(PageId id);
  // A run of the pipeline begins or has ended: nobody is close behind.
  void forget(PipelineId pipeline);

 private:
  bool has_room(std::size_t bytes) const;

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::map<PageId, std::shared_ptr<const HotPage>> pages_;
  std::size_t bytes_ = 0;
  const std::chrono::milliseconds patience_;
  std::condition_variable handed_over_;
  std::uint64_t forgotten_ = 0;
  std::optional<std::uint64_t> in_vain_;  // how many were forgotten at the end of such a wait
};

}  // namespace weir
