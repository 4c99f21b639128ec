// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/sqlite/schema.h"
#include "journal/sqlite/sqlite_database.h"
#include "journal/sqlite/sqlite_journal.h"

#include <filesystem>
#include <memory>

namespace weir {

struct OpenedFile {
  std::unique_ptr<Database> database;
  JournalName name;
};

// The journal's file for the one writer, who holds the lock: checks what can be checked at once,
// makes a new journal in an empty file, migrates an older one. The database has watch_log().
Result<OpenedFile> open_to_write(const std::filesystem::path& file, Timestamp now);

// The name of a journal that others may be writing. A file of an older version is refused
// (JournalName::schema says so): only the holder of the lock may migrate it.
Result<JournalName> open_to_read(const std::filesystem::path& file);

}  // namespace weir
