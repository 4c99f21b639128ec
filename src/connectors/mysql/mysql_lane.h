// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/connection.h"
#include "connectors/mysql/mark_table.h"
#include "connectors/mysql/statement_session.h"
#include "connectors/mysql/target.h"
#include "core/error.h"
#include "sink/sink.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace weir {

struct LaneOrder {
  std::string journal_uuid;
  std::string pipeline;
  std::uint32_t lane = 0;
  bool transactional = true;
};

// One session that executes the statements of a target: `main_sql` for each row of a record, then
// its extensions. See SinkLane for who calls it. Without transactions a record that takes several
// calls is put into one of its own all the same, which the tables may or may not heed.
class MysqlLane final : public SinkLane {
 public:
  // Keeps a copy of the target. Errors: as the server's, `invalid_config` (a table that
  // cannot roll back).
  using ChooseMode = std::function<Result<BulkMode>(const MysqlStatement& statement)>;
  static Result<std::unique_ptr<SinkLane>> open(std::unique_ptr<MysqlConnection> connection,
                                                const MysqlTarget& target, const LaneOrder& order,
                                                const ChooseMode& choose_mode);

  Result<Mark> claim(std::uint64_t fence) override;
  Result<void> begin() override;
  Result<WriteReport> write(std::span<const OutgoingRecord> records) override;
  Result<void> write_mark(std::uint64_t sequence) override;
  Result<void> commit() override;
  void rollback() override;

 private:
  using Pace = StatementSession::Pace;
  struct Row {
    RowOrigin origin;
    const MappedRows* rows = nullptr;  // the origin's request of these
  };

  MysqlLane(std::unique_ptr<MysqlConnection> connection, const MysqlTarget& target,
            const LaneOrder& order);

  Result<void> prepare(const ChooseMode& choose_mode);
  void arrange(std::span<const OutgoingRecord> records);
  Result<WriteReport> write_guarded(std::size_t records);
  Result<WriteReport> write_in_own_transaction();
  // nullopt: written, but some warning of the server names no row.
  Result<std::optional<WriteReport>> write_rows(Pace pace);
  Result<bool> write_group(std::span<const Row> rows, Pace pace, WriteReport& report);
  Result<bool> extend(std::span<const Row> rows, Pace pace, WriteReport& report);
  Result<std::string> insert_id(std::size_t row) const;
  Result<void> undo();
  Result<void> check_engine();

  std::unique_ptr<MysqlConnection> connection_;
  const MysqlTarget target_;
  const LaneOrder order_;
  MarkTable mark_;
  std::vector<std::unique_ptr<StatementSession>> sessions_;  // in the order of the statements
  std::vector<Row> rows_;
  std::optional<Error> turned_;  // a table cannot roll back any more
};

}  // namespace weir
