// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/connection.h"

#include "connectors/mysql/error_class.h"

#include <errmsg.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace weir {
namespace {

constexpr int stop_poll_milliseconds = 100;
// After a stop, a statement under way may still be answered for so long.
constexpr std::chrono::seconds drain_limit{3};

// A lock is waited for less long than an answer, so that the server's word comes before our cut.
constexpr std::int64_t lock_wait_seconds = 20;
// The server ends a transaction whose client fell silent, and frees its locks.
constexpr std::int64_t idle_transaction_seconds = 120;

void set_option(MYSQL* handle, mysql_option option, unsigned seconds) {
  mysql_optionsv(handle, option, &seconds);
}

// Waits until the socket is ready for what `status` asks, and gives what came of it.
int wait_for_socket(MYSQL* handle, int status, std::chrono::steady_clock::time_point deadline,
                    const std::stop_token& stop) {
  pollfd descriptor{mysql_get_socket(handle), 0, 0};
  descriptor.events = static_cast<short>(((status & MYSQL_WAIT_READ) != 0 ? POLLIN : 0) |
                                         ((status & MYSQL_WAIT_WRITE) != 0 ? POLLOUT : 0) |
                                         ((status & MYSQL_WAIT_EXCEPT) != 0 ? POLLPRI : 0));
  while (!stop.stop_requested() && std::chrono::steady_clock::now() < deadline) {
    const int ready = poll(&descriptor, 1, stop_poll_milliseconds);
    if (ready > 0) {
      const int seen = descriptor.revents;
      return ((seen & (POLLIN | POLLERR | POLLHUP)) != 0 ? MYSQL_WAIT_READ : 0) |
             ((seen & (POLLOUT | POLLERR | POLLHUP)) != 0 ? MYSQL_WAIT_WRITE : 0) |
             ((seen & POLLPRI) != 0 ? MYSQL_WAIT_EXCEPT : 0);
    }
  }
  return MYSQL_WAIT_TIMEOUT;
}

// libmariadb blocks until its own time-outs. A session whose socket is shut down is one whose
// server fell silent: the runner asks the mark what became of it.
void cut_when_stopped(int descriptor, const std::stop_token& stop, const std::stop_token& done) {
  std::mutex mutex;
  std::condition_variable_any changed;
  bool stopped = false;
  const std::stop_callback on_stop(stop, [&] {
    {
      const std::scoped_lock lock(mutex);
      stopped = true;
    }
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  if (changed.wait(lock, done, [&] { return stopped; })) {
    changed.wait_for(lock, done, drain_limit, [] { return false; });
    if (!done.stop_requested()) {
      ::shutdown(descriptor, SHUT_RDWR);
    }
  }
}

// libmariadb has one number for a certificate that fails and for a connection that breaks while it
// is encrypted; the first does not pass by waiting.
bool is_about_certificate(std::string_view text) {
  constexpr std::string_view signs[] = {"certificate", "Certificate",  "verification",
                                        "verify",      "host name",    "hostname",
                                        "self",        "No such file", "SSL is required"};
  return std::any_of(std::begin(signs), std::end(signs), [&](std::string_view sign) {
    return text.find(sign) != std::string_view::npos;
  });
}

}  // namespace

MysqlConnection::MysqlConnection(const MysqlSettings& settings)
    : place_(fmt::format("mysql `{}`", settings.database)) {}

MysqlConnection::~MysqlConnection() {
  cutter_ = std::jthread();
  if (own_socket_ >= 0) {
    ::close(own_socket_);
  }
  if (handle_ != nullptr) {
    mysql_close(handle_);
  }
}

Result<std::unique_ptr<MysqlConnection>> MysqlConnection::open(const MysqlSettings& settings,
                                                               const std::string& offset,
                                                               std::stop_token stop) {
  std::unique_ptr<MysqlConnection> connection(new MysqlConnection(settings));
  const bool asked = settings.tls == "required" || settings.tls == "verify";
  const bool encrypt = asked || (settings.tls == "preferred" && settings.socket.empty());
  auto connected = connection->connect(settings, encrypt, stop);
  if (!connected && connected.error().code == std::to_string(CR_SSL_CONNECTION_ERROR) && encrypt &&
      !asked) {
    connected = connection->connect(settings, false, stop);
  }
  WEIR_CHECK(std::move(connected));
  WEIR_CHECK(connection->cut_after(stop));
  if (asked && !connection->encrypted()) {
    return fail(ErrorKind::invalid_config,
                fmt::format("{}: the server offers no encryption, but `tls: {}` asks for it; "
                            "switch TLS on at the server, or set `tls: preferred`",
                            connection->place_, settings.tls));
  }
  WEIR_CHECK(connection->begin_session(offset));
  return connection;
}

Result<void> MysqlConnection::connect(const MysqlSettings& settings, bool encrypt,
                                      const std::stop_token& stop) {
  if (handle_ != nullptr) {
    mysql_close(handle_);
  }
  handle_ = mysql_init(nullptr);
  if (handle_ == nullptr) {
    return fail(ErrorKind::unavailable, place_ + ": out of memory");
  }
  const auto seconds = static_cast<unsigned>(settings.timeout);
  set_option(handle_, MYSQL_OPT_READ_TIMEOUT, seconds);
  set_option(handle_, MYSQL_OPT_WRITE_TIMEOUT, seconds);
  const unsigned long packet = 1UL << 30;
  mysql_optionsv(handle_, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
  mysql_optionsv(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_optionsv(handle_, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_optionsv(handle_, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "weir");
  const my_bool enforce = encrypt ? 1 : 0;
  const my_bool verify = settings.tls == "verify" ? 1 : 0;
  mysql_optionsv(handle_, MYSQL_OPT_SSL_ENFORCE, &enforce);
  mysql_optionsv(handle_, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (encrypt && verify != 0 && !settings.tls_ca.empty()) {
    mysql_optionsv(handle_, MYSQL_OPT_SSL_CA, settings.tls_ca.c_str());
  }
  const bool by_socket = !settings.socket.empty();
  MYSQL* connected = nullptr;
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(settings.connect_timeout);
  int status = mysql_real_connect_start(
      &connected, handle_, by_socket ? nullptr : settings.host.c_str(), settings.user.c_str(),
      settings.password.c_str(), settings.database.c_str(), static_cast<unsigned>(settings.port),
      by_socket ? settings.socket.c_str() : nullptr, CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS);
  while (status != 0) {
    const int seen = wait_for_socket(handle_, status, deadline, stop);
    status = mysql_real_connect_cont(&connected, handle_, seen);
    if (stop.stop_requested()) {
      break;
    }
  }
  if (stop.stop_requested()) {
    return fail(ErrorKind::cancelled, place_ + ": stopped while connecting");
  }
  if (connected == nullptr) {
    const std::string where =
        by_socket ? settings.socket : fmt::format("{}:{}", settings.host, settings.port);
    return tl::unexpected(error().within("connecting to " + where));
  }
  return {};
}

Result<void> MysqlConnection::cut_after(const std::stop_token& stop) {
  if (!stop.stop_possible()) {
    return {};
  }
  own_socket_ = ::dup(mysql_get_socket(handle_));
  if (own_socket_ < 0) {
    return fail(ErrorKind::unavailable, place_ + ": this process has too many files open");
  }
  cutter_ = std::jthread([descriptor = own_socket_, stop](const std::stop_token& done) {
    cut_when_stopped(descriptor, stop, done);
  });
  return {};
}

Result<void> MysqlConnection::begin_session(const std::string& offset) {
  WEIR_TRY(const auto rows, query("SELECT @@max_allowed_packet, @@session.sql_mode"));
  if (rows.size() != 1 || !rows[0][0] || !rows[0][1]) {
    return fail(ErrorKind::corrupt, place_ + ": the server does not tell its settings");
  }
  std::from_chars(rows[0][0]->data(), rows[0][0]->data() + rows[0][0]->size(), max_packet_);
  std::string modes = *rows[0][1];
  for (const std::string_view added : {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES",
                                       "ERROR_FOR_DIVISION_BY_ZERO", "NO_ENGINE_SUBSTITUTION"}) {
    modes += (modes.empty() ? "" : ",") + std::string(added);
  }
  WEIR_CHECK(execute(fmt::format(
      "SET SESSION sql_mode = {}, time_zone = {}, max_error_count = 65535, sql_notes = 1, "
      "autocommit = 1, innodb_lock_wait_timeout = {}",
      quote(modes), quote(offset), lock_wait_seconds)));
  // MariaDB alone has it; MySQL refuses it as an unknown variable.
  const auto idle =
      execute(fmt::format("SET SESSION idle_transaction_timeout = {}", idle_transaction_seconds));
  if (!idle && idle.error().code != "1193") {
    return tl::unexpected(idle.error());
  }
  return {};
}

Result<void> MysqlConnection::execute(std::string_view sql) {
  if (mysql_real_query(handle_, sql.data(), sql.size()) != 0) {
    return tl::unexpected(error());
  }
  affected_rows_ = 0;
  warning_count_ = 0;
  for (;;) {
    MYSQL_RES* result = mysql_store_result(handle_);
    if (result != nullptr) {
      mysql_free_result(result);
    } else if (mysql_errno(handle_) != 0) {
      return tl::unexpected(error());
    } else {
      affected_rows_ += mysql_affected_rows(handle_);
    }
    warning_count_ += mysql_warning_count(handle_);
    const int more = mysql_next_result(handle_);
    if (more > 0) {
      return tl::unexpected(error());
    }
    if (more < 0) {
      return {};
    }
  }
}

Result<std::vector<SqlRow>> MysqlConnection::query(std::string_view sql) {
  if (mysql_real_query(handle_, sql.data(), sql.size()) != 0) {
    return tl::unexpected(error());
  }
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_store_result(handle_),
                                                                        &mysql_free_result);
  if (result == nullptr) {
    return tl::unexpected(error());
  }
  std::vector<SqlRow> rows;
  const unsigned count = mysql_num_fields(result.get());
  while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const unsigned long* lengths = mysql_fetch_lengths(result.get());
    SqlRow copy(count);
    for (unsigned i = 0; i < count; ++i) {
      if (row[i] != nullptr) {
        copy[i].emplace(row[i], lengths[i]);
      }
    }
    rows.push_back(std::move(copy));
  }
  return rows;
}

Result<void> MysqlConnection::stream(std::string_view sql,
                                     const std::function<void(std::string_view value)>& visitor) {
  if (mysql_real_query(handle_, sql.data(), sql.size()) != 0) {
    return tl::unexpected(error());
  }
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_use_result(handle_),
                                                                        &mysql_free_result);
  if (result == nullptr) {
    return tl::unexpected(error());
  }
  while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
    if (row[0] != nullptr) {
      visitor({row[0], mysql_fetch_lengths(result.get())[0]});
    }
  }
  // The end and a connection that broke look alike but for the number.
  if (mysql_errno(handle_) != 0) {
    return tl::unexpected(error());
  }
  return {};
}

std::string MysqlConnection::quote(std::string_view text) const {
  std::string quoted;
  append_quoted(text, quoted);
  return quoted;
}

void MysqlConnection::append_quoted(std::string_view text, std::string& out) const {
  out += '\'';
  const std::size_t begin = out.size();
  out.resize(begin + text.size() * 2 + 1);
  const unsigned long length =
      mysql_real_escape_string(handle_, out.data() + begin, text.data(), text.size());
  out.resize(begin + length);
  out += '\'';
}

std::string MysqlConnection::quote_name(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) {
    quoted.append(c == '`' ? 2 : 1, c);
  }
  return quoted + "`";
}

bool MysqlConnection::has_array_binding() const {
  unsigned long capabilities = 0;
  mariadb_get_infov(handle_, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &capabilities);
  return (capabilities & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

bool MysqlConnection::backslash_escapes() const {
  unsigned status = 0;
  mariadb_get_infov(handle_, MARIADB_CONNECTION_SERVER_STATUS, &status);
  return (status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0;
}

bool MysqlConnection::encrypted() const { return mysql_get_ssl_cipher(handle_) != nullptr; }

Error MysqlConnection::error() const {
  return error(mysql_errno(handle_), mysql_sqlstate(handle_), mysql_error(handle_));
}

Error MysqlConnection::error(MYSQL_STMT* statement) const {
  return error(mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
               mysql_stmt_error(statement));
}

Error MysqlConnection::error(unsigned code, std::string_view sqlstate,
                             std::string_view text) const {
  ErrorKind kind = classify_mysql_error(code, sqlstate);
  if (code == CR_SSL_CONNECTION_ERROR && is_about_certificate(text)) {
    kind = ErrorKind::invalid_config;
  }
  std::string message = fmt::format("{}: {} (error {})", place_, text, code);
  if (const std::string_view advice = advice_for_mysql_error(code); !advice.empty()) {
    message += fmt::format("; {}", advice);
  }
  return {kind, std::move(message), std::to_string(code), std::nullopt};
}

}  // namespace weir
