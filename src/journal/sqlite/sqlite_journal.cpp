// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/sqlite_journal.h"

#include "journal/sqlite/batches.h"
#include "journal/sqlite/decisions.h"
#include "journal/sqlite/intake.h"
#include "journal/sqlite/journal_backup.h"
#include "journal/sqlite/journal_file.h"
#include "journal/sqlite/journal_writer.h"
#include "journal/sqlite/lock_file.h"
#include "journal/sqlite/raw_sweep.h"
#include "journal/sqlite/reader_pool.h"
#include "journal/sqlite/record_walk.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace weir {
namespace {

// Hands what is asked to a reading connection and what is changed to the writer thread.
class SqliteJournal final : public Journal {
 public:
  SqliteJournal(std::filesystem::path file, std::string uuid, std::optional<LockFile> lock,
                std::unique_ptr<JournalWriter> writer, std::shared_ptr<HotPages> hot)
      : file_(std::move(file)),
        uuid_(std::move(uuid)),
        lock_(std::move(lock)),
        writer_(std::move(writer)),
        hot_(std::move(hot)),
        readers_(file_) {}

  std::string uuid() const override { return uuid_; }
  bool is_restored() const override { return is_marked_restored(file_.parent_path()); }

  Result<PipelineId> pipeline(std::string_view name) override {
    WEIR_TRY(const auto known,
             readers_.ask([&](JournalReader& reader) { return reader.find_pipeline(name); }));
    if (known) {
      return *known;
    }
    if (!writer_) {
      return fail(ErrorKind::rejected,
                  fmt::format("pipeline `{0}` has never run: the journal `{1}` does not know it; "
                              "`weir run {0}` starts it",
                              name, file_.string()));
    }
    return write<PipelineId>([&](JournalStore& store) { return add_pipeline(store, name); }).get();
  }

  Result<RunId> begin_run(PipelineId pipeline, const RunOpening& opening) override {
    return write<RunId>([&](JournalStore& store) -> Result<RunId> {
             WEIR_CHECK(store.check_pipeline(pipeline));
             RunRow run;
             WEIR_TRY(run.definition, store.runs.keep_definition(opening.definition));
             run.id = static_cast<RunId>(++store.head.last_run);
             run.pipeline = pipeline;
             run.started_at = opening.started_at.time_since_epoch().count();
             store.pipelines.change(pipeline)->run = store.head.last_run;
             store.hot->forget(pipeline);
             WEIR_CHECK(store.runs.write(run));
             return run.id;
           })
        .get();
  }

  Result<void> end_run(RunId run, Timestamp ended_at, std::string_view report) override {
    return write<void>([&](JournalStore& store) -> Result<void> {
             WEIR_CHECK(store.check_run(run));
             WEIR_TRY(RunRow row, store.runs.read(run));
             row.ended_at = ended_at.time_since_epoch().count();
             row.report = report;
             store.hot->forget(row.pipeline);
             return store.runs.write(row);
           })
        .get();
  }

  std::future<Result<std::vector<Intake>>> store(PipelineId pipeline, RunId run,
                                                 Redelivery redelivery,
                                                 std::vector<IncomingPage> pages,
                                                 std::optional<Cursor> cursor) override {
    std::size_t bytes = 0;
    for (const IncomingPage& page : pages) {
      bytes += page.page->bytes.size();
    }
    return write<std::vector<Intake>>(
        [=, pages = std::move(pages), cursor = std::move(cursor)](JournalStore& store) {
          return store_pages(store, pipeline, run, redelivery, pages, cursor);
        },
        bytes);
  }

  bool runs_ahead(std::size_t bytes) const override { return hot_->worth_waiting(bytes); }
  void let_catch_up(std::size_t bytes) override { hot_->await_room(bytes); }

  Result<std::vector<Novelty>> compare(PipelineId pipeline, const Page& page) override {
    return write<std::vector<Novelty>>(
               [&](JournalStore& store) { return compare_page(store, pipeline, page); })
        .get();
  }

  Result<std::optional<Cursor>> cursor(PipelineId pipeline) override {
    return readers_.ask([&](JournalReader& reader) { return reader.cursor(pipeline); });
  }

  Result<WaitingChunk> waiting(PipelineId pipeline, std::optional<RecordPlace> after,
                               std::size_t bytes_max) override {
    return readers_.ask(
        [&](JournalReader& reader) { return reader.waiting(pipeline, after, bytes_max, *hot_); });
  }

  Result<std::int64_t> count_waiting(PipelineId pipeline) override {
    return readers_.ask([&](JournalReader& reader) { return reader.count_waiting(pipeline); });
  }

  Result<std::uint64_t> raise_fence(PipelineId pipeline) override {
    return write<std::uint64_t>([=](JournalStore& store) -> Result<std::uint64_t> {
             WEIR_CHECK(store.check_pipeline(pipeline));
             return ++store.pipelines.change(pipeline)->fence;
           })
        .get();
  }

  Result<OpenedBatch> open_batch(PipelineId pipeline, std::uint32_t lane, std::uint64_t fence,
                                 Redelivery redelivery,
                                 std::span<const Candidate> candidates) override {
    if (!writer_) {
      return tl::unexpected(refusal());
    }
    auto decided = writer_->submit_decided<OpenedBatch>([&](JournalStore& store) {
      return weir::open_batch(store, pipeline, lane, fence, redelivery,
                              {candidates.begin(), candidates.end()});
    });
    WEIR_TRY(OpenedBatch opened, decided.result.get());
    opened.on_disk = std::move(decided.on_disk);
    return opened;
  }

  Result<void> amend_batch(const BatchKey& batch, RunId run, Timestamp at,
                           std::span<const Settlement> removed) override {
    return write<void>([&](JournalStore& store) {
             return weir::amend_batch(store, batch, run, at, {removed.begin(), removed.end()});
           })
        .get();
  }

  std::future<Result<void>> settle_batch(const BatchKey& batch, RunId run, Timestamp at,
                                         std::vector<Settlement> remarks) override {
    return write<void>([=, remarks = std::move(remarks)](JournalStore& store) {
      return weir::settle_batch(store, batch, run, at, remarks);
    });
  }

  Result<void> withdraw_batch(const BatchKey& batch) override {
    return write<void>([=](JournalStore& store) { return weir::withdraw_batch(store, batch); })
        .get();
  }

  Result<std::vector<OpenBatch>> open_batches(PipelineId pipeline) override {
    return readers_.ask([&](JournalReader& reader) { return reader.open_batches(pipeline); });
  }

  std::future<Result<void>> settle(PipelineId pipeline, RunId run, Timestamp at,
                                   std::vector<Settlement> settlements) override {
    return write<void>([=, settlements = std::move(settlements)](JournalStore& store) {
      return settle_records(store, pipeline, run, at, settlements);
    });
  }

  Result<std::int64_t> requeue_failed(PipelineId pipeline, std::span<const std::string> ids,
                                      const std::optional<RetryDue>& due) override {
    return write<std::int64_t>([&](JournalStore& store) {
             return weir::requeue_failed(store, pipeline, {ids.begin(), ids.end()}, due);
           })
        .get();
  }

  Result<Requeued> requeue_for_replay(PipelineId pipeline, std::optional<Timestamp> from,
                                      std::optional<Timestamp> until) override {
    return write<Requeued>([=](JournalStore& store) {
             return weir::requeue_for_replay(store, pipeline, from, until);
           })
        .get();
  }

  Result<Requeued> requeue_absent(PipelineId pipeline, std::span<const std::string> ids) override {
    return write<Requeued>([&](JournalStore& store) {
             return weir::requeue_absent(store, pipeline, {ids.begin(), ids.end()});
           })
        .get();
  }

  Result<RawDropped> drop_raw(const RawLimits& limits) override {
    return write<RawDropped>([&](JournalStore& store) { return weir::drop_raw(store, limits); })
        .get();
  }

  Result<std::vector<VersionTrace>> trace(PipelineId pipeline, std::string_view id) override {
    return readers_.ask([&](JournalReader& reader) { return reader.trace(pipeline, id); });
  }

  Result<void> records(PipelineId pipeline, const RecordFilter& filter,
                       const std::function<bool(const RecordSummary&)>& visit) override {
    return readers_.ask(
        [&](JournalReader& reader) { return reader.records(pipeline, filter, visit); });
  }

  Result<PageId> last_page() override {
    return readers_.ask([](JournalReader& reader) { return reader.last_page(); });
  }

  std::unique_ptr<RecordWalk> walk(PipelineId pipeline, PageId moment) override {
    return std::make_unique<SqliteRecordWalk>(readers_, pipeline, moment);
  }

  Result<std::vector<RunSummary>> runs(std::string_view pipeline, std::int64_t limit) override {
    return readers_.ask([&](JournalReader& reader) { return reader.runs(pipeline, limit); });
  }

 private:
  template <typename T, typename Work>
  std::future<Result<T>> write(Work work, std::size_t bytes = 0) {
    if (writer_) {
      return writer_->submit<T>(std::move(work), bytes);
    }
    std::promise<Result<T>> refused;
    refused.set_value(tl::unexpected(refusal()));
    return refused.get_future();
  }

  Error refusal() const {
    return {ErrorKind::unavailable,
            fmt::format("journal `{}` is open for reading and takes no change", file_.string()),
            {},
            std::nullopt};
  }

  static Result<PipelineId> add_pipeline(JournalStore& store, std::string_view name) {
    for (const auto& [id, row] : store.pipelines.all()) {
      if (row.name == name) {
        return id;
      }
    }
    PipelineRow row;
    row.id = static_cast<PipelineId>(++store.head.last_pipeline);
    row.name = name;
    const PipelineId id = row.id;
    store.pipelines.add(std::move(row));
    return id;
  }

  // The readers close first, then the writer, which leaves one whole file behind, then the lock.
  const std::filesystem::path file_;
  const std::string uuid_;
  std::optional<LockFile> lock_;
  std::unique_ptr<JournalWriter> writer_;
  const std::shared_ptr<HotPages> hot_;
  ReaderPool readers_;
};

Clock& clock_of(const JournalOptions& options) {
  static SystemClock system;
  return options.clock != nullptr ? *options.clock : system;
}

Result<LockFile> take_lock(const JournalOptions& options, Clock& clock) {
  return LockFile::take(options.folder / "lock", clock, options.lock_wait, options.on_wait,
                        options.stop);
}

Result<std::unique_ptr<Journal>> open_writing(const JournalOptions& options,
                                              const std::filesystem::path& file) {
  Clock& clock = clock_of(options);
  std::error_code failed;
  std::filesystem::create_directories(options.folder, failed);
  if (failed) {
    return fail(
        kind_of_failure(failed.value()),
        fmt::format("folder `{}` cannot be made: {}; see that there is room and that it can "
                    "be written",
                    options.folder.string(), failed.message()));
  }
  WEIR_TRY(auto lock, take_lock(options, clock));
  WEIR_TRY(OpenedFile opened, open_to_write(file, clock.now()));
  auto store = std::make_unique<JournalStore>(*opened.database, clock, options.tuning);
  WEIR_CHECK(store->load());
  WEIR_CHECK(opened.database->sync_apart());
  WEIR_TRY(auto write_back, WriteBack::open(file, options.tuning.log_pages));
  auto hot = store->hot;
  auto writer = std::make_unique<JournalWriter>(std::move(opened.database), std::move(store),
                                                std::move(write_back));
  return std::make_unique<SqliteJournal>(file, opened.name.uuid, std::move(lock), std::move(writer),
                                         std::move(hot));
}

Result<std::unique_ptr<Journal>> open_reading(const JournalOptions& options,
                                              const std::filesystem::path& file) {
  WEIR_TRY(JournalName name, open_to_read(file));
  if (name.schema < schema_version) {
    Clock& clock = clock_of(options);
    WEIR_TRY(const auto lock, take_lock(options, clock));
    WEIR_TRY(const OpenedFile migrated, open_to_write(file, clock.now()));
    name = migrated.name;
  }
  return std::make_unique<SqliteJournal>(file, name.uuid, std::nullopt, nullptr,
                                         std::make_shared<HotPages>(0));
}

}  // namespace

Result<std::unique_ptr<Journal>> open_sqlite_journal(const JournalOptions& options) {
  const std::filesystem::path file = options.folder / "journal.db";
  return options.access == JournalAccess::write ? open_writing(options, file)
                                                : open_reading(options, file);
}

}  // namespace weir
