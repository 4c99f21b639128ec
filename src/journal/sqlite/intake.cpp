// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace weir {
namespace {

Result<std::optional<PackedPlace>> find_newest(JournalStore& store, const IndexKey& key) {
  if (const auto place = store.index.find_in_memory(key)) {
    return place;
  }
  if (const auto near = store.entries.find_near(key)) {
    WEIR_TRY(const RecordStatus* status, store.statuses.look(*near));
    if (!status->has(RecordStatus::replaced)) {
      return near;
    }
  }
  return store.index.find_in_runs(key);
}

// The entry of a page on disk that the index gave for the record.
Result<const PageEntry*> entry_of(JournalStore& store, PackedPlace place,
                                  const PageRecord& record) {
  const RecordPlace at = unpack(place);
  WEIR_TRY(const PageEntries* page, store.entries.page(at.page));
  if (at.index >= page->entries.size() || page->entries[at.index].id != record.id) {
    return store.database.damaged(
        fmt::format("the index leads from record `{}` to record {} of page {}, which is another",
                    record.id, at.index, static_cast<std::int64_t>(at.page)));
  }
  return &page->entries[at.index];
}

// Takes the pages of one call in, one after the other.
class PageIntake {
 public:
  PageIntake(JournalStore& store, PipelineId pipeline, RunId run, Redelivery redelivery)
      : store_(store),
        pipeline_(pipeline),
        run_(run),
        redelivery_(redelivery),
        first_page_(store.head.last_page + 1) {}

  Result<Intake> take(const IncomingPage& incoming) {
    incoming_ = &incoming;
    intake_ = {};
    page_ = static_cast<PageId>(store_.head.last_page + 1);
    entries_.clear();
    statuses_.clear();
    stored_.clear();
    const auto count = static_cast<std::uint32_t>(incoming.page->records.size());
    intake_.novelty.reserve(count);
    hash_ids();
    for (std::uint32_t i = 0; i < count; ++i) {
      WEIR_CHECK(take_record(i));
    }
    if (!entries_.empty()) {
      index_numbers();
      WEIR_CHECK(keep_page());
    }
    WEIR_CHECK(store_.make_room());
    return std::move(intake_);
  }

  // A version that a later one of the same call has replaced was never handed out: the later one is
  // due in its place.
  void drop_superseded(std::vector<Intake>& intakes) const {
    if (superseded_.empty()) {
      return;
    }
    for (Intake& intake : intakes) {
      std::erase_if(intake.due, [&](const DueRecord& due) {
        return std::find(superseded_.begin(), superseded_.end(), due.place) != superseded_.end();
      });
    }
  }

 private:
  // All at once, and the index told of them: its memory is large, and each look would wait for it.
  void hash_ids() {
    keys_.clear();
    keys_.reserve(incoming_->page->records.size());
    for (const PageRecord& record : incoming_->page->records) {
      keys_.push_back(id_key(pipeline_, record.id));
      store_.index.prefetch(keys_.back());
    }
  }

  void index_numbers() {
    for (const IndexEntry& number : numbers_) {
      store_.index.prefetch(number.key);
    }
    for (const IndexEntry& number : numbers_) {
      store_.index.insert(number);
    }
    numbers_.clear();
  }

  struct Known {
    std::uint64_t content = 0;
    bool same_number = false;
  };

  // What the versions before it say about a version.
  struct Judgement {
    Novelty novelty = Novelty::new_record;
    PackedPlace previous = 0;
    bool index_number = true;
    bool takes_slot = false;  // of a version of the same call
    RecordStatus status;
  };

  Result<void> take_record(std::uint32_t page_index) {
    const PageRecord& record = incoming_->page->records[page_index];
    const IndexKey& key = keys_[page_index];
    Judgement judgement;
    judgement.status.updated_at = incoming_->received_at.time_since_epoch().count();
    WEIR_TRY(const auto prior, find_newest(store_, key));
    if (prior) {
      WEIR_TRY(const Known known, know(*prior, record));
      if (known.content == record.content) {
        intake_.novelty.push_back(Novelty::unchanged);
        return {};
      }
      WEIR_CHECK(judge_changed(*prior, judgement));
      judgement.index_number = !known.same_number;
    }
    intake_.novelty.push_back(judgement.novelty);
    keep_record(page_index, record, key, judgement);
    return {};
  }

  Result<Known> know(PackedPlace place, const PageRecord& record) {
    const RecordPlace at = unpack(place);
    const PageEntry* entry = nullptr;
    if (at.page == page_) {
      entry = &entries_[at.index];
    } else {
      WEIR_TRY(entry, entry_of(store_, place, record));
    }
    return Known{entry->content, entry->number == record.number};
  }

  Result<RecordStatus*> status_of(PackedPlace place) {
    const RecordPlace at = unpack(place);
    if (at.page == page_) {
      return &statuses_[at.index];
    }
    return store_.statuses.change(place);
  }

  Result<void> judge_changed(PackedPlace prior, Judgement& judgement) {
    WEIR_TRY(RecordStatus * old, status_of(prior));
    judgement.novelty = Novelty::changed;
    judgement.previous = prior;
    RecordStatus& status = judgement.status;
    for (const auto flag :
         {RecordStatus::ever_delivered, RecordStatus::sent_known, RecordStatus::doubted}) {
      status.set(flag, old->has(flag));
    }
    status.sent = old->sent;
    old->set(RecordStatus::replaced);
    const bool settled = old->has(RecordStatus::ever_delivered) || old->has(RecordStatus::doubted);
    if (redelivery_ == Redelivery::never && settled) {
      status.state =
          old->has(RecordStatus::doubted) ? RecordState::in_doubt : RecordState::delivered;
      status.run = static_cast<std::uint32_t>(run_);
      return {};
    }
    const RecordPlace at = unpack(prior);
    if (static_cast<std::int64_t>(at.page) >= first_page_ && old->undecided()) {
      old->set(RecordStatus::superseded);
      superseded_.push_back(at);
      judgement.takes_slot = true;
    }
    return {};
  }

  void keep_record(std::uint32_t page_index, const PageRecord& record, const IndexKey& key,
                   const Judgement& judgement) {
    const RecordPlace place{page_, static_cast<std::uint32_t>(entries_.size())};
    entries_.push_back({record.id, record.number, record.fault, record.content, 0, record.length,
                        judgement.previous});
    statuses_.push_back(judgement.status);
    stored_.push_back(page_index);
    store_.index.insert({key, pack(place)});
    if (judgement.index_number && !record.number.empty()) {
      numbers_.push_back(number_entry(pipeline_, record.number, pack(place)));
    }
    if (judgement.status.state == RecordState::waiting) {
      intake_.due.push_back({place, page_index});
      intake_.judged += judgement.takes_slot ? 0 : 1;
    }
  }

  // Whether between any two of the stored records stand as many bytes, and few.
  bool lie_evenly() const {
    std::optional<std::uint64_t> gap;
    for (std::size_t i = 1; i < stored_.size(); ++i) {
      const PageRecord& before = incoming_->page->records[stored_[i - 1]];
      const std::uint64_t end = before.offset + before.length;
      const std::uint64_t begin = incoming_->page->records[stored_[i]].offset;
      if (begin < end || begin - end > raw_gap_max || gap.value_or(begin - end) != begin - end) {
        return false;
      }
      gap = begin - end;
    }
    return true;
  }

  // The raw JSON of what is stored, as PageRaw has it: as it lies in its page, or else copied one
  // after the other.
  std::string_view gather_raw() {
    const Page& page = *incoming_->page;
    if (lie_evenly()) {
      const PageRecord& first = page.records[stored_.front()];
      const PageRecord& last = page.records[stored_.back()];
      return std::string_view(page.bytes)
          .substr(first.offset, last.offset + last.length - first.offset);
    }
    raw_.clear();
    for (const std::uint32_t index : stored_) {
      raw_.append(page.raw(page.records[index]));
    }
    return raw_;
  }

  Result<void> keep_page() {
    const std::string_view raw = gather_raw();
    const auto packed = store_.raw.compress(page_, raw);
    if (!packed) {
      return fail(ErrorKind::unavailable,
                  fmt::format("journal `{}`: no memory to compress a page of {} bytes",
                              store_.database.file().string(), raw.size()));
    }
    const PageHeader header{pipeline_, run_, incoming_->received_at, incoming_->origin};
    WEIR_CHECK(store_.pages.insert(page_, encode_entries(page_, header, entries_), *packed));
    const auto bytes = static_cast<std::int64_t>(packed->size());
    WEIR_CHECK(store_.kept_raw.insert(
        {page_, pipeline_, incoming_->received_at, bytes, raw_hold(statuses_)}));
    store_.head.raw_bytes += bytes;
    store_.statuses.add(page_, {pipeline_, statuses_});
    if (raw.size() >= incoming_->page->bytes.size() / 2) {  // not a page held for a few records
      store_.hot->add(page_,
                      std::make_shared<HotPage>(HotPage{pipeline_, incoming_->page, stored_}));
    }
    store_.head.last_page = static_cast<std::int64_t>(page_);
    ++store_.pipelines.change(pipeline_)->pages;
    return {};
  }

  JournalStore& store_;
  const PipelineId pipeline_;
  const RunId run_;
  const Redelivery redelivery_;
  const std::int64_t first_page_;  // of this call
  std::vector<RecordPlace> superseded_;

  // Of the page being taken in:
  const IncomingPage* incoming_ = nullptr;
  Intake intake_;
  PageId page_{};
  std::vector<PageEntry> entries_;
  std::vector<RecordStatus> statuses_;
  std::vector<std::uint32_t> stored_;  // by index in the incoming page
  std::vector<IndexKey> keys_;         // of all incoming ids
  std::vector<IndexEntry> numbers_;
  std::string raw_;
};

Result<void> check_page(const IncomingPage& incoming) {
  if (incoming.page->records.size() >= page_records_max) {
    return fail(ErrorKind::internal,
                fmt::format("a page of {} records is too long for the journal: it takes {}",
                            incoming.page->records.size(), page_records_max - 1));
  }
  const std::size_t size = incoming.page->bytes.size();
  for (const PageRecord& record : incoming.page->records) {
    if (record.offset > size || record.length > size - record.offset) {
      return fail(ErrorKind::internal,
                  fmt::format("record `{}` lies outside of its page", record.id));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Intake>> store_pages(JournalStore& store, PipelineId pipeline, RunId run,
                                        Redelivery redelivery,
                                        const std::vector<IncomingPage>& pages,
                                        const std::optional<Cursor>& cursor) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  WEIR_CHECK(store.check_run(run));
  for (const IncomingPage& incoming : pages) {
    WEIR_CHECK(check_page(incoming));
  }
  PageIntake page_intake(store, pipeline, run, redelivery);
  std::vector<Intake> intakes;
  intakes.reserve(pages.size());
  for (const IncomingPage& incoming : pages) {
    WEIR_TRY(Intake intake, page_intake.take(incoming));
    intakes.push_back(std::move(intake));
  }
  page_intake.drop_superseded(intakes);
  if (cursor) {
    store.pipelines.change(pipeline)->cursor = cursor->text;
  }
  return intakes;
}

Result<std::vector<Novelty>> compare_page(JournalStore& store, PipelineId pipeline,
                                          const Page& page) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  std::vector<Novelty> novelty;
  std::unordered_map<std::string_view, std::uint64_t> earlier;  // on the page
  for (const PageRecord& record : page.records) {
    std::optional<std::uint64_t> content;
    if (const auto found = earlier.find(record.id); found != earlier.end()) {
      content = found->second;
    } else {
      WEIR_TRY(const auto place, find_newest(store, id_key(pipeline, record.id)));
      if (place) {
        WEIR_TRY(const PageEntry* entry, entry_of(store, *place, record));
        content = entry->content;
      }
    }
    novelty.push_back(!content                     ? Novelty::new_record
                      : *content == record.content ? Novelty::unchanged
                                                   : Novelty::changed);
    earlier[record.id] = record.content;
    WEIR_CHECK(store.make_room());
  }
  return novelty;
}

}  // namespace weir
