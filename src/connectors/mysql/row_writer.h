// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "connectors/mysql/parameter_table.h"
#include "connectors/mysql/statement.h"
#include "core/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace weir {

// What one call to the server did.
struct CallReport {
  std::size_t rows = 0;        // rows of the table that the call carried
  std::uint64_t affected = 0;  // as the server counts
  std::uint64_t warnings = 0;
  std::uint64_t insert_id = 0;  // of a call of one row: the auto-increment id it was given
};

// One way to get rows of parameters into the server.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  // Executes the statement for as many rows from `from` on as one call takes: at least one, at most
  // `count_max`, within the server's max_allowed_packet (`rejected`: the row alone exceeds it).
  // All of them are written, or none.
  virtual Result<CallReport> write(ParameterTable& table, std::size_t from,
                                   std::size_t count_max) = 0;
};

enum class BulkMode : std::uint8_t {
  array,      // COM_STMT_BULK_EXECUTE: one prepared statement, many rows of values
  multi_row,  // INSERT … VALUES (…), (…), … as text
  single,     // prepared, one row a call
};

// Prepares the statement; as text when the server cannot prepare it. `mode` must be one that the
// statement's batching allows. Connection and statement must outlive the writer.
Result<std::unique_ptr<RowWriter>> make_row_writer(MysqlConnection& connection,
                                                   const MysqlStatement& statement, BulkMode mode);

}  // namespace weir
