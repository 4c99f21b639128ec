// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/reason_table.h"

#include "core/hash.h"

#include <fmt/format.h>

namespace weir {
namespace {

constexpr std::size_t remembered_max = 1024;

std::int64_t hash_of(std::string_view text) {
  constexpr std::uint64_t seed = 0x52'45'41'53;
  return static_cast<std::int64_t>(hash64(text, seed));
}

}  // namespace

ReasonTable::ReasonTable(Database& database)
    : database_(database),
      find_(database, "SELECT id, text FROM reason WHERE hash = ?1"),
      insert_(database, "INSERT INTO reason(hash, text) VALUES(?1, ?2) RETURNING id"),
      select_(database, "SELECT hash, text FROM reason WHERE id = ?1") {}

Result<std::uint32_t> ReasonTable::keep(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  std::string key(text);
  if (const auto at = numbers_.find(key); at != numbers_.end()) {
    return at->second;
  }
  std::int64_t number = 0;
  {
    auto row = find_.use();
    row.bind(1, hash_of(text));
    for (;;) {
      WEIR_TRY(const bool found, row.step());
      if (!found) {
        break;
      }
      if (row.text(1) == text) {
        number = row.integer(0);
        break;
      }
    }
  }
  if (number == 0) {
    auto row = insert_.use();
    row.bind(1, hash_of(text));
    row.bind_text(2, text);
    WEIR_TRY(const bool inserted, row.step());
    number = inserted ? row.integer(0) : 0;
    WEIR_CHECK(row.run());
  }
  if (numbers_.size() >= remembered_max) {
    numbers_.clear();
  }
  numbers_.emplace(std::move(key), static_cast<std::uint32_t>(number));
  return static_cast<std::uint32_t>(number);
}

Result<std::string> ReasonTable::text(std::uint32_t number) {
  if (number == 0) {
    return std::string();
  }
  if (const auto at = texts_.find(number); at != texts_.end()) {
    return at->second;
  }
  auto row = select_.use();
  row.bind(1, number);
  WEIR_TRY(const bool found, row.step());
  if (!found || row.integer(0) != hash_of(row.text(1))) {
    return database_.damaged(
        fmt::format("reason {} is missing or does not match its hash", number));
  }
  if (texts_.size() >= remembered_max) {
    texts_.clear();
  }
  return texts_.emplace(number, row.text(1)).first->second;
}

}  // namespace weir
