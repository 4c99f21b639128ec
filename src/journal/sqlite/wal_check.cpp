// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/wal_check.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace weir {
namespace {

constexpr std::size_t wal_header = 32;
constexpr std::size_t frame_header = 24;
constexpr std::uint32_t magic = 0x377f0682;  // the lowest bit: checksums of big endian words

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, sizeof(value));
  return __builtin_bswap32(value);
}

struct Checksum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  void add(const char* bytes, std::size_t size, bool swap) {
    for (std::size_t at = 0; at + 8 <= size; at += 8) {
      std::uint32_t words[2];
      std::memcpy(words, bytes + at, sizeof(words));
      first += (swap ? __builtin_bswap32(words[0]) : words[0]) + second;
      second += (swap ? __builtin_bswap32(words[1]) : words[1]) + first;
    }
  }
  bool matches(const char* stored) const {
    return first == big_endian(stored) && second == big_endian(stored + 4);
  }
};

struct WalReading {
  WalContent content;
  int commits_lost = 0;  // COMMIT frames of this log from the first frame on that SQLite drops
};

WalReading read_frames(std::istream& wal, const std::string& header) {
  const bool swap = (big_endian(header.data()) & 1U) != 0;
  const std::size_t page_size = big_endian(header.data() + 8);
  Checksum checksum;
  checksum.add(header.data(), 24, swap);
  std::string frame(frame_header + page_size, '\0');
  WalReading reading;
  std::vector<std::uint32_t> pages;  // of the transaction that is being read
  bool bad = false;
  while (wal.read(frame.data(), static_cast<std::streamsize>(frame.size()))) {
    const bool ours = frame.compare(8, 8, header, 16, 8) == 0;
    const std::uint32_t database_pages = big_endian(frame.data() + 4);  // 0: no COMMIT
    if (!bad) {
      checksum.add(frame.data(), 8, swap);
      checksum.add(frame.data() + frame_header, page_size, swap);
      bad = !ours || !checksum.matches(frame.data() + 16);
    }
    if (bad) {
      reading.commits_lost += ours && database_pages != 0 ? 1 : 0;
      continue;
    }
    pages.push_back(big_endian(frame.data()));
    if (database_pages != 0) {
      reading.content.pages.insert(pages.begin(), pages.end());
      reading.content.database_pages = database_pages;
      pages.clear();
    }
  }
  return reading;
}

bool is_whole(const std::string& header) {
  const std::uint32_t page_size = big_endian(header.data() + 8);
  Checksum checksum;
  checksum.add(header.data(), 24, (big_endian(header.data()) & 1U) != 0);
  return (big_endian(header.data()) | 1U) == (magic | 1U) && std::has_single_bit(page_size) &&
         page_size >= 512 && page_size <= 65536 && checksum.matches(header.data() + 24);
}

tl::unexpected<Error> damaged(const std::filesystem::path& database, const std::string& file,
                              std::string_view what) {
  return fail(ErrorKind::corrupt, fmt::format("journal `{}`: {}: the file is damaged; restore `{}` "
                                              "from a backup",
                                              file, what, database.string()));
}

}  // namespace

Result<WalContent> check_wal(const std::filesystem::path& database) {
  const std::string file = database.string() + "-wal";
  std::error_code missing;
  if (std::filesystem::file_size(file, missing) < wal_header || missing) {
    return WalContent{};
  }
  std::ifstream wal(file, std::ios::binary);
  std::string header(wal_header, '\0');
  if (!wal.read(header.data(), wal_header)) {
    return fail(ErrorKind::unavailable, fmt::format("journal `{}` cannot be read", file));
  }
  if (header.find_first_not_of('\0') == std::string::npos) {
    return WalContent{};  // never reached the disk, so nothing after it was acknowledged
  }
  if (!is_whole(header)) {
    return damaged(database, file, "its header does not match its checksum");
  }
  WalReading reading = read_frames(wal, header);
  if (reading.commits_lost >= 2) {
    return damaged(database, file, "a transaction is damaged, and whole ones follow it");
  }
  return std::move(reading.content);
}

}  // namespace weir
