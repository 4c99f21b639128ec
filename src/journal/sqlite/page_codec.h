// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "journal/sqlite/index_key.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The two immutable blobs of a journalled page: the entries (what identifies each record) and the
// raw JSON of all its records, one after the other, compressed as a whole. Between any two of them
// may stand a few bytes, always as many: what the page had there as it came in.

namespace weir {

struct PageEntry {
  std::string_view id;
  std::string_view number;
  std::string_view fault;
  std::uint64_t content = 0;
  std::uint64_t raw_offset = 0;  // in the page's raw bytes without what is between two records
  std::uint64_t raw_length = 0;
  PackedPlace previous = 0;  // the version of the same record before this one; 0: none
};

struct PageHeader {
  PipelineId pipeline{};
  RunId run{};
  Timestamp received_at;
  std::string_view origin;
};

// The entries of one page; views point into its own bytes.
struct PageEntries {
  PageId page{};
  PageHeader header;
  std::vector<PageEntry> entries;
  std::uint64_t raw_size = 0;
  std::unique_ptr<const std::string> bytes;
};

// The raw JSON of a page.
struct PageRaw {
  std::string bytes;
  std::uint64_t gap = 0;  // bytes between two records

  std::uint64_t offset_of(const PageEntries& page, std::size_t record) const {
    return page.entries[record].raw_offset + record * gap;
  }
  std::string_view of(const PageEntries& page, std::size_t record) const {
    return std::string_view(bytes).substr(offset_of(page, record), page.entries[record].raw_length);
  }
  // As RawRecord has it.
  std::size_t readable_behind(const PageEntries& page, std::size_t record) const {
    return bytes.capacity() - offset_of(page, record) - page.entries[record].raw_length;
  }
};
inline constexpr std::uint64_t raw_gap_max = 16;

std::string encode_entries(PageId page, const PageHeader& header,
                           std::span<const PageEntry> entries);
// Nothing: damaged, or not of this page.
std::optional<PageEntries> decode_entries(PageId page, std::string_view bytes);

// What stands in place of a page's raw bytes once they are given up: short, and sealed, so that no
// damage passes for it.
std::string encode_dropped_raw(PageId page);
inline constexpr std::int64_t dropped_raw_size = 8;
bool is_dropped_raw(PageId page, std::string_view bytes);

// A zstd frame and its seal, whatever the level it was written with. Keeps its contexts, which are
// made when they are needed; one thread.
class RawCodec {
 public:
  RawCodec();
  ~RawCodec();
  RawCodec(const RawCodec&) = delete;
  RawCodec& operator=(const RawCodec&) = delete;

  // Stands until the next call. Nothing: out of memory.
  std::optional<std::string_view> compress(PageId page, std::string_view raw);
  // Nothing: damaged, not of this page, or of another size than its records have.
  std::optional<PageRaw> decompress(const PageEntries& page, std::string_view bytes);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
  std::vector<char> packed_;
};

}  // namespace weir
