// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/run_merger.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

std::size_t ids_of(const std::vector<std::shared_ptr<const SortedRun>>& runs) {
  std::size_t ids = 0;
  for (const auto& run : runs) {
    ids += run->ids;
  }
  return ids;
}

}  // namespace

RunMerger::RunMerger(SortedRunStore& store, std::vector<std::shared_ptr<const SortedRun>> inputs,
                     std::int64_t number, std::uint32_t level)
    : store_(store),
      inputs_(std::move(inputs)),
      readers_(inputs_.size()),
      number_(number),
      builder_(store, number, level, ids_of(inputs_)) {}

Result<void> RunMerger::fill(std::size_t input) {
  Reader& reader = readers_[input];
  if (reader.at == reader.entries.size() && reader.next_chunk < inputs_[input]->fences.size()) {
    WEIR_TRY(reader.entries, store_.read_chunk(inputs_[input]->number, reader.next_chunk));
    ++reader.next_chunk;
    reader.at = 0;
  }
  return {};
}

// False: all inputs are at their end.
Result<bool> RunMerger::take_smallest() {
  std::optional<IndexEntry> smallest;
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    WEIR_CHECK(fill(i));
    if (readers_[i].at == readers_[i].entries.size()) {
      continue;
    }
    const IndexEntry& entry = readers_[i].entries[readers_[i].at];
    if (!smallest || entry.key < smallest->key) {
      smallest = entry;
    } else if (entry.key == smallest->key) {
      smallest->place = std::max(smallest->place, entry.place);
    }
  }
  if (!smallest) {
    return false;
  }
  for (Reader& reader : readers_) {
    if (reader.at < reader.entries.size() && reader.entries[reader.at].key == smallest->key) {
      ++reader.at;
    }
  }
  WEIR_CHECK(builder_.add(*smallest));
  return true;
}

Result<std::optional<SortedRun>> RunMerger::step(std::size_t keys) {
  for (std::size_t i = 0; i < keys; ++i) {
    WEIR_TRY(const bool more, take_smallest());
    if (!more) {
      std::int64_t newest_page = 0;
      for (const auto& input : inputs_) {
        newest_page = std::max(newest_page, input->newest_page);
      }
      WEIR_TRY(SortedRun run, builder_.finish(newest_page));
      return std::optional(std::move(run));
    }
  }
  return std::optional<SortedRun>();
}

}  // namespace weir
