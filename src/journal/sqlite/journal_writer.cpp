// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_writer.h"

#include "core/failpoint.h"
#include "core/thread_name.h"

#include <exception>
#include <string>

namespace weir {

JournalWriter::JournalWriter(std::unique_ptr<Database> database,
                             std::unique_ptr<JournalStore> store)
    : database_(std::move(database)), store_(std::move(store)), thread_([this] { work(); }) {}

JournalWriter::~JournalWriter() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool JournalWriter::ends_writing(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::exhausted ||
         error.kind == ErrorKind::unavailable;
}

void JournalWriter::enqueue(std::unique_ptr<Operation> operation) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(operation));
  }
  changed_.notify_all();
}

// Bounded, so that a transaction's memory and its share of the write-ahead log are.
JournalWriter::Group JournalWriter::take_group() {
  constexpr std::size_t bytes_max = 8U << 20U;
  Group group;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
  std::size_t bytes = 0;
  while (!queue_.empty() && (group.empty() || bytes + queue_.front()->bytes <= bytes_max)) {
    bytes += queue_.front()->bytes;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

void JournalWriter::work() {
  name_thread("weir-journal");
  for (;;) {
    Group group = take_group();
    if (group.empty()) {
      return;
    }
    const Result<void> committed = commit(group);
    if (!committed) {
      broken_ = committed.error();
    }
    for (auto& operation : group) {
      if (committed) {
        operation->fulfil();
      } else {
        operation->fail(committed.error());
      }
    }
  }
}

Result<void> JournalWriter::commit(Group& group) {
  if (broken_) {
    return tl::unexpected(*broken_);
  }
  Result<void> done;
  try {
    done = run_group(group);
  } catch (const std::exception& exception) {
    done = fail(ErrorKind::unavailable, "journal `" + database_->file().string() +
                                            "`: " + exception.what() + "; start again");
  }
  if (!done && database_->in_transaction()) {
    const auto rolled_back = database_->execute("ROLLBACK");
    static_cast<void>(rolled_back);  // the first error tells more
  }
  return done;
}

Result<void> JournalWriter::run_group(Group& group) {
  WEIR_CHECK(database_->execute("BEGIN IMMEDIATE"));
  for (auto& operation : group) {
    if (auto error = operation->run(*store_)) {
      return tl::unexpected(std::move(*error));
    }
  }
  WEIR_CHECK(store_->before_commit());
  failpoint("journal.before_commit");
  WEIR_CHECK(database_->execute("COMMIT"));
  failpoint("journal.after_commit");
  return {};
}

}  // namespace weir
