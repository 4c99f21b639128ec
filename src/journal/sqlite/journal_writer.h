// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/journal_store.h"
#include "journal/sqlite/sqlite_database.h"
#include "journal/sqlite/write_back.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace weir {

// One thread that does all writing, but for the log's way back into the file. Operations queue up
// from any thread; it takes all that are waiting and runs them in one transaction: many callers
// share one wait for the disk. A second thread brings the log to the disk and then fulfils their
// futures, while the next transaction is prepared; that one is committed only when the one before
// is on disk, so at most one is ever torn. After an error of kind corrupt, exhausted or unavailable
// everything is refused with that error. Its end does what is queued first.
class JournalWriter {
 public:
  // `store` is loaded and works on `database`.
  JournalWriter(std::unique_ptr<Database> database, std::unique_ptr<JournalStore> store,
                std::unique_ptr<WriteBack> write_back);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // `work` is Result<T>(JournalStore&). `bytes`: about what it holds in memory.
  template <typename T, typename Work>
  std::future<Result<T>> submit(Work work, std::size_t bytes = 0) {
    auto operation = std::make_unique<Typed<T, Work>>(std::move(work), bytes);
    auto future = operation->promise.get_future();
    enqueue(std::move(operation));
    return future;
  }

  // What an operation gives before it is on disk, and when it is.
  template <typename T>
  struct Decided {
    std::future<Result<T>> result;
    std::future<Result<void>> on_disk;
  };

  // The same for who need not wait for the disk to go on.
  template <typename T, typename Work>
  Decided<T> submit_decided(Work work) {
    auto operation = std::make_unique<TypedEarly<T, Work>>(std::move(work));
    Decided<T> decided{operation->result.get_future(), operation->on_disk.get_future()};
    enqueue(std::move(operation));
    return decided;
  }

 private:
  struct Operation {
    explicit Operation(std::size_t held) : bytes(held) {}
    virtual ~Operation() = default;
    // The error, if it ends the transaction.
    virtual std::optional<Error> run(JournalStore& store) = 0;
    virtual void fulfil() = 0;
    virtual void fail(const Error& error) = 0;
    const std::size_t bytes;
  };

  template <typename T, typename Work>
  struct Typed final : Operation {
    Typed(Work to_do, std::size_t held) : Operation(held), work(std::move(to_do)) {}
    std::optional<Error> run(JournalStore& store) override {
      result = work(store);
      return *result || !ends_writing(result->error()) ? std::nullopt
                                                       : std::optional(result->error());
    }
    void fulfil() override { promise.set_value(std::move(*result)); }
    void fail(const Error& error) override { promise.set_value(tl::unexpected(error)); }

    Work work;
    std::optional<Result<T>> result;
    std::promise<Result<T>> promise;
  };

  template <typename T, typename Work>
  struct TypedEarly final : Operation {
    explicit TypedEarly(Work to_do) : Operation(0), work(std::move(to_do)) {}
    std::optional<Error> run(JournalStore& store) override {
      Result<T> outcome = work(store);
      if (!outcome && ends_writing(outcome.error())) {
        return outcome.error();
      }
      decided = true;
      result.set_value(std::move(outcome));
      return std::nullopt;
    }
    void fulfil() override { on_disk.set_value({}); }
    void fail(const Error& error) override {
      if (!decided) {
        result.set_value(tl::unexpected(error));
      }
      on_disk.set_value(tl::unexpected(error));
    }

    Work work;
    bool decided = false;
    std::promise<Result<T>> result;
    std::promise<Result<void>> on_disk;
  };

  // The operations of one transaction and what became of it.
  struct Group {
    std::vector<std::unique_ptr<Operation>> operations;
    std::size_t bytes = 0;
    Result<void> outcome;
  };

  static bool ends_writing(const Error& error);
  void enqueue(std::unique_ptr<Operation> operation);
  void write();
  bool take_more(Group& group);
  bool has_room(const Group& group) const;
  Result<void> commit(Group& group);
  Result<void> run_group(Group& group);
  void hand_over(Group group);
  void acknowledge();
  std::optional<Error> broken();

  std::unique_ptr<Database> database_;
  std::unique_ptr<JournalStore> store_;
  std::unique_ptr<WriteBack> write_back_;  // ends before the database, which leaves no log
  std::mutex mutex_;
  std::condition_variable to_write_;  // for the thread that writes
  std::condition_variable to_sync_;   // for the one that syncs
  std::deque<std::unique_ptr<Operation>> queue_;
  std::optional<Group> committed_;  // to be brought to the disk
  bool syncing_ = false;            // what was committed last is not on disk yet
  std::optional<Error> broken_;
  bool ending_ = false;
  bool written_ = false;        // nothing will be committed any more
  std::jthread acknowledging_;  // these two last: they use everything above
  std::jthread writing_;
};

}  // namespace weir
