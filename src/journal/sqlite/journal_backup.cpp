// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_backup.h"

#include "core/atomic_file.h"
#include "core/failpoint.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/sqlite_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace weir {
namespace {

constexpr const char* journal_name = "journal.db";
constexpr const char* restored_name = "restored";

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

Result<void> copy_pages(Database& from, Database& to, const std::stop_token& stop) {
  constexpr int pages_a_step = 1000;
  const std::unique_ptr<sqlite3_backup, FinishBackup> backup(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!backup) {
    return to.error(sqlite3_errcode(to.handle()), "begin a copy");
  }
  for (;;) {
    const int code = sqlite3_backup_step(backup.get(), pages_a_step);
    if (code == SQLITE_DONE) {
      return {};
    }
    if (code != SQLITE_OK) {
      return to.error(code, "copy the journal");
    }
    if (stop.stop_requested()) {
      return fail(ErrorKind::cancelled, "stopped while the journal was copied");
    }
  }
}

}  // namespace

Result<std::string> copy_journal(const std::filesystem::path& folder,
                                 const std::filesystem::path& copy, std::stop_token stop) {
  std::error_code code;
  if (!std::filesystem::exists(folder / journal_name, code)) {
    return std::string();
  }
  WEIR_TRY(const auto from, Database::open(folder / journal_name, DatabaseAccess::read));
  WEIR_TRY(const bool empty, is_empty_journal(*from));
  if (empty) {
    return std::string();
  }
  // One read transaction around all steps: what others commit meanwhile does not begin it anew.
  WEIR_CHECK(from->execute("BEGIN"));
  WEIR_TRY(const JournalName name, read_journal_name(*from));
  WEIR_TRY(const auto to, Database::open(copy, DatabaseAccess::create));
  WEIR_CHECK(copy_pages(*from, *to, stop));
  return name.uuid;
}

Result<void> mark_restored(const std::filesystem::path& folder, const std::string& told) {
  WEIR_CHECK(write_atomically(folder / restored_name, told, 0600));
  failpoint("journal.marked_restored");
  std::error_code code;
  if (!std::filesystem::exists(folder / journal_name, code)) {
    return {};
  }
  WEIR_TRY(const auto database, Database::open(folder / journal_name, DatabaseAccess::write));
  WEIR_TRY(const JournalName name, read_journal_name(*database));
  return rename_journal(*database, name);
}

Result<bool> end_restored(const std::filesystem::path& folder) {
  std::error_code code;
  const bool removed = std::filesystem::remove(folder / restored_name, code);
  if (code) {
    return fail(ErrorKind::unavailable,
                fmt::format("`{}` cannot be removed: {}; see who may write there",
                            (folder / restored_name).string(), code.message()));
  }
  if (removed) {
    WEIR_CHECK(sync_folder_names(folder));
  }
  return removed;
}

bool is_marked_restored(const std::filesystem::path& folder) {
  // What cannot be seen may be there: then it is safe to take it for so.
  std::error_code code;
  const auto status = std::filesystem::symlink_status(folder / restored_name, code);
  return status.type() != std::filesystem::file_type::not_found;
}

}  // namespace weir
