// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/mysql/settings.h"
#include "core/error.h"

#include <mysql.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace weir {

using SqlRow = std::vector<std::optional<std::string>>;

// One session at a server, through libmariadb. Used by one thread. Every call blocks for at most
// the settings' time-outs; errors name the database and carry the server's own text and number.
//
// The session is utf8mb4, has the zone as a numeric offset (a fresh MariaDB knows no zone names),
// is strict (what cannot be stored is refused, not bent: added to the server's sql_mode, which is
// otherwise kept), keeps all warnings, and counts rows found rather than rows changed.
class MysqlConnection {
 public:
  // `offset`: as SET time_zone takes it, "+08:00". The stop ends a connection attempt at once, and
  // whatever the session is doing three seconds later: the call then fails with `timed_out`.
  static Result<std::unique_ptr<MysqlConnection>> open(const MysqlSettings& settings,
                                                       const std::string& offset,
                                                       std::stop_token stop);
  ~MysqlConnection();
  MysqlConnection(const MysqlConnection&) = delete;
  MysqlConnection& operator=(const MysqlConnection&) = delete;

  Result<void> execute(std::string_view sql);  // results are read and dropped
  Result<std::vector<SqlRow>> query(std::string_view sql);
  // The first column of every row, as the server sends them: none is kept. NULL is passed over.
  // `visitor` must not use the connection.
  Result<void> stream(std::string_view sql,
                      const std::function<void(std::string_view value)>& visitor);
  // 'text', escaped for this session. An identifier as `name`.
  std::string quote(std::string_view text) const;
  void append_quoted(std::string_view text, std::string& out) const;
  static std::string quote_name(std::string_view name);

  std::uint64_t affected_rows() const { return affected_rows_; }
  std::uint64_t warning_count() const { return warning_count_; }

  // Facts about the server, asked when the session began.
  bool has_array_binding() const;  // COM_STMT_BULK_EXECUTE, MariaDB from 10.2 on
  bool backslash_escapes() const;  // not under NO_BACKSLASH_ESCAPES
  std::size_t max_packet() const { return max_packet_; }
  bool encrypted() const;

  // The error of the last call on the session, or on a statement of it.
  Error error() const;
  Error error(MYSQL_STMT* statement) const;
  Error error(unsigned code, std::string_view sqlstate, std::string_view text) const;
  // In front of messages: "mysql `hongchao`".
  const std::string& place() const { return place_; }
  MYSQL* handle() { return handle_; }

 private:
  explicit MysqlConnection(const MysqlSettings& settings);
  Result<void> connect(const MysqlSettings& settings, bool encrypt, const std::stop_token& stop);
  Result<void> begin_session(const std::string& offset);
  Result<void> cut_after(const std::stop_token& stop);

  std::string place_;
  MYSQL* handle_ = nullptr;
  std::size_t max_packet_ = 0;
  std::uint64_t affected_rows_ = 0;
  std::uint64_t warning_count_ = 0;
  int own_socket_ = -1;  // a second descriptor: the first is libmariadb's to close
  std::jthread cutter_;
};

}  // namespace weir
