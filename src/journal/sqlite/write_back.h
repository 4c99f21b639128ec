// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/sqlite_database.h"

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

namespace weir {

// Writes a log that has become long back into the database's file, on a connection and a thread of
// its own: that is megabytes to copy and to bring to the disk, and the writer goes on meanwhile.
// What it adds to the log until then is little, and the writer itself writes that back, so that the
// log begins anew.
class WriteBack {
 public:
  // Of a database in WAL mode whose writer has watch_log() and has committed nothing that it has
  // not brought to the disk: a sync that failed before is not told to who opens the log later.
  // `log_pages`: how long the log becomes before it is written back.
  static Result<std::unique_ptr<WriteBack>> open(const std::filesystem::path& file, int log_pages);
  ~WriteBack();  // ends what is under way
  WriteBack(const WriteBack&) = delete;
  WriteBack& operator=(const WriteBack&) = delete;

  // The writer calls it after each COMMIT. It waits for what is under way when the log is twice as
  // long as it should be. Errors: whatever kept the log from the file, now or beside the writer; it
  // may be the first to hear that the disk has failed, and the last.
  Result<void> after_commit(Database& writer);

 private:
  enum class State : std::uint8_t { resting, asked, done };

  WriteBack(std::unique_ptr<Database> beside, int log_pages);
  void work();
  Result<void> write_back();
  Result<void> try_to_write_back();

  const std::unique_ptr<Database> beside_;  // of the thread
  const int log_pages_;
  int written_ = 0;  // pages of the log that were in the file the last time; of the thread

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::resting;
  Result<void> outcome_;  // when done
  bool ending_ = false;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace weir
