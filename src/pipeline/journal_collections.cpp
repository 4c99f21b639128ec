// SPDX-License-Identifier: Apache-2.0
#include "pipeline/journal_collections.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t walk_bytes = 256U << 10U;

bool asks_by(const LookupShape& shape, const CollectionQuery& query) {
  return std::equal(
      shape.where.begin(), shape.where.end(), query.where.begin(), query.where.end(),
      [](const std::string& name, const auto& condition) { return name == condition.first; });
}

}  // namespace

// One pipeline's, read when they are first asked for.
class JournalCollections::Rows {
 public:
  explicit Rows(CollectionSource source) : source_(std::move(source)) {}

  const std::string& pipeline() const { return source_.pipeline; }

  Result<Value> find(const CollectionQuery& query, const CollectionPlace& place, PageId moment) {
    WEIR_CHECK(read_once(place, moment));
    for (const LookupIndex& index : indexes_) {
      if (asks_by(index.shape(), query)) {
        WEIR_TRY(auto found, index.find(query.where, query.field));
        if (found) {
          return std::move(*found);
        }
        return without_raw_ > 0 ? Result<Value>(unknown(query)) : Value();
      }
    }
    return fail(ErrorKind::internal,
                fmt::format("`_findCollection` from `{}` was not prepared", query.pipeline));
  }

 private:
  Result<void> read_once(const CollectionPlace& place, PageId moment) {
    const std::scoped_lock lock(mutex_);
    if (!read_) {
      read_ = read_all(place, moment);
    }
    return *read_;
  }

  Result<void> read_all(const CollectionPlace& place, PageId moment) {
    for (const LookupShape& shape : source_.lookups) {
      WEIR_TRY(TemporaryFile file, TemporaryFile::make(place.folder));
      indexes_.emplace_back(shape, std::move(file));
    }
    const auto pipeline = place.journal->pipeline(source_.pipeline);
    if (!pipeline && pipeline.error().kind == ErrorKind::rejected) {
      return {};  // open for reading, and that pipeline has never run
    }
    WEIR_TRY(const PipelineId id, pipeline);
    const auto walk = place.journal->walk(id, moment);
    while (!place.stop.stop_requested()) {
      WEIR_TRY(const std::vector<StoredRecord> records, walk->next(walk_bytes));
      if (records.empty()) {
        return finish();
      }
      for (const StoredRecord& record : records) {
        WEIR_CHECK(add(record));
      }
    }
    return fail(ErrorKind::cancelled,
                fmt::format("stopped while the records of `{}` were read for `_findCollection`",
                            source_.pipeline));
  }

  Result<void> add(const StoredRecord& record) {
    if (record.raw_dropped) {
      ++without_raw_;
      return {};
    }
    Result<void> added;
    const auto visited = source_.transform->visit_rows(record.raw, [&](const Scope& row) {
      for (LookupIndex& index : indexes_) {
        if (added) {
          added = index.add(row);
        }
      }
    });
    static_cast<void>(visited);  // what its own pipeline refuses is none of its records
    return added;
  }

  Result<void> finish() {
    for (LookupIndex& index : indexes_) {
      WEIR_CHECK(index.finish());
    }
    return {};
  }

  tl::unexpected<Error> unknown(const CollectionQuery& query) const {
    return fail(
        ErrorKind::rejected,
        fmt::format("`_findCollection` from `{}` found nothing, but the raw JSON of {} records of "
                    "that pipeline is past the time that it is kept, so what was looked for may "
                    "have been there; fetch them anew into a journal that keeps them",
                    query.pipeline, without_raw_));
  }

  const CollectionSource source_;
  std::mutex mutex_;
  std::optional<Result<void>> read_;
  std::vector<LookupIndex> indexes_;
  std::int64_t without_raw_ = 0;
};

JournalCollections::JournalCollections(CollectionPlace place, std::vector<CollectionSource> sources)
    : place_(std::move(place)),
      moment_(place_.journal != nullptr ? place_.journal->last_page() : Result<PageId>(PageId{})) {
  for (CollectionSource& source : sources) {
    rows_.push_back(std::make_unique<Rows>(std::move(source)));
  }
}

JournalCollections::~JournalCollections() = default;

Result<Value> JournalCollections::find(const CollectionQuery& query) const {
  WEIR_TRY(const PageId moment, moment_);
  if (moment == PageId{}) {
    return Value();
  }
  const auto rows = std::find_if(rows_.begin(), rows_.end(), [&](const auto& each) {
    return each->pipeline() == query.pipeline;
  });
  if (rows == rows_.end()) {
    return fail(ErrorKind::internal,
                fmt::format("`_findCollection` from `{}` was not prepared", query.pipeline));
  }
  return (*rows)->find(query, place_, moment);
}

}  // namespace weir
