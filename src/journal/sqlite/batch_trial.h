// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/sqlite/journal_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace weir {

// The operations on batches: one on the journal, the same on the model. For tests.
class BatchTrial : protected JournalTrial {
 public:
  using JournalTrial::JournalTrial;

 protected:
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
    for (std::size_t left = candidates.size(); left > 1; --left) {  // in any order
      std::swap(candidates[left - 1], candidates[pick(static_cast<std::uint32_t>(left))]);
    }
    auto opened = journal_->open_batch(side().id, lane, model().fence, redelivery, candidates);
    JournalModel::Lane& expected = model().lanes[lane];
    if (expected.open) {
      expect(!opened && opened.error().kind == ErrorKind::internal, "open_batch: lane is taken");
      return;
    }
    if (!good(opened, "open_batch") || !good(opened->on_disk.get(), "open_batch: on disk")) {
      return;
    }
    const std::int64_t withdrawn_before = model().books.withdrawn;
    JournalModel::Batch batch{model().fence, {}};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const bool accepted = model().offer(candidates[i], redelivery, clock_.now());
      expect(accepted == opened->accepted[i],
             fmt::format("open_batch: acceptance of {}", place_text(candidates[i].place)));
      note(fmt::format("offered {} to lane {}: {}", place_text(candidates[i].place), lane,
                       accepted));
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
      note(fmt::format("amended {} as {}", place_text(settlement.place),
                       to_string(settlement.state)));
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
};

}  // namespace weir
