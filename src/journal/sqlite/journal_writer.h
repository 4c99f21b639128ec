// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/sqlite/journal_store.h"
#include "journal/sqlite/sqlite_database.h"

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

// One thread that does all writing. Operations queue up from any thread; it takes all that are
// waiting, runs them in one transaction and fulfils their futures after the COMMIT: many callers
// share one wait for the disk. After an error of kind corrupt, exhausted or unavailable it refuses
// everything with that error. Its end does what is queued first.
class JournalWriter {
 public:
  // `store` is loaded and works on `database`.
  JournalWriter(std::unique_ptr<Database> database, std::unique_ptr<JournalStore> store);
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

  using Group = std::vector<std::unique_ptr<Operation>>;

  static bool ends_writing(const Error& error);
  void enqueue(std::unique_ptr<Operation> operation);
  void work();
  Group take_group();
  Result<void> commit(Group& group);
  Result<void> run_group(Group& group);

  std::unique_ptr<Database> database_;
  std::unique_ptr<JournalStore> store_;
  std::optional<Error> broken_;  // of the writer thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Operation>> queue_;
  bool ending_ = false;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace weir
