// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {

// A page with the records of it that are to be handed over, by index.
struct JournalReader::WaitingPage {
  PageId id{};
  std::size_t records = 0;
  std::vector<std::uint32_t> chosen;
};

// Fills a chunk up to its bytes.
class JournalReader::ChunkFiller {
 public:
  explicit ChunkFiller(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // What the records added next view.
  void keep(std::shared_ptr<const void> page) { chunk_.pages.push_back(std::move(page)); }
  // False: the chunk is full.
  bool add(const WaitingRecord& record) {
    if (!chunk_.empty() && bytes_ + record.raw.size() > bytes_max_) {
      return false;
    }
    bytes_ += record.raw.size();
    chunk_.records.push_back(record);
    return true;
  }
  WaitingChunk take() { return std::move(chunk_); }

 private:
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  WaitingChunk chunk_;
};

namespace {

// `members`: of open batches, sorted.
std::vector<std::uint32_t> waiting_of(PageId page, const PageStatus& status,
                                      std::optional<RecordPlace> after,
                                      const std::vector<PackedPlace>& members) {
  std::vector<std::uint32_t> chosen;
  chosen.reserve(status.records.size());
  auto member = std::lower_bound(members.begin(), members.end(), pack({page, 0}));
  for (std::uint32_t i = 0; i < status.records.size(); ++i) {
    const RecordPlace place{page, i};
    if (member != members.end() && *member == pack(place)) {
      ++member;
    } else if (status.records[i].undecided() && (!after || place > *after)) {
      chosen.push_back(i);
    }
  }
  return chosen;
}

struct StoredPage {
  PageEntries entries;
  PageRaw raw;
};

}  // namespace

Result<WaitingChunk> JournalReader::waiting(PipelineId pipeline, std::optional<RecordPlace> after,
                                            std::size_t bytes_max, HotPages& hot) {
  Snapshot snapshot(*database_);
  WEIR_CHECK(look(snapshot));
  WEIR_TRY(const PipelineRow row, pipeline_row(pipeline));
  if (!after) {
    WEIR_CHECK(check_waiting(row));
  }
  WEIR_TRY(const std::vector<PackedPlace> members, batch_members(row));
  ChunkFiller filler(bytes_max);
  auto pages = select_waiting_.use();
  pages.bind(1, static_cast<std::int64_t>(pipeline));
  pages.bind(2, after ? static_cast<std::int64_t>(after->page) : 0);
  PageId before{};
  for (;;) {
    WEIR_TRY(const bool found, pages.step());
    if (!found) {
      return filler.take();
    }
    const auto page = static_cast<PageId>(pages.integer(0));
    WEIR_CHECK(check_order(before, page));
    before = page;
    WEIR_TRY(const PageStatus status, pages_.decode(page, pipeline, pages.text(1)));
    const WaitingPage chosen{page, status.records.size(), waiting_of(page, status, after, members)};
    if (!chosen.chosen.empty()) {
      WEIR_TRY(const bool full, add_waiting(chosen, hot, filler));
      if (full) {
        return filler.take();
      }
    }
  }
}

// What the index of waiting pages lists must be what the pipeline counts, or records would be
// forgotten without a word. Once a run: when it starts from the beginning.
Result<void> JournalReader::check_waiting(const PipelineRow& pipeline) {
  auto sum = sum_waiting_.use();
  sum.bind(1, static_cast<std::int64_t>(pipeline.id));
  WEIR_TRY(const bool found, sum.step());
  const std::int64_t listed = found ? sum.integer(0) : 0;
  if (listed != pipeline.counts.waiting) {
    return database_->damaged(
        fmt::format("the index of waiting records of pipeline `{}` lists {}, but {} are waiting",
                    pipeline.name, listed, pipeline.counts.waiting));
  }
  return {};
}

// True: enough.
Result<bool> JournalReader::add_waiting(const WaitingPage& page, HotPages& hot,
                                        ChunkFiller& filler) {
  const std::shared_ptr<const HotPage> kept = hot.find(page.id);
  if (!kept || kept->stored.size() != page.records) {
    return add_stored(page, filler);
  }
  filler.keep(kept);
  for (const std::uint32_t i : page.chosen) {
    const PageRecord& record = kept->record(i);
    if (!filler.add({{page.id, i},
                     record.id,
                     kept->page->raw(record),
                     record.fault,
                     kept->page->readable_behind(record),
                     kept->page->located(record)})) {
      return true;
    }
  }
  hot.forget(page.id);
  return false;
}

Result<bool> JournalReader::add_stored(const WaitingPage& page, ChunkFiller& filler) {
  const auto stored = std::make_shared<StoredPage>();
  WEIR_TRY(stored->entries, entries_of(page.id, page.records));
  WEIR_TRY(auto raw, pages_.raw(stored->entries, codec_));
  if (!raw) {
    return database_->damaged(
        fmt::format("the raw records of page {} were given up, but {} of them are waiting",
                    static_cast<std::int64_t>(page.id), page.chosen.size()));
  }
  stored->raw = std::move(*raw);
  filler.keep(stored);
  for (const std::uint32_t i : page.chosen) {
    const PageEntry& entry = stored->entries.entries[i];
    if (!filler.add({{page.id, i},
                     entry.id,
                     stored->raw.of(stored->entries, i),
                     entry.fault,
                     stored->raw.readable_behind(stored->entries, i)})) {
      return true;
    }
  }
  return false;
}

}  // namespace weir
