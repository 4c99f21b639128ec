// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/bloom_filter.h"
#include "journal/sqlite/filter_table.h"
#include "journal/sqlite/index_key.h"
#include "journal/sqlite/run_rows.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// A sorted run: index entries in key order, cut into chunks of 8,000 bytes, each a sealed row.
// Never changed once written; its number is never given again.

namespace weir {

inline constexpr std::size_t chunk_entries = 333;

struct SortedRun {
  std::int64_t number = 0;
  std::uint32_t level = 0;       // how often its entries were merged
  std::int64_t newest_page = 0;  // no key of a later page is in it
  std::uint64_t keys = 0;
  std::uint64_t ids = 0;              // of these, keys of ids
  std::vector<std::uint64_t> fences;  // high half of each chunk's first key
  BloomFilter bloom;                  // of the ids
};

// The rows of sorted runs on one connection. One thread.
class SortedRunStore {
 public:
  explicit SortedRunStore(Database& database);

  Result<void> write_chunk(std::int64_t run, std::size_t chunk,
                           std::span<const IndexEntry> entries);
  Result<std::vector<IndexEntry>> read_chunk(std::int64_t run, std::size_t chunk);
  Result<void> write_filter_part(const SortedRun& run, std::size_t part) {
    return filters_.write(run.number, part, run.bloom);
  }
  // All but its chunks and its filter.
  Result<void> write_run(const SortedRun& run);
  Result<SortedRun> read_run(std::int64_t number, bool with_bloom);
  // Deletes at most `chunks` rows of a run; true: none is left.
  Result<bool> remove(std::int64_t run, std::size_t chunks);

  Result<std::optional<PackedPlace>> find(const SortedRun& run, const IndexKey& id);
  Result<void> find_numbers(const SortedRun& run, std::uint64_t high,
                            std::vector<PackedPlace>& places);

 private:
  Database& database_;
  RunRows chunks_;
  FilterTable filters_;
  Statement insert_run_;
  Statement select_run_;
  Statement delete_run_;
};

// Writes one run, entry by entry in key order.
class SortedRunBuilder {
 public:
  SortedRunBuilder(SortedRunStore& store, std::int64_t number, std::uint32_t level,
                   std::size_t ids_max);
  Result<void> add(const IndexEntry& entry);
  // Writes what is left and the run's own row.
  Result<SortedRun> finish(std::int64_t newest_page);

 private:
  Result<void> flush();
  Result<void> write_filter(std::size_t parts);

  SortedRunStore& store_;
  SortedRun run_;
  std::vector<IndexEntry> chunk_;
  std::size_t filter_written_ = 0;  // parts
};

}  // namespace weir
