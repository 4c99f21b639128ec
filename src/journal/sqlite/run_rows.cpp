// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/run_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

RunRows::RunRows(Database& database, std::string_view table, std::uint64_t kind)
    : kind_(kind),
      sql_{fmt::format("INSERT INTO {}(id, data) VALUES(?1, ?2)", table),
           fmt::format("SELECT data FROM {} WHERE id = ?1", table),
           fmt::format("SELECT min(id) FROM {} WHERE id >= ?1 AND id < ?2", table),
           fmt::format("DELETE FROM {} WHERE id >= ?1 AND id < ?2", table)},
      insert_(database, sql_.insert.c_str()),
      select_(database, sql_.select.c_str()),
      first_(database, sql_.first.c_str()),
      remove_(database, sql_.remove.c_str()) {}

std::int64_t RunRows::id_of(std::int64_t run, std::size_t index) {
  constexpr unsigned index_bits = 28;
  return run << index_bits | static_cast<std::int64_t>(index);
}

std::uint64_t RunRows::seed_of(std::int64_t run, std::size_t index) const {
  return kind_ ^ static_cast<std::uint64_t>(id_of(run, index)) << 8U;
}

Result<void> RunRows::insert(std::int64_t run, std::size_t index, ByteWriter data) {
  const std::string sealed = std::move(data).sealed(seed_of(run, index));
  auto row = insert_.use();
  row.bind(1, id_of(run, index));
  row.bind_blob(2, sealed);
  return row.run();
}

Result<bool> RunRows::remove(std::int64_t run, std::size_t rows) {
  std::int64_t first = 0;
  {
    auto row = first_.use();
    row.bind(1, id_of(run, 0));
    row.bind(2, id_of(run + 1, 0));
    WEIR_TRY(const bool found, row.step());
    if (!found || row.is_null(0)) {
      return true;
    }
    first = row.integer(0);
  }
  auto row = remove_.use();
  row.bind(1, first);
  row.bind(2, std::min(first + static_cast<std::int64_t>(rows), id_of(run + 1, 0)));
  WEIR_CHECK(row.run());
  return false;
}

}  // namespace weir
