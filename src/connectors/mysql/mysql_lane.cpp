// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_lane.h"

#include "connectors/mysql/server_warnings.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace weir {

MysqlLane::MysqlLane(std::unique_ptr<MysqlConnection> connection, MysqlStatement statement,
                     const LaneOrder& order)
    : connection_(std::move(connection)),
      statement_(std::move(statement)),
      order_(order),
      mark_(*connection_, order.journal_uuid, order.pipeline, order.lane),
      table_(statement_.parameters) {}

Result<std::unique_ptr<SinkLane>> MysqlLane::open(std::unique_ptr<MysqlConnection> connection,
                                                  MysqlStatement statement,
                                                  const LaneOrder& order) {
  std::unique_ptr<MysqlLane> lane(
      new MysqlLane(std::move(connection), std::move(statement), order));
  if (order.transactional) {
    WEIR_CHECK(MarkTable::ensure(*lane->connection_));
  }
  WEIR_TRY(lane->writer_, make_row_writer(*lane->connection_, lane->statement_, order.mode));
  return lane;
}

Result<Mark> MysqlLane::claim(std::uint64_t fence) { return mark_.claim(fence); }

Result<void> MysqlLane::begin() { return connection_->execute("START TRANSACTION"); }

Result<WriteReport> MysqlLane::write(std::span<const OutgoingRecord> records) {
  WEIR_CHECK(table_.load(records));
  // One statement is all or nothing by itself.
  const bool guarded = order_.transactional && records.size() > 1;
  if (guarded) {
    WEIR_CHECK(connection_->execute("SAVEPOINT weir_write"));
  }
  auto report = write_rows(*writer_);
  if (report && *report) {
    return std::move(**report);
  }
  if (!report && (report.error().kind != ErrorKind::rejected || !guarded)) {
    return tl::unexpected(std::move(report).error());
  }
  WEIR_CHECK(undo());
  if (!report) {
    return tl::unexpected(std::move(report).error());
  }
  auto singly = write_singly();
  if (!singly && singly.error().kind == ErrorKind::rejected) {
    WEIR_CHECK(undo());
  }
  return singly;
}

Result<void> MysqlLane::undo() {
  auto undone = connection_->execute("ROLLBACK TO SAVEPOINT weir_write");
  if (!undone) {
    // The transaction went away under us: whatever the number says, it is the session that is bad.
    Error error = std::move(undone).error();
    error.kind = ErrorKind::unavailable;
    return tl::unexpected(std::move(error));
  }
  return {};
}

Result<std::optional<WriteReport>> MysqlLane::write_rows(RowWriter& writer) {
  WriteReport report;
  for (std::size_t from = 0; from < table_.rows();) {
    WEIR_TRY(const CallReport call, writer.write(table_, from, table_.rows() - from));
    report.rows += statement_.batching == Batching::none ? call.affected : call.rows;
    if (call.warnings > 0) {
      WEIR_TRY(auto warnings, read_warnings(*connection_, call.rows));
      for (ServerWarning& warning : warnings) {
        if (!warning.row) {
          return std::optional<WriteReport>();
        }
        report.warnings.push_back({from + *warning.row, std::move(warning.text)});
      }
    }
    remark_unmatched(call, from, report);
    from += call.rows;
  }
  return std::optional<WriteReport>(std::move(report));
}

Result<WriteReport> MysqlLane::write_singly() {
  if (single_ == nullptr) {
    WEIR_TRY(single_, make_row_writer(*connection_, statement_, BulkMode::single));
  }
  WEIR_TRY(auto report, write_rows(*single_));
  return std::move(*report);
}

void MysqlLane::remark_unmatched(const CallReport& call, std::size_t row,
                                 WriteReport& report) const {
  if (statement_.verb == StatementVerb::update && call.affected == 0) {
    report.warnings.push_back({row, "the statement found no row to update"});
  }
}

Result<void> MysqlLane::write_mark(std::uint64_t sequence) { return mark_.advance(sequence); }

Result<void> MysqlLane::commit() { return connection_->execute("COMMIT"); }

void MysqlLane::rollback() {
  // When this fails the session is broken, and the next call says so.
  (void)connection_->execute("ROLLBACK");
}

}  // namespace weir
