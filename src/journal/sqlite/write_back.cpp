// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/write_back.h"

#include "core/failpoint.h"
#include "core/thread_name.h"

#include <utility>

namespace weir {

WriteBack::WriteBack(std::filesystem::path file, int log_pages)
    : file_(std::move(file)), log_pages_(log_pages), thread_([this] { work(); }) {}

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
  if (length < log_pages_) {
    return {};
  }
  {
    std::unique_lock lock(mutex_);
    if (state_ == State::resting) {
      state_ = State::asked;
      changed_.notify_all();
    }
    if (length / 2 >= log_pages_) {
      changed_.wait(lock, [this] { return state_ == State::done; });
    }
    if (state_ != State::done) {
      return {};
    }
    state_ = State::resting;
    WEIR_CHECK(outcome_);
  }
  return writer.write_back();
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
    Result<void> outcome = write_back();
    lock.lock();
    outcome_ = std::move(outcome);
    state_ = State::done;
    changed_.notify_all();
  }
}

Result<void> WriteBack::write_back() {
  if (beside_ == nullptr) {
    WEIR_TRY(beside_, Database::open(file_, DatabaseAccess::write));
    WEIR_CHECK(beside_->execute("SELECT count(*) FROM sqlite_schema"));  // finds the log
  }
  WEIR_CHECK(beside_->write_back());
  failpoint("journal.written_back");
  // SQLite does so when it has come to the log's end; else whoever comes there waits for it all.
  return beside_->sync_file();
}

}  // namespace weir
