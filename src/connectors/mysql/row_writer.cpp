// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/row_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

// Header, types and the statement's id.
constexpr std::size_t packet_overhead = 4096;
constexpr std::string_view not_preparable = "1295";

using StatementHandle = std::unique_ptr<MYSQL_STMT, decltype(&mysql_stmt_close)>;

tl::unexpected<Error> too_large(const MysqlConnection& connection, std::size_t bytes) {
  return fail(ErrorKind::rejected,
              fmt::format("{}: the record takes {} bytes, the server allows {} "
                          "(max_allowed_packet); shorten it, or raise that limit",
                          connection.place(), bytes, connection.max_packet()));
}

// array and single: values are bound, never spelled out.
class PreparedWriter final : public RowWriter {
 public:
  PreparedWriter(MysqlConnection& connection, StatementHandle handle, bool array)
      : connection_(connection), handle_(std::move(handle)), array_(array) {}

  Result<CallReport> write(ParameterTable& table, std::size_t from,
                           std::size_t count_max) override {
    WEIR_TRY(const std::size_t count, rows_that_fit(table, from, array_ ? count_max : 1));
    bind(table, from, count);
    if (mysql_stmt_execute(handle_.get()) != 0) {
      const Error error = connection_.error(handle_.get());
      mysql_stmt_reset(handle_.get());
      return tl::unexpected(error);
    }
    CallReport report{count, 0, 0, mysql_stmt_insert_id(handle_.get())};
    for (;;) {
      const my_ulonglong affected = mysql_stmt_affected_rows(handle_.get());
      report.affected += affected == static_cast<my_ulonglong>(-1) ? 0 : affected;
      report.warnings += static_cast<std::uint64_t>(mysql_stmt_warning_count(handle_.get()));
      mysql_stmt_free_result(handle_.get());
      const int more = mysql_stmt_next_result(handle_.get());
      if (more > 0) {
        return tl::unexpected(connection_.error(handle_.get()));
      }
      if (more < 0) {
        return report;
      }
    }
  }

 private:
  Result<std::size_t> rows_that_fit(const ParameterTable& table, std::size_t from,
                                    std::size_t count_max) const {
    std::size_t bytes = packet_overhead + table.row_bytes(from);
    if (bytes > connection_.max_packet()) {
      return too_large(connection_, bytes);
    }
    std::size_t count = 1;
    while (count < count_max && bytes + table.row_bytes(from + count) <= connection_.max_packet()) {
      bytes += table.row_bytes(from + count);
      ++count;
    }
    return count;
  }

  void bind(ParameterTable& table, std::size_t from, std::size_t count) {
    binds_.assign(table.columns(), MYSQL_BIND{});
    nulls_.assign(table.columns(), 0);
    for (std::size_t column = 0; column < binds_.size(); ++column) {
      MYSQL_BIND& bound = binds_[column];
      bound.buffer_type = MYSQL_TYPE_STRING;
      bound.length = table.lengths(column, from);
      if (array_) {
        bound.buffer = static_cast<void*>(table.pointers(column, from));
        bound.u.indicator = table.indicators(column, from);
      } else {
        nulls_[column] = *table.indicators(column, from) == STMT_INDICATOR_NULL ? 1 : 0;
        bound.is_null = &nulls_[column];
        bound.buffer = const_cast<char*>(*table.pointers(column, from));  // NOLINT: only read
        bound.buffer_length = *table.lengths(column, from);
      }
    }
    if (array_) {
      const auto size = static_cast<unsigned>(count);
      mysql_stmt_attr_set(handle_.get(), STMT_ATTR_ARRAY_SIZE, &size);
    }
    if (!binds_.empty()) {
      mysql_stmt_bind_param(handle_.get(), binds_.data());
    }
  }

  MysqlConnection& connection_;
  StatementHandle handle_;
  const bool array_;
  std::vector<MYSQL_BIND> binds_;
  std::vector<my_bool> nulls_;
};

// multi_row, and single statements that cannot be prepared: values are escaped into the text.
class TextWriter final : public RowWriter {
 public:
  TextWriter(MysqlConnection& connection, const MysqlStatement& statement, bool many)
      : connection_(connection), statement_(statement), many_(many) {}

  Result<CallReport> write(ParameterTable& table, std::size_t from,
                           std::size_t count_max) override {
    text_.clear();
    std::size_t count = 0;
    if (many_) {
      count = append_groups(table, from, count_max);
    } else {
      count = 1;
      append_row(table, from, 0, statement_.pieces.back().size());
    }
    if (text_.size() + packet_overhead > connection_.max_packet()) {
      return too_large(connection_, text_.size() + packet_overhead);
    }
    WEIR_CHECK(connection_.execute(text_));
    return CallReport{count, connection_.affected_rows(), connection_.warning_count(),
                      mysql_insert_id(connection_.handle())};
  }

 private:
  std::size_t append_groups(const ParameterTable& table, std::size_t from, std::size_t count_max) {
    const std::string& last = statement_.pieces.back();
    const std::size_t tail = last.size() - statement_.group_end;
    std::size_t count = 0;
    append_row(table, from, 0, statement_.group_end);
    for (count = 1; count < count_max; ++count) {
      const std::size_t whole = text_.size();
      text_ += ',';
      append_row(table, from + count, statement_.group_begin, statement_.group_end);
      if (text_.size() + tail + packet_overhead > connection_.max_packet()) {
        text_.resize(whole);
        break;
      }
    }
    text_.append(last, statement_.group_end);
    return count;
  }

  // The statement with a row's values, from `begin` in the first piece to `end` in the last.
  void append_row(const ParameterTable& table, std::size_t row, std::size_t begin,
                  std::size_t end) {
    const std::vector<std::string>& pieces = statement_.pieces;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const std::size_t piece_begin = i == 0 ? begin : 0;
      const std::size_t piece_end = i + 1 == pieces.size() ? end : pieces[i].size();
      text_.append(pieces[i], piece_begin, piece_end - piece_begin);
      if (i < table.columns()) {
        const auto cell = table.cell(i, row);
        if (cell) {
          connection_.append_quoted(*cell, text_);
        } else {
          text_ += "NULL";
        }
      }
    }
  }

  MysqlConnection& connection_;
  const MysqlStatement& statement_;
  const bool many_;
  std::string text_;
};

}  // namespace

Result<std::unique_ptr<RowWriter>> make_row_writer(MysqlConnection& connection,
                                                   const MysqlStatement& statement, BulkMode mode) {
  if (mode == BulkMode::multi_row) {
    return std::make_unique<TextWriter>(connection, statement, true);
  }
  StatementHandle handle(mysql_stmt_init(connection.handle()), &mysql_stmt_close);
  if (handle == nullptr) {
    return tl::unexpected(connection.error());
  }
  const std::string text = statement.prepared();
  if (mysql_stmt_prepare(handle.get(), text.data(), text.size()) != 0) {
    Error error = connection.error(handle.get());
    if (error.code == not_preparable && mode == BulkMode::single) {
      return std::make_unique<TextWriter>(connection, statement, false);
    }
    return tl::unexpected(std::move(error));
  }
  return std::make_unique<PreparedWriter>(connection, std::move(handle), mode == BulkMode::array);
}

}  // namespace weir
