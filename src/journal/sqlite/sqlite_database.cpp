// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace weir {
namespace {

constexpr int busy_wait_ms = 10'000;

// `error_number`: what the operating system said, 0 when it was not asked.
ErrorKind kind_of(int code, int error_number) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return ErrorKind::exhausted;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return kind_of_failure(error_number);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
      return ErrorKind::unavailable;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      return ErrorKind::internal;
    default:
      return ErrorKind::corrupt;
  }
}

std::string_view advice(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::corrupt:
      return "the file is damaged; restore it from a backup";
    case ErrorKind::exhausted:
      return "the disk is full; make room and start again";
    case ErrorKind::unavailable:
      return "see that disk, file and folder are there and can be written, then start again";
    default:
      return "this is a bug; please report it";
  }
}

// What the operating system said last on this thread. SQLite keeps it with the connection for some
// calls only, and not for a COMMIT.
int system_error() {
  sqlite3_vfs* disk = sqlite3_vfs_find(nullptr);
  return disk->xGetLastError(disk, 0, nullptr);
}

// SQLite would make it readable by all; it holds a company's records.
Result<void> create_private(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    const std::error_code cause(errno, std::generic_category());
    return fail(kind_of_failure(cause.value()),
                fmt::format("journal `{}`: cannot be created: {}; see that there is room and that "
                            "the folder can be written",
                            file.string(), cause.message()));
  }
  ::close(descriptor);
  return {};
}

}  // namespace

ErrorKind kind_of_failure(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT ? ErrorKind::exhausted
                                                          : ErrorKind::unavailable;
}

Database::Database(std::filesystem::path file, sqlite3* handle)
    : file_(std::move(file)), handle_(handle) {}

Database::~Database() { sqlite3_close_v2(handle_); }

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file,
                                                 DatabaseAccess access) {
  if (access == DatabaseAccess::create) {
    WEIR_CHECK(create_private(file));
  }
  const int flags =
      (access == DatabaseAccess::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* handle = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(file, handle));
  if (code != SQLITE_OK) {
    return database->error(code, "opening it");
  }
  sqlite3_busy_timeout(handle, busy_wait_ms);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  WEIR_CHECK(database->execute("PRAGMA trusted_schema=OFF"));
  WEIR_CHECK(database->execute("PRAGMA cell_size_check=ON"));
  WEIR_CHECK(database->execute("PRAGMA temp_store=MEMORY"));
  return database;
}

Result<void> Database::execute(const char* sql) {
  errno = 0;
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    return error(code, sql);
  }
  return {};
}

Result<std::int64_t> Database::integer(const char* sql) {
  Statement statement(*this, sql);
  auto row = statement.use();
  WEIR_TRY(const bool found, row.step());
  if (!found) {
    return damaged(sql);
  }
  return row.integer(0);
}

Result<sqlite3_file*> Database::open_file(int which) {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(handle_, "main", which, static_cast<void*>(&file));
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) {
    return error(code != SQLITE_OK ? code : SQLITE_MISUSE, "finding its files");
  }
  return file;
}

Result<void> Database::sync(sqlite3_file* file, std::string_view what) const {
  errno = 0;
  const int code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) {
    // Not error(): what the connection says last may be of another thread's work.
    const ErrorKind kind = kind_of(code, system_error());
    return fail(kind,
                fmt::format("journal `{}`: {} (while: {}): {}", file_.string(),
                            sqlite3_errstr(code), what, advice(kind)),
                std::to_string(code));
  }
  return {};
}

Result<void> Database::sync_apart() {
  WEIR_TRY(log_, open_file(SQLITE_FCNTL_JOURNAL_POINTER));
  return execute("PRAGMA synchronous=NORMAL");
}

Result<void> Database::sync_log() { return sync(log_, "bringing its log to the disk"); }

Result<void> Database::sync_file() {
  WEIR_TRY(sqlite3_file* const file, open_file(SQLITE_FCNTL_FILE_POINTER));
  return sync(file, "bringing its file to the disk");
}

void Database::watch_log() {
  const auto after_commit = [](void* length, sqlite3*, const char*, int pages) {
    *static_cast<int*>(length) = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_, after_commit, &log_length_);
}

Result<int> Database::write_back() {
  errno = 0;
  int pages = 0;
  int written = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &written);
  const bool others_read = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
  if (code != SQLITE_OK && !others_read) {
    return error(code, "writing its log back");
  }
  log_length_ = code == SQLITE_OK && written == pages ? 0 : log_length_;
  return written;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

tl::unexpected<Error> Database::error(int code, std::string_view what) const {
  const ErrorKind kind = kind_of(code, system_error());
  return fail(kind,
              fmt::format("journal `{}`: {} (while: {}): {}", file_.string(),
                          handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code), what,
                          advice(kind)),
              std::to_string(code));
}

tl::unexpected<Error> Database::thrown(const std::exception& exception) const {
  return fail(ErrorKind::unavailable,
              fmt::format("journal `{}`: {}; start again", file_.string(), exception.what()));
}

tl::unexpected<Error> Database::damaged(std::string_view what) const {
  return fail(ErrorKind::corrupt, fmt::format("journal `{}`: {}: {}", file_.string(), what,
                                              advice(ErrorKind::corrupt)));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement::Use Statement::use() {
  failed_.reset();
  if (handle_ == nullptr) {
    const int code = sqlite3_prepare_v3(database_.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT,
                                        &handle_, nullptr);
    if (code != SQLITE_OK) {
      failed_ = database_.error(code, sql_).value();
    }
  }
  return Use(*this);
}

Statement::Use::~Use() {
  if (statement_.handle_ != nullptr) {
    sqlite3_reset(statement_.handle_);
    sqlite3_clear_bindings(statement_.handle_);
  }
}

void Statement::Use::bind(int parameter, std::int64_t value) {
  if (!statement_.failed_) {
    sqlite3_bind_int64(statement_.handle_, parameter, value);
  }
}

void Statement::Use::bind_text(int parameter, std::string_view value) {
  if (!statement_.failed_) {
    sqlite3_bind_text64(statement_.handle_, parameter, value.data() != nullptr ? value.data() : "",
                        value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
}

void Statement::Use::bind_blob(int parameter, std::string_view value) {
  if (statement_.failed_) {
    return;
  }
  const int code =
      sqlite3_bind_blob64(statement_.handle_, parameter,
                          value.data() != nullptr ? value.data() : "", value.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) {
    statement_.failed_ = statement_.database_.error(code, statement_.sql_).value();
  }
}

void Statement::Use::bind_null(int parameter) {
  if (!statement_.failed_) {
    sqlite3_bind_null(statement_.handle_, parameter);
  }
}

Result<bool> Statement::Use::step() {
  if (statement_.failed_) {
    return tl::unexpected(*statement_.failed_);
  }
  errno = 0;
  const int code = sqlite3_step(statement_.handle_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  return statement_.database_.error(code, statement_.sql_);
}

Result<void> Statement::Use::run() {
  return each([]() -> Result<void> { return {}; });
}

std::int64_t Statement::Use::integer(int column) const {
  return sqlite3_column_int64(statement_.handle_, column);
}

bool Statement::Use::is_null(int column) const {
  return sqlite3_column_type(statement_.handle_, column) == SQLITE_NULL;
}

std::string_view Statement::Use::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.handle_, column);
  const int size = sqlite3_column_bytes(statement_.handle_, column);
  if (bytes == nullptr) {
    return {};
  }
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace weir
