// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace weir {

enum class JournalAccess : std::uint8_t {
  write,  // one process at a time
  read,   // beside a writer, in milliseconds; sees what is committed; calls that write fail
};

// How much of the raw JSON one transaction gives up at most: some milliseconds of the writer.
struct RawStep {
  std::int64_t pages = 256;
  std::int64_t bytes = 16 << 20;
};

// Sizes of the journal's memory. Tests make them tiny, so that little data takes every path.
struct JournalTuning {
  std::size_t index_keys = 65'536;    // newest keys in memory before they become a sorted run
  std::size_t index_fan_out = 8;      // runs of one size that are merged into the next
  std::size_t merge_keys = 4'096;     // least keys merged in one transaction
  std::size_t status_pages = 512;     // pages whose states the writer keeps at hand
  std::size_t entry_pages = 64;       // pages whose ids the writer keeps at hand
  int log_pages = 4'000;              // of the write-ahead log before it is written back
  std::size_t hot_bytes = 4U << 20U;  // of pages stored moments ago, kept for the delivery
  RawStep raw_step = {};              // of giving up raw JSON
};

struct JournalOptions {
  std::filesystem::path folder;  // holds journal.db and lock; made when it is not there
  JournalAccess access = JournalAccess::write;
  Clock* clock = nullptr;                  // outlives the journal; nullptr: the system's
  std::chrono::milliseconds lock_wait{0};  // how long to wait for another process
  std::stop_token stop;                    // ends that waiting: `cancelled`
  std::function<void(const std::string& holder)> on_wait;  // told once, before waiting
  JournalTuning tuning;
};

// The journal of one workspace in one SQLite file, `folder`/journal.db (WAL),
// that a user can copy and back up. Write access takes an exclusive lock on `folder`/lock, which
// dies with the process. A new folder gets a new journal; an older file is migrated. Errors:
// `conflict` (another process holds it; names process and command), `corrupt` (damaged; names the
// file), `invalid_config` (written by a newer version), `unavailable` (cannot be opened; read
// access: no journal there yet), `exhausted` (disk full), `cancelled` (the stop came while another
// process was waited for).
//
// Failpoints: journal.before_commit, journal.after_commit (every transaction), journal.index_flush,
// journal.index_merge (inside the transaction that flushes or ends a merge), journal.migrate
// (inside the migration's transaction), journal.raw_dropped (inside a transaction that has given up
// a page's raw JSON), journal.written_back (beside the writer, which goes on meanwhile).
Result<std::unique_ptr<Journal>> open_sqlite_journal(const JournalOptions& options);

}  // namespace weir
