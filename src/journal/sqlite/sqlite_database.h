// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_file;
struct sqlite3_stmt;

namespace weir {

// What an errno of writing or creating a file means: `exhausted` (no room) or `unavailable`.
ErrorKind kind_of_failure(int error_number);

enum class DatabaseAccess : std::uint8_t { create, write, read };

// One connection to an SQLite file. Used by one thread at a time. Its errors are of kind `corrupt`
// (damaged; also what only damage can cause, as a broken constraint), `exhausted` (disk full),
// `unavailable` (read-only, I/O, busy) or `internal`; all name the file.
class Database {
 public:
  // `create` makes the file, readable by its owner alone.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                DatabaseAccess access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<void> execute(const char* sql);
  Result<std::int64_t> integer(const char* sql);  // of the first column of the only row
  bool in_transaction() const;

  // From now on a COMMIT returns when it is written to the log, and sync_log() brings it to the
  // disk. Of a database that was read from, in WAL mode.
  Result<void> sync_apart();
  // Any thread, at any time but during a COMMIT or write_back().
  Result<void> sync_log();

  // From now on SQLite writes the log back at the connection's end only, and log_length() tells how
  // many pages it held after the last COMMIT; 0 when all of it was written back since.
  void watch_log();
  int log_length() const { return log_length_; }
  // Writes the log back into the file as far as others that read allow, and gives how many of its
  // pages are there now. A log that is written back whole, and that nobody reads, begins anew with
  // the next transaction.
  Result<int> write_back();
  Result<void> sync_file();

  // The error for an SQLite result code, while doing `what`.
  tl::unexpected<Error> error(int code, std::string_view what) const;
  // The error for what was thrown while working on it: no memory, as a rule.
  tl::unexpected<Error> thrown(const std::exception& exception) const;
  // The error for content that SQLite gave us and that cannot be right.
  tl::unexpected<Error> damaged(std::string_view what) const;
  const std::filesystem::path& file() const { return file_; }
  sqlite3* handle() const { return handle_; }

 private:
  Database(std::filesystem::path file, sqlite3* handle);

  Result<sqlite3_file*> open_file(int which);
  Result<void> sync(sqlite3_file* file, std::string_view what) const;

  std::filesystem::path file_;
  sqlite3* handle_;
  sqlite3_file* log_ = nullptr;
  int log_length_ = 0;
};

// A statement, prepared when first used. Its Database outlives it. use() binds and runs it once:
//   auto row = select_.use();  row.bind(1, id);  WEIR_TRY(const bool found, row.step());
// Bound text and blobs must live until the Use is gone; its columns until the next step.
class Statement {
 public:
  Statement(Database& database, const char* sql) : database_(database), sql_(sql) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  class Use {
   public:
    explicit Use(Statement& statement) : statement_(statement) {}
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    void bind(int parameter, std::int64_t value);
    void bind_text(int parameter, std::string_view value);
    void bind_blob(int parameter, std::string_view value);
    void bind_null(int parameter);

    Result<bool> step();  // true: there is a row
    Result<void> run();   // to the end
    // Calls `take` for each row; its first error ends it.
    template <typename Take>
    Result<void> each(Take take) {
      for (;;) {
        WEIR_TRY(const bool found, step());
        if (!found) {
          return {};
        }
        WEIR_CHECK(take());
      }
    }

    std::int64_t integer(int column) const;
    bool is_null(int column) const;
    std::string_view text(int column) const;  // of a blob: its bytes

   private:
    Statement& statement_;
  };

  Use use();

 private:
  Database& database_;
  const char* sql_;
  sqlite3_stmt* handle_ = nullptr;
  std::optional<Error> failed_;  // of preparing or binding
};

}  // namespace weir
