// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "connectors/mysql/mark_table.h"
#include "connectors/mysql/parameter_table.h"
#include "connectors/mysql/row_writer.h"
#include "connectors/mysql/statement.h"
#include "core/error.h"
#include "sink/sink.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace weir {

struct LaneOrder {
  std::string journal_uuid;
  std::string pipeline;
  std::uint32_t lane = 0;
  bool transactional = true;
  BulkMode mode = BulkMode::single;
};

// One session that executes one statement. See SinkLane for who calls it.
class MysqlLane final : public SinkLane {
 public:
  static Result<std::unique_ptr<SinkLane>> open(std::unique_ptr<MysqlConnection> connection,
                                                MysqlStatement statement, const LaneOrder& order);

  Result<Mark> claim(std::uint64_t fence) override;
  Result<void> begin() override;
  Result<WriteReport> write(std::span<const OutgoingRecord> records) override;
  Result<void> write_mark(std::uint64_t sequence) override;
  Result<void> commit() override;
  void rollback() override;

 private:
  MysqlLane(std::unique_ptr<MysqlConnection> connection, MysqlStatement statement,
            const LaneOrder& order);

  // nullopt: written, but some warning of the server names no row.
  Result<std::optional<WriteReport>> write_rows(RowWriter& writer);
  Result<WriteReport> write_singly();
  Result<void> undo();
  Result<void> check_engine();
  Result<WriteReport> write_guarded();
  void remark_unmatched(const CallReport& call, std::size_t row, WriteReport& report) const;

  std::unique_ptr<MysqlConnection> connection_;
  const MysqlStatement statement_;
  const LaneOrder order_;
  MarkTable mark_;
  ParameterTable table_;
  std::unique_ptr<RowWriter> writer_;
  std::optional<Error> turned_;        // the table cannot roll back any more
  std::unique_ptr<RowWriter> single_;  // made when a warning has to be laid at one row's door
};

}  // namespace weir
