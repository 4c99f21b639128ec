// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/sqlite/sqlite_database.h"

#include <string>

// The tables of a journal file, as a list of steps: step n makes a file of version n from one of
// version n - 1. A new file goes through all of them, so no step is ever untried.

namespace weir {

inline constexpr int schema_version = 7;

struct JournalName {
  int schema = 0;
  std::string uuid;
};

// True: the file holds nothing yet. Errors: `corrupt`: what it holds is no journal.
Result<bool> is_empty_journal(Database& database);
// Makes the tables of version `version` in an empty file, in one transaction.
Result<void> create_journal(Database& database, Timestamp now, int version = schema_version);
// Errors: `corrupt`; `invalid_config`: of a newer version than this program knows.
Result<JournalName> read_journal_name(Database& database);
// Gives it a UUID that no journal has had before.
Result<void> rename_journal(Database& database, const JournalName& name);
// Brings an older file to `schema_version`, in one transaction.
Result<void> migrate_journal(Database& database, const JournalName& name);

}  // namespace weir
