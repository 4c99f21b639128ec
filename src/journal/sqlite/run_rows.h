// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/byte_codec.h"
#include "journal/sqlite/sqlite_database.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// A table of what sorted runs are made of: sealed rows, counted from 0 in each run. One thread.
class RunRows {
 public:
  // `kind`: in each row's seal, so that none passes for a row of another table.
  RunRows(Database& database, std::string_view table, std::uint64_t kind);

  Result<void> insert(std::int64_t run, std::size_t index, ByteWriter data);
  // Calls take(bytes), which tells whether they are good. False: they are not, or do not match
  // their seal, or the row is missing.
  template <typename Take>
  Result<bool> read(std::int64_t run, std::size_t index, const Take& take) {
    auto row = select_.use();
    row.bind(1, id_of(run, index));
    WEIR_TRY(const bool found, row.step());
    ByteReader reader(found ? row.text(0) : std::string_view(), seed_of(run, index));
    return reader.good() && take(reader.raw(reader.left()));
  }
  // Deletes at most `rows` of a run; true: none is left.
  Result<bool> remove(std::int64_t run, std::size_t rows);

 private:
  struct Texts {
    std::string insert, select, first, remove;
  };
  static std::int64_t id_of(std::int64_t run, std::size_t index);
  std::uint64_t seed_of(std::int64_t run, std::size_t index) const;

  const std::uint64_t kind_;
  const Texts sql_;
  Statement insert_;
  Statement select_;
  Statement first_;
  Statement remove_;
};

}  // namespace weir
