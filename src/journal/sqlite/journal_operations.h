// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/sqlite/batch_trial.h"
#include "journal/sqlite/journal_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Random operations on a real journal and on the model, read from bytes (of a fuzzer, or of a
// seeded generator). Every answer is compared; the first difference is told. For tests.

namespace weir {

class JournalOperations : private BatchTrial {
 public:
  using BatchTrial::BatchTrial;

  // Empty: the journal did as the model; else what differs, and after which operations.
  std::string run() {
    reopen();
    begin();
    while (at_ < bytes_.size() && fault_.empty()) {
      step();
      compare_books();
    }
    if (fault_.empty()) {
      compare_all();
    }
    reader_.reset();
    journal_.reset();
    std::filesystem::remove_all(folder_);
    return fault_.empty() ? "" : fmt::format("{}\nafter:\n{}", fault_, log_);
  }

 private:
  void begin() {
    for (side_ = 0; side_ < sides_.size(); ++side_) {
      auto id = journal_->pipeline(fmt::format("pipeline {}", side_));
      if (good(id, "pipeline")) {
        side().id = *id;
        begin_run();
      }
    }
    side_ = 0;
  }

  void step() {
    clock_.advance(std::chrono::seconds(pick(60)));
    side_ = pick(4) == 0 ? 1 : 0;
    switch (pick(17)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return store();
      case 4:
      case 5:
      case 6:
        return open_batch();
      case 7:
      case 8:
        return settle_batch();
      case 9:
        return amend_batch();
      case 10:
        return withdraw_batch();
      case 11:
      case 12:
        return settle();
      case 13:
        return requeue();
      case 14:
        return pick(3) == 0 ? reopen() : pick(2) == 0 ? begin_run() : raise_fence();
      case 15:
        return drop_raw();
      default:
        return compare_all();
    }
  }

  void requeue() {
    switch (pick(4)) {
      case 0:
        return requeue_all();
      case 1:
        return requeue_named();
      case 2:
        return requeue_for_replay();
      default:
        return requeue_absent();
    }
  }

  IncomingPage make_page() {
    auto page = std::make_shared<Page>();
    const std::uint32_t count = pick(7);
    for (std::uint32_t i = 0; i < count; ++i) {
      PageRecord record;
      record.id = fmt::format("id-{}", pick(24));
      record.content = pick(4);
      record.number = pick(8) == 0 ? "" : fmt::format("NO-{}", pick(10));
      record.fault = pick(16) == 0 ? "no id" : "";
      const std::string raw = fmt::format("{{\"id\":\"{}\",\"n\":{},\"text\":\"收款单 {}\"}}",
                                          record.id, record.content, pick(256));
      record.offset = page->bytes.size();
      record.length = raw.size();
      page->bytes += raw + ",";
      page->records.push_back(std::move(record));
    }
    return {std::move(page), clock_.now(), fmt::format("page {}", pick(100))};
  }

  void store() {
    const Redelivery redelivery = pick_redelivery();
    std::vector<IncomingPage> pages(pick(4));
    for (IncomingPage& page : pages) {
      page = make_page();
    }
    std::optional<Cursor> cursor;
    if (pick(3) == 0) {
      cursor = Cursor{fmt::format("cursor {}", pick(256))};
      model().cursor = cursor->text;
    }
    std::vector<Novelty> compared;
    if (!pages.empty()) {
      auto answer = journal_->compare(side().id, *pages.front().page);
      if (!good(answer, "compare")) {
        return;
      }
      compared = std::move(*answer);
    }
    auto intakes = journal_->store(side().id, model().run, redelivery, pages, cursor).get();
    if (!good(intakes, "store")) {
      return;
    }
    expect(intakes->size() == pages.size(), "store: intakes of all pages");
    expect(pages.empty() || compared == intakes->front().novelty, "compare: as store says");
    const auto first_page = static_cast<PageId>(last_page_ + 1);
    std::vector<std::vector<DueRecord>> due(pages.size());
    for (std::size_t i = 0; i < pages.size(); ++i) {
      take(pages[i], (*intakes)[i], redelivery, first_page, due[i]);
    }
    for (std::size_t i = 0; i < pages.size(); ++i) {
      std::erase_if(due[i], [&](const DueRecord& record) {
        return !model().versions.at(record.place).undecided();
      });
      expect(same_due(due[i], (*intakes)[i].due), fmt::format("store: due of page {}", i));
    }
  }

  static bool same_due(const std::vector<DueRecord>& a, const std::vector<DueRecord>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.place == y.place && x.page_index == y.page_index;
    });
  }

  void take(const IncomingPage& page, const Intake& intake, Redelivery redelivery,
            PageId first_page, std::vector<DueRecord>& due) {
    const std::int64_t judged_before = model().books.judged;
    RecordPlace place{static_cast<PageId>(last_page_ + 1), 0};
    expect(intake.novelty.size() == page.page->records.size(), "store: novelty of all records");
    for (std::uint32_t i = 0; i < page.page->records.size() && fault_.empty(); ++i) {
      const PageRecord& record = page.page->records[i];
      const Novelty novelty = model().take(page, record, place, redelivery, first_page);
      expect(novelty == intake.novelty[i], fmt::format("store: novelty of `{}`", record.id));
      if (novelty == Novelty::unchanged) {
        continue;
      }
      note(fmt::format("stored {} `{}` content {}", place_text(place), record.id, record.content));
      if (model().versions.at(place).state == RecordState::waiting) {
        due.push_back({place, i});
      }
      ++place.index;
    }
    last_page_ += place.index > 0 ? 1 : 0;
    expect(model().books.judged - judged_before == intake.judged, "store: judged");
  }

  void settle() {
    std::vector<Settlement> settlements;
    bool allowed = true;
    for (const auto& [place, version] : model().versions) {
      const bool open = model().can_open(version) || version.state == RecordState::in_doubt;
      if (pick(open ? 3 : 200) == 1) {
        settlements.push_back(pick_outcome(place, false));
        allowed = allowed && open;
      }
    }
    const auto settled = journal_->settle(side().id, model().run, clock_.now(), settlements).get();
    if (!allowed) {
      expect(!settled && settled.error().kind == ErrorKind::internal, "settle: what is decided");
      return;
    }
    if (good(settled, "settle")) {
      for (const Settlement& settlement : settlements) {
        note(fmt::format("settled {} as {}", place_text(settlement.place),
                         to_string(settlement.state)));
        model().decide(settlement, clock_.now(), std::nullopt);
      }
    }
  }

  void raise_fence() {
    const auto fence = journal_->raise_fence(side().id);
    if (good(fence, "raise_fence")) {
      expect(*fence > model().fence, "raise_fence: higher than before");
      model().fence = *fence;
    }
  }

  static bool comes_due(const JournalModel::Version& version, std::optional<Timestamp> due_by) {
    return !due_by || (version.attempts <= std::size(retry_waits) &&
                       version.updated_at + retry_waits[version.attempts - 1] <= *due_by);
  }

  void requeue_all() {
    const auto due_by = pick(2) == 0 ? std::nullopt : std::optional(clock_.now());
    std::int64_t expected = 0;
    for (auto& [place, version] : model().versions) {
      if (model().can_requeue(version) && comes_due(version, due_by)) {
        note(fmt::format("requeued {}", place_text(place)));
        model().requeue(version);
        ++expected;
      }
    }
    const auto requeued = journal_->requeue_failed(side().id, {}, due_by);
    expect(good(requeued, "requeue all") && *requeued == expected, "requeue all: number");
  }

  void requeue_named() {
    std::set<std::string> names;
    for (std::uint32_t left = 1 + pick(3); left > 0; --left) {
      names.insert(pick(2) == 0 ? fmt::format("id-{}", pick(24)) : fmt::format("NO-{}", pick(10)));
    }
    std::set<RecordPlace> due;
    bool allowed = true;
    for (const std::string& name : names) {
      bool failed = false;
      for (const std::string& id : model().ids_named(name)) {
        const JournalModel::Version& newest =
            model().versions.at(model().records.at(id).versions.back());
        if (model().can_requeue(newest)) {
          failed = true;
          due.insert(newest.place);
        }
      }
      allowed = allowed && failed;
    }
    const std::vector<std::string> list(names.begin(), names.end());
    const auto requeued = journal_->requeue_failed(side().id, list, std::nullopt);
    if (!allowed) {
      expect(!requeued && requeued.error().kind == ErrorKind::rejected, "requeue: unknown names");
      return;
    }
    if (good(requeued, "requeue")) {
      expect(*requeued == static_cast<std::int64_t>(due.size()), "requeue: number");
      for (const RecordPlace& place : due) {
        model().requeue(model().versions.at(place));
      }
    }
  }

  void requeue_for_replay() {
    std::optional<Timestamp> from;
    std::optional<Timestamp> until;
    if (pick(2) == 0) {
      from = clock_.now() - std::chrono::seconds(pick(256));
      until = *from + std::chrono::seconds(pick(256));
    }
    std::int64_t expected = 0;
    std::int64_t without_raw = 0;
    for (auto& [place, version] : model().versions) {
      const bool in_range = !from || (version.received_at >= *from && version.received_at < *until);
      without_raw +=
          in_range && version.without_raw && model().would_replay(version, false) ? 1 : 0;
      if (in_range && model().replay(version, false)) {
        note(fmt::format("replays {}", place_text(place)));
        ++expected;
      }
    }
    const auto requeued = journal_->requeue_for_replay(side().id, from, until);
    expect(good(requeued, "replay") && requeued->records == expected, "replay: number");
    expect(requeued && requeued->without_raw == without_raw, "replay: without raw JSON");
  }

  // By age, or as much as may go; in steps.
  void drop_raw() {
    RawLimits limits;
    if (pick(2) == 0) {
      limits.received_before = clock_.now() - std::chrono::seconds(pick(256));
    } else {
      limits.bytes_max = 0;
    }
    const std::size_t looked_into = pick(4);  // neither of the two from 2 on
    if (looked_into < sides_.size()) {
      limits.looked_into = {fmt::format("pipeline {}", looked_into)};
    }
    limits.all_looked_into = looked_into == 2;
    std::int64_t expected = 0;
    for (std::size_t each = 0; each < sides_.size(); ++each) {
      const auto pages = sides_[each].model.pages_to_drop(
          limits.received_before, limits.all_looked_into || each == looked_into);
      sides_[each].model.drop_raw(pages);
      expected += static_cast<std::int64_t>(pages.size());
    }
    note(fmt::format("drops the raw JSON of {} pages", expected));
    bool more = true;
    while (more && fault_.empty()) {
      const auto dropped = journal_->drop_raw(limits);
      if (!good(dropped, "drop_raw")) {
        return;
      }
      expect(dropped->pages == std::min(expected, raw_step_pages), "drop_raw: pages of a step");
      expected -= dropped->pages;
      more = dropped->more;
      expect(more == (expected > 0), "drop_raw: more");
    }
  }

  void requeue_absent() {
    std::vector<std::string> ids;
    std::int64_t expected = 0;
    for (std::uint32_t left = 1 + pick(3); left > 0; --left) {
      ids.push_back(fmt::format("id-{}", pick(24)));
      const auto record = model().records.find(ids.back());
      if (record != model().records.end() &&
          model().replay(model().versions.at(record->second.versions.back()), true)) {
        note(fmt::format("absent `{}`", ids.back()));
        ++expected;
      }
    }
    const auto requeued = journal_->requeue_absent(side().id, ids);
    expect(good(requeued, "absent") && requeued->records == expected, "absent: number");
  }

  // ---- comparing -------------------------------------------------------------------------------

  void compare_books() {
    for (const Side& each : sides_) {
      const auto waiting = journal_->count_waiting(each.id);
      if (!good(waiting, "count_waiting")) {
        return;
      }
      expect(*waiting == each.model.count_waiting(), "count_waiting");
      const JournalModel::Books& books = each.model.books;
      expect(books.judged + books.requeued - books.withdrawn == books.outcomes + *waiting,
             "the books balance");
    }
  }

  void compare_all() {
    note("compare");
    for (const Side& each : sides_) {
      for (Journal* journal : {journal_.get(), reader_.get()}) {
        JournalComparison comparison(*journal, each.id, each.model, definitions_);
        const std::size_t bytes_max = pick(2) == 0 ? 1 : 200;
        const std::string fault = comparison.run(
            bytes_max, {fmt::format("id-{}", pick(24)), fmt::format("NO-{}", pick(10))});
        expect(fault.empty(), fault);
      }
    }
  }
};

}  // namespace weir
