// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/write_back.h"

#include "core/failpoint.h"
#include "core/thread_name.h"

#include <exception>
#include <utility>

namespace weir {

Result<std::unique_ptr<WriteBack>> WriteBack::open(const std::filesystem::path& file,
                                                   int log_pages) {
  WEIR_TRY(auto beside, Database::open(file, DatabaseAccess::write));
  WEIR_CHECK(beside->execute("SELECT count(*) FROM sqlite_schema"));  // opens the log
  return std::unique_ptr<WriteBack>(new WriteBack(std::move(beside), log_pages));
}

WriteBack::WriteBack(std::unique_ptr<Database> beside, int log_pages)
    : beside_(std::move(beside)), log_pages_(log_pages), thread_([this] { work(); }) {}

WriteBack::~WriteBack() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> WriteBack::after_commit(Database& writer) {
  const int length = writer.log_length();
  const bool is_long = length >= log_pages_;
  {
    std::unique_lock lock(mutex_);
    if (state_ == State::resting && is_long) {
      state_ = State::asked;
      changed_.notify_all();
    }
    if (state_ == State::asked && length / 2 >= log_pages_) {
      changed_.wait(lock, [this] { return state_ == State::done; });
    }
    if (state_ != State::done) {
      return {};
    }
    state_ = State::resting;
    WEIR_CHECK(outcome_);
  }
  if (is_long) {
    WEIR_CHECK(writer.write_back());
  }
  return {};
}

void WriteBack::work() {
  name_thread("weir-writeback");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || state_ == State::asked; });
    if (ending_) {
      return;
    }
    lock.unlock();
    Result<void> outcome = try_to_write_back();
    lock.lock();
    outcome_ = std::move(outcome);
    state_ = State::done;
    changed_.notify_all();
  }
}

Result<void> WriteBack::try_to_write_back() {
  try {
    return write_back();
  } catch (const std::exception& exception) {
    return beside_->thrown(exception);
  }
}

Result<void> WriteBack::write_back() {
  WEIR_TRY(const int written, beside_->write_back());
  failpoint("journal.written_back");
  if (std::exchange(written_, written) == written) {
    return {};  // others read, and nothing has moved
  }
  // SQLite does so when it has come to the log's end; else whoever comes there waits for it all.
  return beside_->sync_file();
}

}  // namespace weir
