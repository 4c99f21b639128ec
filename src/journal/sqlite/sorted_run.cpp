// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/sorted_run.h"

#include "journal/sqlite/byte_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t chunk_kind = 0x43'48'4e'4b;
constexpr std::uint64_t run_seed = 0x52'55'4e'53;

std::uint64_t run_seed_of(std::int64_t run) {
  return run_seed ^ static_cast<std::uint64_t>(run) << 8U;
}

// Of the first chunk that may hold a key with this high half.
std::size_t first_chunk_of(const SortedRun& run, std::uint64_t high) {
  const auto at = std::lower_bound(run.fences.begin(), run.fences.end(), high);
  const auto index = static_cast<std::size_t>(at - run.fences.begin());
  return index == 0 ? 0 : index - 1;
}

std::string encode_run(const SortedRun& run) {
  ByteWriter writer;
  writer.fixed(run.level);
  writer.fixed(run.newest_page);
  writer.fixed(run.keys);
  writer.fixed(run.ids);
  writer.varint(run.fences.size());
  writer.raw({reinterpret_cast<const char*>(run.fences.data()),
              run.fences.size() * sizeof(std::uint64_t)});
  return std::move(writer).sealed(run_seed_of(run.number));
}

std::optional<SortedRun> decode_run(std::int64_t number, std::string_view data) {
  ByteReader reader(data, run_seed_of(number));
  SortedRun run;
  run.number = number;
  run.level = reader.fixed<std::uint32_t>();
  run.newest_page = reader.fixed<std::int64_t>();
  run.keys = reader.fixed<std::uint64_t>();
  run.ids = reader.fixed<std::uint64_t>();
  run.fences.resize(reader.count(sizeof(std::uint64_t)));
  const auto raw = reader.raw(run.fences.size() * sizeof(std::uint64_t));
  if (!reader.good()) {
    return std::nullopt;
  }
  if (!raw.empty()) {
    std::memcpy(run.fences.data(), raw.data(), raw.size());
  }
  return run;
}

}  // namespace

SortedRunStore::SortedRunStore(Database& database)
    : database_(database),
      chunks_(database, "sorted_chunk", chunk_kind),
      filters_(database),
      insert_run_(database, "INSERT INTO sorted_run(number, data) VALUES(?1, ?2)"),
      select_run_(database, "SELECT data FROM sorted_run WHERE number = ?1"),
      delete_run_(database, "DELETE FROM sorted_run WHERE number = ?1") {}

Result<void> SortedRunStore::write_chunk(std::int64_t run, std::size_t chunk,
                                         std::span<const IndexEntry> entries) {
  ByteWriter writer;
  writer.reserve(entries.size_bytes() + sizeof(std::uint64_t));
  writer.raw({reinterpret_cast<const char*>(entries.data()), entries.size_bytes()});
  return chunks_.insert(run, chunk, std::move(writer));
}

Result<std::vector<IndexEntry>> SortedRunStore::read_chunk(std::int64_t run, std::size_t chunk) {
  std::vector<IndexEntry> entries;
  const auto take = [&](std::string_view data) {
    entries.resize(data.size() / sizeof(IndexEntry));
    if (!entries.empty()) {
      std::memcpy(entries.data(), data.data(), entries.size() * sizeof(IndexEntry));
    }
    return !data.empty() && data.size() % sizeof(IndexEntry) == 0;
  };
  WEIR_TRY(const bool good, chunks_.read(run, chunk, take));
  if (!good) {
    return database_.damaged(
        fmt::format("chunk {} of index run {} is missing or does not match its seal", chunk, run));
  }
  return entries;
}

Result<void> SortedRunStore::write_run(const SortedRun& run) {
  const std::string data = encode_run(run);
  auto row = insert_run_.use();
  row.bind(1, run.number);
  row.bind_blob(2, data);
  return row.run();
}

Result<SortedRun> SortedRunStore::read_run(std::int64_t number, bool with_bloom) {
  auto row = select_run_.use();
  row.bind(1, number);
  WEIR_TRY(const bool found, row.step());
  auto run = found ? decode_run(number, row.text(0)) : std::nullopt;
  if (!run) {
    return database_.damaged(
        fmt::format("index run {} is missing or does not match its seal", number));
  }
  if (with_bloom) {
    WEIR_TRY(run->bloom, filters_.read(number));
  }
  return std::move(*run);
}

Result<bool> SortedRunStore::remove(std::int64_t run, std::size_t chunks) {
  {
    auto row = delete_run_.use();
    row.bind(1, run);
    WEIR_CHECK(row.run());
  }
  constexpr std::size_t chunks_a_part = 8;  // that are as large as it
  WEIR_TRY(const bool no_filter, filters_.remove(run, chunks / chunks_a_part));
  return no_filter ? chunks_.remove(run, chunks) : false;
}

Result<std::optional<PackedPlace>> SortedRunStore::find(const SortedRun& run, const IndexKey& id) {
  for (std::size_t chunk = first_chunk_of(run, id.high);
       chunk < run.fences.size() && run.fences[chunk] <= id.high; ++chunk) {
    WEIR_TRY(const auto entries, read_chunk(run.number, chunk));
    const auto at = std::lower_bound(
        entries.begin(), entries.end(), id,
        [](const IndexEntry& entry, const IndexKey& key) { return entry.key < key; });
    if (at != entries.end()) {
      return at->key == id ? std::optional(at->place) : std::nullopt;
    }
  }
  return std::nullopt;
}

Result<void> SortedRunStore::find_numbers(const SortedRun& run, std::uint64_t high,
                                          std::vector<PackedPlace>& places) {
  for (std::size_t chunk = first_chunk_of(run, high);
       chunk < run.fences.size() && run.fences[chunk] <= high; ++chunk) {
    WEIR_TRY(const auto entries, read_chunk(run.number, chunk));
    for (const IndexEntry& entry : entries) {
      if (entry.key.high == high) {
        places.push_back(entry.place);
      }
    }
  }
  return {};
}

SortedRunBuilder::SortedRunBuilder(SortedRunStore& store, std::int64_t number, std::uint32_t level,
                                   std::size_t ids_max)
    : store_(store) {
  run_.number = number;
  run_.level = level;
  run_.bloom = BloomFilter(ids_max);
  chunk_.reserve(chunk_entries);
}

Result<void> SortedRunBuilder::add(const IndexEntry& entry) {
  if (entry.key.is_id()) {
    WEIR_CHECK(write_filter(run_.bloom.offset_of(entry.key) / FilterTable::part_bytes));
    run_.bloom.add(entry.key);
    ++run_.ids;
  }
  ++run_.keys;
  chunk_.push_back(entry);
  return chunk_.size() == chunk_entries ? flush() : Result<void>{};
}

// The first so many parts, which change no more.
Result<void> SortedRunBuilder::write_filter(std::size_t parts) {
  for (; filter_written_ < parts; ++filter_written_) {
    WEIR_CHECK(store_.write_filter_part(run_, filter_written_));
  }
  return {};
}

Result<void> SortedRunBuilder::flush() {
  if (chunk_.empty()) {
    return {};
  }
  run_.fences.push_back(chunk_.front().key.high);
  WEIR_CHECK(store_.write_chunk(run_.number, run_.fences.size() - 1, chunk_));
  chunk_.clear();
  return {};
}

Result<SortedRun> SortedRunBuilder::finish(std::int64_t newest_page) {
  WEIR_CHECK(flush());
  WEIR_CHECK(write_filter(FilterTable::parts(run_.bloom)));
  run_.newest_page = newest_page;
  WEIR_CHECK(store_.write_run(run_));
  return std::move(run_);
}

}  // namespace weir
