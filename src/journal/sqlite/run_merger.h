// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/sorted_run.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace weir {

// Merges sorted runs into one, in steps that fit into the journal's own transactions. Of an id that
// stands in several, the newest place stays. One thread. A merge that a crash cut off starts anew:
// the journal knows the number of the run that was begun and deletes its chunks.
class RunMerger {
 public:
  RunMerger(SortedRunStore& store, std::vector<std::shared_ptr<const SortedRun>> inputs,
            std::int64_t number, std::uint32_t level);

  // Takes about `keys` more entries over; gives the run once it is written whole.
  Result<std::optional<SortedRun>> step(std::size_t keys);
  const std::vector<std::shared_ptr<const SortedRun>>& inputs() const { return inputs_; }
  std::int64_t number() const { return number_; }

 private:
  struct Reader {
    std::size_t next_chunk = 0;
    std::vector<IndexEntry> entries;
    std::size_t at = 0;
  };

  Result<void> fill(std::size_t input);
  Result<bool> take_smallest();

  SortedRunStore& store_;
  std::vector<std::shared_ptr<const SortedRun>> inputs_;
  std::vector<Reader> readers_;
  std::int64_t number_;
  SortedRunBuilder builder_;
};

}  // namespace weir
