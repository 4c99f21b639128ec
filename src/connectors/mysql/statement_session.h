// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/bound_statement.h"
#include "connectors/mysql/connection.h"
#include "connectors/mysql/parameter_table.h"
#include "connectors/mysql/row_writer.h"
#include "core/error.h"
#include "core/mapped_rows.h"
#include "core/row_layout.h"
#include "sink/sink.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// One statement in one session: the rows that it is to be executed for, and the ways to do that.
// Used by one thread; blocks as the connection does. Errors name the table, and the row of a call
// of one row where its record has several.
class StatementSession {
 public:
  // Prepares the statement. The connection must outlive the session.
  static Result<std::unique_ptr<StatementSession>> prepare(MysqlConnection& connection,
                                                           const BoundStatement& bound,
                                                           MysqlStatement statement, BulkMode mode);

  const MysqlStatement& statement() const { return statement_; }

  void clear() { table_.clear(); }
  // Adds a row for each object of the origin's request that the statement binds. Errors:
  // `internal`.
  Result<void> add(const RowOrigin& origin, const MappedRows& rows,
                   std::string_view insert_id = {});

  enum class Pace : std::uint8_t { in_bulk, singly };
  // Executes the statement for all rows and appends to the report. False: executed, but some
  // warning of the server names no row (never when done singly).
  Result<bool> execute(Pace pace, WriteReport& report);
  // Of execute(singly): the auto-increment id that each row was given, 0 for none.
  const std::vector<std::uint64_t>& insert_ids() const { return insert_ids_; }

 private:
  StatementSession(MysqlConnection& connection, const BoundStatement& bound,
                   MysqlStatement statement);

  Result<void> heed(const std::shared_ptr<const RowLayout>& layout);
  Result<RowWriter*> writer_for(Pace pace);
  Result<bool> remark(const CallReport& call, std::size_t row, WriteReport& report);
  std::string label(const RowOrigin& origin) const;
  Error placed(Error error, std::size_t row, bool alone) const;

  MysqlConnection& connection_;
  const BoundStatement& bound_;
  const MysqlStatement statement_;
  ParameterTable table_;
  std::shared_ptr<const RowLayout> layout_;  // that of the last row
  const RowLayout::Node* values_ = nullptr;  // what it binds there, if that is one node
  const std::vector<RowLayout::Node>* members_ = nullptr;  // its members; null: values_ is a cell
  std::unique_ptr<RowWriter> writer_;
  std::unique_ptr<RowWriter> single_;  // made when one row has to be told from the others
  bool writes_singly_ = false;         // writer_ does
  std::vector<std::uint64_t> insert_ids_;
};

}  // namespace weir
