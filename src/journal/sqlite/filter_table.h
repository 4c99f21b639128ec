// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/bloom_filter.h"
#include "journal/sqlite/run_rows.h"

#include <cstddef>
#include <cstdint>

namespace weir {

// The filters of sorted runs, each in parts of 64 KiB: a large one is written part by part, as its
// run is, and never copied whole. One thread.
class FilterTable {
 public:
  static constexpr std::size_t part_bytes = std::size_t{64} << 10U;
  static std::size_t parts(const BloomFilter& filter) {
    return (filter.bytes().size() + part_bytes - 1) / part_bytes;
  }

  explicit FilterTable(Database& database);

  Result<void> write(std::int64_t run, std::size_t part, const BloomFilter& filter);
  // Errors: `corrupt` when a part is missing or damaged.
  Result<BloomFilter> read(std::int64_t run);
  // Deletes at most `parts` of a run; true: none is left.
  Result<bool> remove(std::int64_t run, std::size_t parts) { return rows_.remove(run, parts); }

 private:
  Database& database_;
  RunRows rows_;
};

}  // namespace weir
