// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_file.h"

#include "journal/sqlite/byte_codec.h"
#include "journal/sqlite/wal_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace weir {
namespace {

tl::unexpected<Error> damaged(const std::filesystem::path& file, std::string_view what) {
  return fail(ErrorKind::corrupt,
              fmt::format("journal `{}`: {}: the file is damaged; restore it from a backup",
                          file.string(), what));
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes) {
    value = value << 8U | static_cast<unsigned char>(byte);
  }
  return value;
}

// Whether every page is there. One that is not yet in the file must be in the log: what is being
// written back from there grows the file in any order, and may be broken off.
bool holds_all(std::uint64_t size, std::uint64_t page_size, std::uint64_t pages,
               const WalContent& log) {
  for (std::uint64_t page = size / page_size + 1; page <= pages; ++page) {
    if (!log.pages.contains(static_cast<std::uint32_t>(page))) {
      return false;
    }
  }
  return true;
}

// The first hundred bytes against what is there: a copy that was cut is seen at once, not when the
// missing end is read one day. https://www.sqlite.org/fileformat2.html#the_database_header
Result<void> check_header(const std::filesystem::path& file, const WalContent& log) {
  std::error_code missing;
  const std::uintmax_t size = std::filesystem::file_size(file, missing);
  if (missing || size == 0) {
    return {};
  }
  std::array<char, 100> bytes{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), bytes.size())) {
    return damaged(file, "it is shorter than its own header");
  }
  const std::string_view header(bytes.data(), bytes.size());
  if (!header.starts_with("SQLite format 3")) {
    return damaged(file, "it does not begin as an SQLite file does");
  }
  constexpr char newest_format = 2;  // for writing, then for reading: 2 is the write-ahead log
  if (header[18] < 1 || header[18] > newest_format || header[19] < 1 ||
      header[19] > newest_format) {
    return damaged(file, "its header names no file format");
  }
  const std::uint64_t page_size = std::max(big_endian(header.substr(16, 2)), 512U);
  const bool logged = log.database_pages != 0;
  const bool settled = big_endian(header.substr(24, 4)) == big_endian(header.substr(92, 4));
  const std::uint64_t pages = logged ? log.database_pages : big_endian(header.substr(28, 4));
  if ((logged || settled) && !holds_all(size, page_size, pages, log)) {
    return damaged(file,
                   fmt::format("it holds {} bytes, but must hold {}", size, pages * page_size));
  }
  return {};
}

Result<void> set_up(Database& database) {
  WEIR_CHECK(database.execute("PRAGMA page_size=8192"));
  WEIR_CHECK(database.execute("PRAGMA cache_size=-2048"));
  WEIR_CHECK(database.execute("PRAGMA journal_size_limit=67108864"));
  // Debian's default writes zeros over all that is deleted, through the log: as much writing to
  // give raw JSON up as it was to store it.
  WEIR_CHECK(database.execute("PRAGMA secure_delete=FAST"));
  {
    Statement mode(database, "PRAGMA journal_mode=WAL");
    auto row = mode.use();
    WEIR_TRY(const bool found, row.step());
    if (!found || row.text(0) != "wal") {
      return fail(
          ErrorKind::unavailable,
          fmt::format("journal `{}`: this file system gives no shared memory; put the state "
                      "folder on a local disk",
                      database.file().string()));
    }
  }
  database.watch_log();
  return database.execute("PRAGMA synchronous=FULL");
}

}  // namespace

Result<OpenedFile> open_to_write(const std::filesystem::path& file, Timestamp now) {
  WEIR_TRY(const WalContent log, check_wal(file));
  WEIR_CHECK(check_header(file, log));
  OpenedFile opened;
  WEIR_TRY(opened.database, Database::open(file, DatabaseAccess::create));
  Database& database = *opened.database;
  WEIR_CHECK(set_up(database));
  WEIR_TRY(const bool empty, is_empty_journal(database));
  if (empty) {
    WEIR_CHECK(create_journal(database, now));
  }
  WEIR_TRY(opened.name, read_journal_name(database));
  if (opened.name.schema < schema_version) {
    WEIR_CHECK(migrate_journal(database, opened.name));
    opened.name.schema = schema_version;
  }
  return opened;
}

Result<JournalName> open_to_read(const std::filesystem::path& file) {
  std::error_code missing;
  if (!std::filesystem::exists(file, missing)) {
    return fail(
        ErrorKind::unavailable,
        fmt::format("there is no journal `{}` yet; the first `weir run` makes it", file.string()));
  }
  WEIR_TRY(const auto database, Database::open(file, DatabaseAccess::read));
  WEIR_TRY(const bool empty, is_empty_journal(*database));
  if (empty) {
    return fail(ErrorKind::unavailable,
                fmt::format("journal `{}` is just being made; try again", file.string()));
  }
  return read_journal_name(*database);
}

}  // namespace weir
