// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weir {

// Reasons by number: a thousand records filtered by one rule share one text. Number 0 is the empty
// reason. One thread.
class ReasonTable {
 public:
  explicit ReasonTable(Database& database);

  // The number of the text, which is stored when it is new.
  Result<std::uint32_t> keep(std::string_view text);
  Result<std::string> text(std::uint32_t number);

 private:
  Database& database_;
  Statement find_;
  Statement insert_;
  Statement select_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::unordered_map<std::uint32_t, std::string> texts_;
};

}  // namespace weir
