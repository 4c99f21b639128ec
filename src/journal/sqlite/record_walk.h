// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "journal/sqlite/reader_pool.h"

#include <utility>

namespace weir {

// Each step is a question of its own to a reading connection, so that the write-ahead log can be
// written back between two of them.
class SqliteRecordWalk final : public RecordWalk {
 public:
  SqliteRecordWalk(ReaderPool& readers, PipelineId pipeline, PageId moment) : readers_(readers) {
    place_.pipeline = pipeline;
    place_.moment = static_cast<std::int64_t>(moment);
    place_.below = place_.moment + 1;
    place_.followed = place_.moment;
  }

  Result<std::vector<StoredRecord>> next(std::size_t bytes_max) override {
    return readers_.ask([&](JournalReader& reader) { return reader.walk(place_, bytes_max); });
  }

 private:
  ReaderPool& readers_;
  WalkPlace place_;
};

}  // namespace weir
