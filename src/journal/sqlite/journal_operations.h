// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "journal/sqlite/journal_model.h"
#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Random operations on a real journal and on the model, read from bytes (of a fuzzer, or of a
// seeded generator). Every answer is compared; the first difference is told. For tests.

namespace weir {

class JournalOperations {
 public:
  JournalOperations(std::filesystem::path folder, std::span<const std::uint8_t> bytes)
      : folder_(std::move(folder)), bytes_(bytes) {
    std::filesystem::remove_all(folder_);
  }

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
    journal_.reset();
    std::filesystem::remove_all(folder_);
    return fault_.empty() ? "" : fmt::format("{}\nafter:\n{}", fault_, log_);
  }

 private:
  struct Side {
    PipelineId id{};
    JournalModel model;
  };

  std::uint32_t pick(std::uint32_t below) {
    return at_ < bytes_.size() ? bytes_[at_++] % below : 0;
  }
  Side& side() { return sides_[side_]; }
  JournalModel& model() { return sides_[side_].model; }

  void note(std::string text) { log_ += std::move(text) + "\n"; }
  void expect(bool holds, const std::string& what) {
    if (!holds && fault_.empty()) {
      fault_ = what;
    }
  }
  template <typename T>
  bool good(const Result<T>& result, const char* what) {
    expect(result.has_value(),
           fmt::format("{}: {}", what, result.has_value() ? "" : result.error().message));
    return result.has_value();
  }

  void reopen() {
    note("reopen");
    reader_.reset();
    journal_.reset();
    JournalOptions options;
    options.folder = folder_;
    options.clock = &clock_;
    options.tuning = {16, 2, 8, 3, 2};
    auto opened = open_sqlite_journal(options);
    if (good(opened, "open")) {
      journal_ = std::move(*opened);
    }
    options.access = JournalAccess::read;
    auto reading = open_sqlite_journal(options);
    if (good(reading, "open to read")) {
      reader_ = std::move(*reading);
    }
  }

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

  void begin_run() {
    const std::string definition = fmt::format("definition {}", pick(3));
    auto run = journal_->begin_run(side().id, {clock_.now(), definition});
    if (good(run, "begin_run")) {
      note(fmt::format("run {}", static_cast<std::int64_t>(*run)));
      model().run = *run;
      definitions_[*run] = definition;
    }
  }

  void step() {
    clock_.advance(std::chrono::seconds(pick(60)));
    side_ = pick(4) == 0 ? 1 : 0;
    switch (pick(16)) {
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
        return pick(2) == 0 ? requeue_all() : requeue_named();
      case 14:
        return pick(3) == 0 ? reopen() : pick(2) == 0 ? begin_run() : raise_fence();
      default:
        return compare_all();
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
    auto intakes = journal_->store(side().id, model().run, redelivery, pages, cursor).get();
    if (!good(intakes, "store")) {
      return;
    }
    expect(intakes->size() == pages.size(), "store: intakes of all pages");
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
      note(fmt::format("stored {} `{}` content {}", text(place), record.id, record.content));
      if (model().versions.at(place).state == RecordState::waiting) {
        due.push_back({place, i});
      }
      ++place.index;
    }
    last_page_ += place.index > 0 ? 1 : 0;
    expect(model().books.judged - judged_before == intake.judged, "store: judged");
  }

  Redelivery pick_redelivery() {
    return pick(2) == 0 ? Redelivery::never : Redelivery::when_different;
  }

  void open_batch() {
    const std::uint32_t lane = pick(3);
    const Redelivery redelivery = pick_redelivery();
    std::vector<Candidate> candidates;
    for (const auto& [place, version] : model().versions) {
      if (pick(model().can_open(version) ? 2 : 12) == 0) {
        candidates.push_back({place, version.record.content % 3});
      }
    }
    if (pick(6) == 0 && !candidates.empty()) {
      candidates.push_back(candidates.front());
    }
    auto opened = journal_->open_batch(side().id, lane, model().fence, redelivery, candidates);
    JournalModel::Lane& expected = model().lanes[lane];
    if (expected.open) {
      expect(!opened && opened.error().kind == ErrorKind::internal, "open_batch: lane is taken");
      return;
    }
    if (!good(opened, "open_batch")) {
      return;
    }
    const std::int64_t withdrawn_before = model().books.withdrawn;
    JournalModel::Batch batch{model().fence, {}};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const bool accepted = model().offer(candidates[i], redelivery, clock_.now());
      expect(accepted == opened->accepted[i],
             fmt::format("open_batch: acceptance of {}", text(candidates[i].place)));
      note(fmt::format("offered {} to lane {}: {}", text(candidates[i].place), lane, accepted));
      if (accepted) {
        batch.members.push_back(candidates[i]);
      }
    }
    expect(model().books.withdrawn - withdrawn_before == opened->withdrawn,
           "open_batch: withdrawn");
    expect(opened->key.sequence == (batch.members.empty() ? 0 : expected.settled + 1),
           "open_batch: sequence");
    if (!batch.members.empty()) {
      expected.open = std::move(batch);
    }
  }

  Settlement pick_outcome(RecordPlace place, bool may_wait) {
    constexpr RecordState states[] = {RecordState::delivered, RecordState::failed,
                                      RecordState::filtered, RecordState::in_doubt,
                                      RecordState::waiting};
    Settlement settlement;
    settlement.place = place;
    settlement.state = states[pick(may_wait ? 5 : 4)];
    settlement.reason = pick(4) == 0 ? "" : fmt::format("reason {}", pick(20));
    return settlement;
  }

  // Some members of the open batch, with outcomes.
  std::vector<Settlement> pick_members(const JournalModel::Batch& batch, bool may_wait) {
    std::vector<Settlement> settlements;
    for (const Candidate& member : batch.members) {
      if (pick(3) == 0) {
        settlements.push_back(pick_outcome(member.place, may_wait));
      }
    }
    return settlements;
  }

  void settle_batch() {
    const std::uint32_t lane = pick(3);
    JournalModel::Lane& expected = model().lanes[lane];
    const BatchKey key{side().id, lane, expected.settled + 1};
    if (!expected.open) {
      const auto settled = journal_->settle_batch(key, model().run, clock_.now(), {}).get();
      expect(!settled && settled.error().kind == ErrorKind::internal, "settle_batch: not open");
      return;
    }
    const auto remarks = pick_members(*expected.open, false);
    if (!good(journal_->settle_batch(key, model().run, clock_.now(), remarks).get(),
              "settle_batch")) {
      return;
    }
    note(fmt::format("settled lane {}", lane));
    for (const Candidate& member : expected.open->members) {
      Settlement outcome;
      outcome.place = member.place;
      const auto remark =
          std::find_if(remarks.begin(), remarks.end(),
                       [&](const Settlement& named) { return named.place == member.place; });
      model().decide(remark != remarks.end() ? *remark : outcome, clock_.now(), member.sent);
    }
    ++expected.settled;
    expected.open.reset();
  }

  void amend_batch() {
    const std::uint32_t lane = pick(3);
    JournalModel::Lane& expected = model().lanes[lane];
    if (!expected.open) {
      return;
    }
    const auto removed = pick_members(*expected.open, true);
    const BatchKey key{side().id, lane, expected.settled + 1};
    if (!good(journal_->amend_batch(key, model().run, clock_.now(), removed), "amend_batch")) {
      return;
    }
    for (const Settlement& settlement : removed) {
      const auto member = std::find_if(
          expected.open->members.begin(), expected.open->members.end(),
          [&](const Candidate& candidate) { return candidate.place == settlement.place; });
      note(fmt::format("amended {} as {}", text(settlement.place), to_string(settlement.state)));
      if (settlement.state == RecordState::waiting) {
        model().versions.at(settlement.place).in_batch = false;
      } else {
        model().decide(settlement, clock_.now(), member->sent);
      }
      expected.open->members.erase(member);
    }
  }

  void withdraw_batch() {
    const std::uint32_t lane = pick(3);
    JournalModel::Lane& expected = model().lanes[lane];
    const BatchKey key{side().id, lane, expected.open ? expected.settled + 1 : 0};
    if (!good(journal_->withdraw_batch(key), "withdraw_batch") || !expected.open) {
      return;
    }
    note(fmt::format("withdrew lane {}", lane));
    for (const Candidate& member : expected.open->members) {
      model().versions.at(member.place).in_batch = false;
    }
    expected.open.reset();
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
        note(fmt::format("settled {} as {}", text(settlement.place), to_string(settlement.state)));
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
        note(fmt::format("requeued {}", text(place)));
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
      for (const std::string& id : ids_named(name)) {
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

  std::set<std::string> ids_named(const std::string& name) {
    std::set<std::string> ids;
    for (const auto& [place, version] : model().versions) {
      if (version.record.id == name || version.record.number == name) {
        ids.insert(version.record.id);
      }
    }
    return ids;
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
    for (side_ = 0; side_ < sides_.size(); ++side_) {
      for (Journal* journal : {journal_.get(), reader_.get()}) {
        compare_waiting(*journal);
        compare_records(*journal, std::nullopt);
        for (const RecordState state :
             {RecordState::waiting, RecordState::delivered, RecordState::filtered,
              RecordState::failed, RecordState::in_doubt}) {
          compare_records(*journal, state);
        }
        compare_trace(*journal, fmt::format("id-{}", pick(24)));
        compare_trace(*journal, fmt::format("NO-{}", pick(10)));
        compare_batches(*journal);
        const auto cursor = journal->cursor(side().id);
        expect(good(cursor, "cursor") &&
                   (*cursor ? std::optional((*cursor)->text) : std::nullopt) == model().cursor,
               "cursor");
      }
    }
    side_ = 0;
  }

  void compare_waiting(Journal& journal) {
    std::vector<RecordPlace> places;
    std::optional<RecordPlace> after;
    const std::size_t bytes_max = pick(2) == 0 ? 1 : 200;
    for (;;) {
      const auto waiting = journal.waiting(side().id, after, bytes_max);
      if (!good(waiting, "waiting") || waiting->empty()) {
        break;
      }
      for (const WaitingRecord& record : *waiting) {
        places.push_back(record.place);
        const auto at = model().versions.find(record.place);
        expect(at != model().versions.end() && at->second.raw == record.raw &&
                   at->second.record.id == record.id && at->second.record.fault == record.fault,
               fmt::format("waiting: record {}", text(record.place)));
      }
      after = waiting->back().place;
    }
    expect(places == model().waiting(), "waiting: places");
  }

  void compare_records(Journal& journal, std::optional<RecordState> state) {
    std::vector<const JournalModel::Version*> expected;
    const std::string find = state || pick(2) == 0 ? "" : "-1";
    for (const auto& [place, version] : model().versions) {
      const bool found = version.record.id.find(find) != std::string::npos ||
                         version.record.number.find(find) != std::string::npos;
      if (model().is_newest(version) && found && (!state || version.state == *state)) {
        expected.push_back(&version);
      }
    }
    std::size_t at = 0;
    const auto done = journal.records(side().id, {state, find, 0}, [&](const RecordSummary& got) {
      expect(at < expected.size() && same(*expected[at], got),
             fmt::format("records: `{}` is {} after {} attempts with `{}`", got.id,
                         to_string(got.state), got.attempts, got.reason));
      ++at;
      return true;
    });
    good(done, "records");
    expect(at == expected.size(), fmt::format("records: {} of {}", at, expected.size()));
  }

  static bool same(const JournalModel::Version& version, const RecordSummary& summary) {
    return version.record.id == summary.id && version.record.number == summary.number &&
           version.state == summary.state && version.reason == summary.reason &&
           version.attempts == summary.attempts && version.updated_at == summary.updated_at;
  }

  void compare_trace(Journal& journal, const std::string& name) {
    std::set<RecordPlace> places;
    for (const std::string& id : ids_named(name)) {
      const auto& versions = model().records.at(id).versions;
      places.insert(versions.begin(), versions.end());
    }
    const auto trace = journal.trace(side().id, name);
    if (!good(trace, "trace")) {
      return;
    }
    expect(trace->size() == places.size(), fmt::format("trace: versions of `{}`", name));
    auto place = places.begin();
    for (const VersionTrace& version : *trace) {
      if (place != places.end()) {
        compare_version(model().versions.at(*place++), version);
      }
    }
  }

  void compare_version(const JournalModel::Version& expected, const VersionTrace& got) {
    const std::string where = "trace of " + text(expected.place);
    expect(got.place == expected.place && got.raw == expected.raw &&
               got.origin == expected.origin && got.received_in == expected.received_in &&
               got.received_at == expected.received_at && same(expected, got.summary),
           where);
    expect(got.superseded == (expected.state == RecordState::waiting && !expected.in_batch &&
                              !model().is_newest(expected)),
           where + ": superseded");
    const RunId run = expected.decided_in != RunId{} ? expected.decided_in : expected.received_in;
    expect(got.definition == definitions_.at(run), where + ": definition");
    expect(std::equal(got.attempts.begin(), got.attempts.end(), expected.history.begin(),
                      expected.history.end(),
                      [](const AttemptTrace& a, const AttemptTrace& b) {
                        return a.attempt == b.attempt && a.run == b.run && a.at == b.at &&
                               a.state == b.state && a.reason == b.reason;
                      }),
           where + ": attempts");
  }

  void compare_batches(Journal& journal) {
    const auto open = journal.open_batches(side().id);
    if (!good(open, "open_batches")) {
      return;
    }
    std::size_t expected = 0;
    for (const auto& [lane, state] : model().lanes) {
      expected += state.open ? 1 : 0;
    }
    expect(open->size() == expected, "open_batches: number");
    for (const OpenBatch& batch : *open) {
      const JournalModel::Lane& lane = model().lanes[batch.key.lane];
      expect(lane.open && lane.settled + 1 == batch.key.sequence &&
                 lane.open->fence == batch.fence &&
                 std::equal(batch.members.begin(), batch.members.end(), lane.open->members.begin(),
                            lane.open->members.end(),
                            [](const RecordPlace& a, const Candidate& b) { return a == b.place; }),
             fmt::format("open_batches: lane {}", batch.key.lane));
    }
  }

  static std::string text(const RecordPlace& place) {
    return fmt::format("{}.{}", static_cast<std::int64_t>(place.page), place.index);
  }

  const std::filesystem::path folder_;
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  ManualClock clock_{Timestamp(std::chrono::milliseconds(1'767'225'600'000))};
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Journal> reader_;
  std::array<Side, 2> sides_;
  std::size_t side_ = 0;
  std::int64_t last_page_ = 0;
  std::map<RunId, std::string> definitions_;
  std::string log_;
  std::string fault_;
};

}  // namespace weir
