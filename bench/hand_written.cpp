// SPDX-License-Identifier: Apache-2.0
// The rows of a file into the receipts' table, as well as one writes it by hand over libmariadb:
// two connections, a transaction for each thousand rows.
//
//   weir_hand_written SOCKET DATABASE FILE array|rows insert|upsert [DOCUMENT_TYPE]
//
// array: a prepared statement with arrays of values, MariaDB's own; rows: a statement with a
// thousand VALUES, which every MySQL takes. FILE: seven columns with tabs between, as
// `mariadb --batch` prints them. DOCUMENT_TYPE: in place of the last column, so that rows which
// exist change.
#include <fmt/format.h>
#include <mysql.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weir::bench {
namespace {

constexpr std::size_t columns = 7;
constexpr std::size_t batch_rows = 1000;
constexpr std::size_t connections = 2;
constexpr std::string_view null_text = "NULL";
constexpr std::string_view insert =
    "INSERT INTO hc_dd_skd (extend_processInstanceId, order_no_new, datetime_new, qty_count, "
    "sales_count, status, Document_Type) VALUES ";
constexpr std::string_view update =
    " ON DUPLICATE KEY UPDATE order_no_new = VALUES(order_no_new), "
    "datetime_new = VALUES(datetime_new), qty_count = VALUES(qty_count), "
    "sales_count = VALUES(sales_count), status = VALUES(status), "
    "Document_Type = VALUES(Document_Type)";

using Row = std::array<std::string, columns>;
using Rows = std::span<Row>;

std::vector<Row> read_rows(const char* name) {
  std::vector<Row> rows;
  std::ifstream file(name);
  for (std::string line; std::getline(file, line);) {
    Row row;
    std::size_t start = 0;
    for (std::string& cell : row) {
      const std::size_t end = std::min(line.find('\t', start), line.size());
      cell = line.substr(start, end - start);
      start = end + 1;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

class Connection {
 public:
  Connection(const char* socket, const char* database) : handle_(mysql_init(nullptr), mysql_close) {
    mysql_options(handle_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
    check(mysql_real_connect(handle_.get(), nullptr, "root", "", database, 0, socket, 0) ==
          nullptr);
    check(mysql_autocommit(handle_.get(), 0) != 0);
  }
  MYSQL* handle() { return handle_.get(); }
  void check(bool failed) {
    if (failed) {
      throw std::runtime_error(mysql_error(handle_.get()));
    }
  }

 private:
  std::unique_ptr<MYSQL, decltype(&mysql_close)> handle_;
};

class ArrayWriter {
 public:
  ArrayWriter(Connection& connection, std::string_view tail)
      : connection_(connection),
        statement_(mysql_stmt_init(connection.handle()), mysql_stmt_close) {
    const std::string sql = fmt::format("{}(?, ?, ?, ?, ?, ?, ?){}", insert, tail);
    check(mysql_stmt_prepare(statement_.get(), sql.data(), sql.size()) != 0);
  }

  void write(Rows rows) {
    std::array<MYSQL_BIND, columns> binds{};
    std::array<std::vector<char*>, columns> values;
    std::array<std::vector<unsigned long>, columns> lengths;
    std::array<std::vector<char>, columns> kinds;
    for (std::size_t column = 0; column < columns; ++column) {
      for (Row& row : rows) {
        values[column].push_back(row[column].data());
        lengths[column].push_back(row[column].size());
        kinds[column].push_back(row[column] == null_text ? STMT_INDICATOR_NULL
                                                         : STMT_INDICATOR_NONE);
      }
      binds[column].buffer_type = MYSQL_TYPE_STRING;
      binds[column].buffer = values[column].data();
      binds[column].length = lengths[column].data();
      binds[column].u.indicator = kinds[column].data();
    }
    auto size = static_cast<unsigned int>(rows.size());
    check(mysql_stmt_attr_set(statement_.get(), STMT_ATTR_ARRAY_SIZE, &size) != 0);
    check(mysql_stmt_bind_param(statement_.get(), binds.data()) != 0);
    check(mysql_stmt_execute(statement_.get()) != 0);
    connection_.check(mysql_commit(connection_.handle()) != 0);
  }

 private:
  void check(bool failed) {
    if (failed) {
      throw std::runtime_error(mysql_stmt_error(statement_.get()));
    }
  }

  Connection& connection_;
  std::unique_ptr<MYSQL_STMT, decltype(&mysql_stmt_close)> statement_;
};

class RowsWriter {
 public:
  RowsWriter(Connection& connection, std::string_view tail)
      : connection_(connection), tail_(tail) {}

  void write(Rows rows) {
    sql_ = insert;
    for (const Row& row : rows) {
      sql_ += sql_.size() == insert.size() ? "(" : ",(";
      for (std::size_t column = 0; column < columns; ++column) {
        sql_ += column == 0 ? "" : ",";
        add(row[column]);
      }
      sql_ += ')';
    }
    sql_ += tail_;
    connection_.check(mysql_real_query(connection_.handle(), sql_.data(), sql_.size()) != 0);
    connection_.check(mysql_commit(connection_.handle()) != 0);
  }

 private:
  void add(const std::string& value) {
    if (value == null_text) {
      sql_ += "NULL";
      return;
    }
    escaped_.resize(value.size() * 2 + 1);
    escaped_.resize(mysql_real_escape_string(connection_.handle(), escaped_.data(), value.data(),
                                             value.size()));
    sql_ += '\'';
    sql_ += escaped_;
    sql_ += '\'';
  }

  Connection& connection_;
  const std::string_view tail_;
  std::string sql_;
  std::string escaped_;
};

template <typename Writer>
void write_share(Connection& connection, std::string_view tail, Rows share) {
  Writer writer(connection, tail);
  for (std::size_t at = 0; at < share.size(); at += batch_rows) {
    writer.write(share.subspan(at, std::min(batch_rows, share.size() - at)));
  }
}

struct Order {
  const char* socket;
  const char* database;
  bool arrays;
  std::string_view tail;
};

bool write_all(const Order& order, Rows rows) {
  std::atomic<bool> failed = false;
  std::vector<std::jthread> threads;
  const std::size_t share = (rows.size() + connections - 1) / connections;
  for (std::size_t at = 0; at < rows.size(); at += share) {
    threads.emplace_back([&, at] {
      try {
        Connection connection(order.socket, order.database);
        const Rows part = rows.subspan(at, std::min(share, rows.size() - at));
        order.arrays ? write_share<ArrayWriter>(connection, order.tail, part)
                     : write_share<RowsWriter>(connection, order.tail, part);
      } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        failed = true;
      }
    });
  }
  threads.clear();
  return !failed;
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
  using namespace weir::bench;
  if (count < 6) {
    fmt::print(stderr,
               "usage: weir_hand_written SOCKET DATABASE FILE array|rows insert|upsert "
               "[DOCUMENT_TYPE]\n");
    return 2;
  }
  auto rows = read_rows(arguments[3]);
  for (auto& row : rows) {
    row.back() = count > 6 ? arguments[6] : row.back();
  }
  const Order order{arguments[1], arguments[2], std::string_view(arguments[4]) == "array",
                    std::string_view(arguments[5]) == "upsert" ? update : std::string_view()};
  return write_all(order, rows) ? 0 : 1;
}
