// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_lane.h"

#include "connectors/mysql/server_warnings.h"
#include "connectors/mysql/target_check.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace weir {
namespace {

// The server names a column that is not there, but not the table.
Error with_table(Error error, const MysqlStatement& statement) {
  if (error.kind == ErrorKind::invalid_config && !statement.table.empty()) {
    return error.within(fmt::format("table `{}`", statement.table));
  }
  return error;
}

}  // namespace

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
  auto writer = make_row_writer(*lane->connection_, lane->statement_, order.mode);
  if (!writer) {
    return tl::unexpected(with_table(std::move(writer).error(), lane->statement_));
  }
  lane->writer_ = std::move(*writer);
  return lane;
}

Result<Mark> MysqlLane::claim(std::uint64_t fence) {
  WEIR_CHECK(MarkTable::ensure(*connection_));
  return mark_.claim(fence);
}

Result<void> MysqlLane::begin() {
  if (turned_) {
    return tl::unexpected(*turned_);
  }
  return connection_->execute("START TRANSACTION");
}

Result<WriteReport> MysqlLane::write(std::span<const OutgoingRecord> records) {
  WEIR_CHECK(table_.load(records));
  auto report = write_guarded();
  if (!report) {
    return tl::unexpected(with_table(std::move(report).error(), statement_));
  }
  return report;
}

Result<WriteReport> MysqlLane::write_guarded() {
  // One statement is all or nothing by itself.
  const bool guarded = order_.transactional && table_.rows() > 1;
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
  return connection_->warning_count() == 0 ? Result<void>{} : check_engine();
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
        report.warnings.push_back({table_.record_of(from + *warning.row), std::move(warning.text)});
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
    report.warnings.push_back({table_.record_of(row), "the statement found no row to update"});
  }
}

// A table that was turned into one without rollback while this session wrote. It cannot be turned
// between a batch's first row and its end, so a batch that has met no error by then is whole.
Result<void> MysqlLane::check_engine() {
  WEIR_TRY(const std::string engine, engine_without_rollback(*connection_, statement_));
  if (!engine.empty()) {
    turned_ = Error{ErrorKind::invalid_config,
                    connection_->place() + ": " + cannot_roll_back(statement_, engine),
                    {},
                    std::nullopt};
    return tl::unexpected(*turned_);
  }
  return {};
}

Result<void> MysqlLane::write_mark(std::uint64_t sequence) {
  WEIR_CHECK(mark_.advance(sequence));
  // What is written stays written: it is committed with its mark, and the next batch is refused.
  auto sound = check_engine();
  return sound || turned_ ? Result<void>{} : sound;
}

Result<void> MysqlLane::commit() { return connection_->execute("COMMIT"); }

void MysqlLane::rollback() {
  // When this fails the session is broken, and the next call says so.
  (void)connection_->execute("ROLLBACK");
}

}  // namespace weir
