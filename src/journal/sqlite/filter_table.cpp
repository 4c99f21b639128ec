// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/filter_table.h"

#include <fmt/format.h>

#include <utility>

namespace weir {

constexpr std::uint64_t filter_kind = 0x46'49'4c'54;

FilterTable::FilterTable(Database& database)
    : database_(database), rows_(database, "sorted_filter", filter_kind) {}

// The size of the whole stands in each part, so that a last one that is missing is missed.
Result<void> FilterTable::write(std::int64_t run, std::size_t part, const BloomFilter& filter) {
  ByteWriter writer;
  writer.reserve(part_bytes + 2 * sizeof(std::uint64_t));
  writer.fixed(std::uint64_t{filter.bytes().size()});
  writer.raw(filter.bytes().substr(part * part_bytes, part_bytes));
  return rows_.insert(run, part, std::move(writer));
}

Result<BloomFilter> FilterTable::read(std::int64_t run) {
  BloomFilter filter;
  std::size_t part = 0;
  do {
    const auto take = [&](std::string_view data) {
      ByteReader reader(data);
      const auto size = reader.fixed<std::uint64_t>();
      const auto slice = reader.raw(reader.left());
      filter.resize(size);
      return filter.fill(part * part_bytes, slice);
    };
    WEIR_TRY(const bool good, rows_.read(run, part, take));
    if (!good) {
      return database_.damaged(
          fmt::format("part {} of the filter of index run {} is missing or does not match its seal",
                      part, run));
    }
    ++part;
  } while (part < parts(filter));
  return filter;
}

}  // namespace weir
