// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_writer.h"

#include "core/failpoint.h"
#include "core/thread_name.h"

#include <exception>
#include <string>

namespace weir {

JournalWriter::JournalWriter(std::unique_ptr<Database> database,
                             std::unique_ptr<JournalStore> store,
                             std::unique_ptr<WriteBack> write_back)
    : database_(std::move(database)),
      store_(std::move(store)),
      write_back_(std::move(write_back)),
      acknowledging_([this] { acknowledge(); }),
      writing_([this] { write(); }) {}

JournalWriter::~JournalWriter() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  to_write_.notify_one();
  writing_.join();
  {
    const std::scoped_lock lock(mutex_);
    written_ = true;
  }
  to_sync_.notify_one();
  acknowledging_.join();
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
  to_write_.notify_one();
}

void JournalWriter::write() {
  name_thread("weir-journal");
  for (;;) {
    Group group;
    if (!take_more(group)) {
      return;
    }
    group.outcome = commit(group);
    hand_over(std::move(group));
  }
}

// Bounded, so that a transaction's memory and its share of the write-ahead log are.
bool JournalWriter::has_room(const Group& group) const {
  constexpr std::size_t bytes_max = 8U << 20U;
  return !queue_.empty() &&
         (group.operations.empty() || group.bytes + queue_.front()->bytes <= bytes_max);
}

// Waits for operations: for the first of a group until the end, for more while the group before is
// on its way to the disk. False: none came.
bool JournalWriter::take_more(Group& group) {
  const std::size_t had = group.operations.size();
  std::unique_lock lock(mutex_);
  to_write_.wait(lock, [&] { return has_room(group) || (had == 0 ? ending_ : !syncing_); });
  while ((had == 0 || syncing_) && has_room(group)) {
    group.bytes += queue_.front()->bytes;
    group.operations.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group.operations.size() > had;
}

Result<void> JournalWriter::commit(Group& group) {
  if (auto error = broken()) {
    return tl::unexpected(std::move(*error));
  }
  Result<void> done;
  try {
    done = run_group(group);
  } catch (const std::exception& exception) {
    done = database_->thrown(exception);
  }
  if (!done && database_->in_transaction()) {
    const auto rolled_back = database_->execute("ROLLBACK");
    static_cast<void>(rolled_back);  // the first error tells more
  }
  return done;
}

Result<void> JournalWriter::run_group(Group& group) {
  WEIR_CHECK(database_->execute("BEGIN IMMEDIATE"));
  std::size_t done = 0;
  do {
    for (; done < group.operations.size(); ++done) {
      if (auto error = group.operations[done]->run(*store_)) {
        return tl::unexpected(std::move(*error));
      }
    }
  } while (take_more(group));
  if (auto error = broken()) {
    return tl::unexpected(std::move(*error));
  }
  WEIR_CHECK(store_->before_commit());
  failpoint("journal.before_commit");
  WEIR_CHECK(database_->execute("COMMIT"));
  failpoint("journal.after_commit");
  return write_back_->after_commit(*database_);
}

void JournalWriter::hand_over(Group group) {
  {
    std::unique_lock lock(mutex_);
    to_write_.wait(lock, [&] { return !committed_; });
    if (!group.outcome && !broken_) {
      broken_ = group.outcome.error();
    }
    committed_ = std::move(group);
    syncing_ = true;
  }
  to_sync_.notify_one();
}

void JournalWriter::acknowledge() {
  name_thread("weir-log");
  for (;;) {
    Group group;
    {
      std::unique_lock lock(mutex_);
      to_sync_.wait(lock, [&] { return committed_ || written_; });
      if (!committed_) {
        return;
      }
      group = std::move(*committed_);
      committed_.reset();
    }
    if (group.outcome) {
      group.outcome = database_->sync_log();
    }
    {
      const std::scoped_lock lock(mutex_);
      syncing_ = false;
      if (!group.outcome && !broken_) {
        broken_ = group.outcome.error();
      }
    }
    to_write_.notify_one();
    for (auto& operation : group.operations) {
      if (group.outcome) {
        operation->fulfil();
      } else {
        operation->fail(group.outcome.error());
      }
    }
  }
}

std::optional<Error> JournalWriter::broken() {
  const std::scoped_lock lock(mutex_);
  return broken_;
}

}  // namespace weir
