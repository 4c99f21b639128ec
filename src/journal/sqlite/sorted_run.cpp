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

constexpr unsigned chunk_bits = 28;  // of a chunk's number inside its row id
constexpr std::uint64_t chunk_seed = 0x43'48'4e'4b;
constexpr std::uint64_t run_seed = 0x52'55'4e'53;
constexpr std::uint64_t bloom_seed = 0x42'4c'4f'4d;

std::int64_t chunk_row(std::int64_t run, std::size_t chunk) {
  return run << chunk_bits | static_cast<std::int64_t>(chunk);
}

std::uint64_t seed_of(std::uint64_t kind, std::int64_t row) {
  return kind ^ static_cast<std::uint64_t>(row) << 8U;
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
  return std::move(writer).sealed(seed_of(run_seed, run.number));
}

std::optional<SortedRun> decode_run(std::int64_t number, std::string_view data) {
  ByteReader reader(data, seed_of(run_seed, number));
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
      insert_chunk_(database, "INSERT INTO sorted_chunk(id, data) VALUES(?1, ?2)"),
      select_chunk_(database, "SELECT data FROM sorted_chunk WHERE id = ?1"),
      first_chunk_(database, "SELECT min(id) FROM sorted_chunk WHERE id >= ?1 AND id < ?2"),
      delete_chunks_(database, "DELETE FROM sorted_chunk WHERE id >= ?1 AND id < ?2"),
      insert_run_(database, "INSERT INTO sorted_run(number, data, bloom) VALUES(?1, ?2, ?3)"),
      select_run_(database, "SELECT data FROM sorted_run WHERE number = ?1"),
      select_bloom_(database, "SELECT bloom FROM sorted_run WHERE number = ?1"),
      delete_run_(database, "DELETE FROM sorted_run WHERE number = ?1") {}

Result<void> SortedRunStore::write_chunk(std::int64_t run, std::size_t chunk,
                                         std::span<const IndexEntry> entries) {
  const std::int64_t id = chunk_row(run, chunk);
  ByteWriter writer;
  writer.reserve(entries.size_bytes() + sizeof(std::uint64_t));
  writer.raw({reinterpret_cast<const char*>(entries.data()), entries.size_bytes()});
  const std::string data = std::move(writer).sealed(seed_of(chunk_seed, id));
  auto row = insert_chunk_.use();
  row.bind(1, id);
  row.bind_blob(2, data);
  return row.run();
}

Result<std::vector<IndexEntry>> SortedRunStore::read_chunk(std::int64_t run, std::size_t chunk) {
  const std::int64_t id = chunk_row(run, chunk);
  auto row = select_chunk_.use();
  row.bind(1, id);
  WEIR_TRY(const bool found, row.step());
  if (!found) {
    return database_.damaged(fmt::format("chunk {} of index run {} is missing", chunk, run));
  }
  ByteReader reader(row.text(0), seed_of(chunk_seed, id));
  if (!reader.good() || reader.left() == 0 || reader.left() % sizeof(IndexEntry) != 0) {
    return database_.damaged(
        fmt::format("chunk {} of index run {} does not match its seal", chunk, run));
  }
  std::vector<IndexEntry> entries(reader.left() / sizeof(IndexEntry));
  const std::string_view raw = reader.raw(reader.left());
  std::memcpy(entries.data(), raw.data(), raw.size());
  return entries;
}

Result<void> SortedRunStore::write_run(const SortedRun& run) {
  const std::string data = encode_run(run);
  ByteWriter writer;
  writer.raw(run.bloom.bytes());
  const std::string bloom = std::move(writer).sealed(seed_of(bloom_seed, run.number));
  auto row = insert_run_.use();
  row.bind(1, run.number);
  row.bind_blob(2, data);
  row.bind_blob(3, bloom);
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
    auto bloom_row = select_bloom_.use();
    bloom_row.bind(1, number);
    WEIR_TRY(const bool bloom_found, bloom_row.step());
    ByteReader reader(bloom_found ? bloom_row.text(0) : std::string_view(),
                      seed_of(bloom_seed, number));
    if (!reader.good()) {
      return database_.damaged(
          fmt::format("the filter of index run {} does not match its seal", number));
    }
    run->bloom = BloomFilter(reader.raw(reader.left()));
  }
  return std::move(*run);
}

Result<bool> SortedRunStore::remove(std::int64_t run, std::size_t chunks) {
  {
    auto row = delete_run_.use();
    row.bind(1, run);
    WEIR_CHECK(row.run());
  }
  std::int64_t first = 0;
  {
    auto row = first_chunk_.use();
    row.bind(1, chunk_row(run, 0));
    row.bind(2, chunk_row(run + 1, 0));
    WEIR_TRY(const bool found, row.step());
    if (!found || row.is_null(0)) {
      return true;
    }
    first = row.integer(0);
  }
  auto row = delete_chunks_.use();
  row.bind(1, first);
  row.bind(2, std::min(first + static_cast<std::int64_t>(chunks), chunk_row(run + 1, 0)));
  WEIR_CHECK(row.run());
  return false;
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
    run_.bloom.add(entry.key);
    ++run_.ids;
  }
  ++run_.keys;
  chunk_.push_back(entry);
  return chunk_.size() == chunk_entries ? flush() : Result<void>{};
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
  run_.newest_page = newest_page;
  WEIR_CHECK(store_.write_run(run_));
  return std::move(run_);
}

}  // namespace weir
