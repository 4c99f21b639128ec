// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_lane.h"

#include "connectors/mysql/target_check.h"
#include "core/failpoint.h"

#include <fmt/format.h>

#include <utility>

namespace weir {

MysqlLane::MysqlLane(std::unique_ptr<MysqlConnection> connection, const MysqlTarget& target,
                     const LaneOrder& order)
    : connection_(std::move(connection)),
      target_(target),
      order_(order),
      mark_(*connection_, order.journal_uuid, order.pipeline, order.lane) {}

Result<std::unique_ptr<SinkLane>> MysqlLane::open(std::unique_ptr<MysqlConnection> connection,
                                                  const MysqlTarget& target, const LaneOrder& order,
                                                  const ChooseMode& choose_mode) {
  std::unique_ptr<MysqlLane> lane(new MysqlLane(std::move(connection), target, order));
  WEIR_CHECK(lane->prepare(choose_mode));
  return lane;
}

Result<void> MysqlLane::prepare(const ChooseMode& choose_mode) {
  for (const BoundStatement& bound : target_.statements) {
    WEIR_TRY(MysqlStatement statement, bound.parse(connection_->backslash_escapes()));
    if (order_.transactional) {
      WEIR_TRY(const std::string engine, engine_without_rollback(*connection_, statement));
      if (!engine.empty()) {
        return fail(ErrorKind::invalid_config, cannot_roll_back(statement, engine));
      }
    }
    WEIR_TRY(BulkMode mode, choose_mode(statement));
    // A call of many rows tells the id of one of them.
    if (&bound == &target_.main() && target_.needs_insert_id()) {
      mode = BulkMode::single;
    }
    WEIR_TRY(auto session,
             StatementSession::prepare(*connection_, bound, std::move(statement), mode));
    sessions_.push_back(std::move(session));
  }
  return {};
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

void MysqlLane::arrange(std::span<const OutgoingRecord> records) {
  rows_.clear();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const MappedRows& rows = records[i].rows;
    for (std::size_t j = 0; j < rows.size(); ++j) {
      rows_.push_back({{i, j, rows.size(), std::nullopt}, &rows});
    }
  }
}

Result<WriteReport> MysqlLane::write(std::span<const OutgoingRecord> records) {
  arrange(records);
  // One statement is all or nothing by itself.
  if (rows_.size() > 1 || sessions_.size() > 1) {
    return order_.transactional ? write_guarded(records.size()) : write_in_own_transaction();
  }
  WEIR_TRY(auto report, write_rows(Pace::in_bulk));
  return std::move(*report);  // a warning of a call of one row is that row's
}

Result<WriteReport> MysqlLane::write_guarded(std::size_t records) {
  WEIR_CHECK(connection_->execute("SAVEPOINT weir_write"));
  auto report = write_rows(Pace::in_bulk);
  if (report && *report) {
    return std::move(**report);
  }
  if (!report && report.error().kind != ErrorKind::rejected) {
    return tl::unexpected(std::move(report).error());
  }
  WEIR_CHECK(undo());
  if (!report && records > 1) {
    return tl::unexpected(std::move(report).error());
  }
  // Once more, row by row: to lay a warning at its record's door, or to name the bad row of one.
  auto singly = write_rows(Pace::singly);
  if (!singly) {
    if (singly.error().kind == ErrorKind::rejected) {
      WEIR_CHECK(undo());
    }
    return tl::unexpected(std::move(singly).error());
  }
  return std::move(**singly);
}

Result<WriteReport> MysqlLane::write_in_own_transaction() {
  WEIR_CHECK(connection_->execute("START TRANSACTION"));
  auto report = write_rows(Pace::singly);
  if (!report) {
    rollback();
    return tl::unexpected(std::move(report).error());
  }
  WEIR_CHECK(connection_->execute("COMMIT"));
  return std::move(**report);
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

Result<std::optional<WriteReport>> MysqlLane::write_rows(Pace pace) {
  WriteReport report;
  const std::span<const Row> rows(rows_);
  const std::size_t group = target_.in_bulk() ? rows.size() : 1;
  for (std::size_t from = 0; from < rows.size(); from += group) {
    WEIR_TRY(const bool laid, write_group(rows.subspan(from, group), pace, report));
    if (!laid) {
      return std::optional<WriteReport>();
    }
  }
  return std::optional<WriteReport>(std::move(report));
}

// The main statement for all of the rows, then each extension for all of their elements.
Result<bool> MysqlLane::write_group(std::span<const Row> rows, Pace pace, WriteReport& report) {
  StatementSession& main = *sessions_.front();
  main.clear();
  for (const Row& row : rows) {
    WEIR_CHECK(main.add(row.origin, *row.rows));
  }
  WEIR_TRY(const bool laid, main.execute(pace, report));
  return laid && sessions_.size() > 1 ? extend(rows, pace, report) : laid;
}

Result<bool> MysqlLane::extend(std::span<const Row> rows, Pace pace, WriteReport& report) {
  failpoint("mysql.before_extensions");
  std::vector<std::string> insert_ids(rows.size());
  for (std::size_t i = 0; target_.needs_insert_id() && i < rows.size(); ++i) {
    WEIR_TRY(insert_ids[i], insert_id(i));
  }
  for (std::size_t i = 1; i < sessions_.size(); ++i) {
    StatementSession& session = *sessions_[i];
    session.clear();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      WEIR_CHECK(session.add(rows[row].origin, *rows[row].rows, insert_ids[row]));
    }
    WEIR_TRY(const bool laid, session.execute(pace, report));
    if (!laid) {
      return false;
    }
  }
  return true;
}

Result<std::string> MysqlLane::insert_id(std::size_t row) const {
  const std::uint64_t id = sessions_.front()->insert_ids()[row];
  if (id == 0) {
    return fail(ErrorKind::rejected,
                "`main_sql` was given no auto-increment id, so `:lastInsertId` has no value; it "
                "must insert a row into a table with an AUTO_INCREMENT column, or say which row "
                "it updates by `ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)`");
  }
  return std::to_string(id);
}

// A table that was turned into one without rollback while this session wrote. It cannot be turned
// between a batch's first row and its end, so a batch that has met no error by then is whole.
Result<void> MysqlLane::check_engine() {
  for (const auto& session : sessions_) {
    WEIR_TRY(const std::string engine, engine_without_rollback(*connection_, session->statement()));
    if (!engine.empty()) {
      turned_ = Error{ErrorKind::invalid_config,
                      connection_->place() + ": " + cannot_roll_back(session->statement(), engine),
                      {},
                      std::nullopt};
      return tl::unexpected(*turned_);
    }
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
