// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/batches.h"

#include "journal/sqlite/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace weir {
namespace {

// What is said of members of a batch, found by place.
class Remarks {
 public:
  // Errors: `internal`: one names no member, or a member twice.
  static Result<Remarks> of(const LaneBatch& batch, const std::vector<Settlement>& remarks) {
    Remarks found;
    found.by_place_.reserve(remarks.size());
    for (const Settlement& remark : remarks) {
      found.by_place_.emplace_back(pack(remark.place), &remark);
    }
    std::sort(found.by_place_.begin(), found.by_place_.end());
    std::size_t members = 0;
    for (const BatchMember& member : batch.members) {
      members += found.find(member.place) != nullptr ? 1 : 0;
    }
    if (members != remarks.size()) {
      return found.name_stray(batch);
    }
    return found;
  }

  // nullptr: nothing is said of it.
  const Settlement* find(PackedPlace place) const {
    const auto at = std::lower_bound(
        by_place_.begin(), by_place_.end(), place,
        [](const auto& remark, PackedPlace wanted) { return remark.first < wanted; });
    return at != by_place_.end() && at->first == place ? at->second : nullptr;
  }

 private:
  tl::unexpected<Error> name_stray(const LaneBatch& batch) const {
    const auto stray = std::find_if(by_place_.begin(), by_place_.end(), [&](const auto& remark) {
      return find(remark.first) != remark.second ||
             std::none_of(batch.members.begin(), batch.members.end(),
                          [&](const BatchMember& each) { return each.place == remark.first; });
    });
    const RecordPlace& place = stray->second->place;
    return fail(ErrorKind::internal,
                fmt::format("record {} of page {} is no member of the batch, or named twice",
                            place.index, static_cast<std::int64_t>(place.page)));
  }

  std::vector<std::pair<PackedPlace, const Settlement*>> by_place_;  // sorted
};

// A batch that never was, for no candidate was accepted: giving it back does nothing.
bool is_no_batch(const BatchKey& batch) { return batch.sequence == 0; }

Result<LaneRow*> open_lane(JournalStore& store, const BatchKey& batch) {
  const auto at = store.lanes.find({batch.pipeline, batch.lane});
  if (at == store.lanes.end() || !at->second.open || at->second.settled + 1 != batch.sequence) {
    return fail(ErrorKind::internal,
                fmt::format("batch {} of lane {} of pipeline {} is not open", batch.sequence,
                            batch.lane, static_cast<std::int64_t>(batch.pipeline)));
  }
  return &at->second;
}

// Before the states of its members change: a page that is read again on the way takes the members
// of open batches for undecided.
std::vector<BatchMember> close_batch(LaneRow& row) {
  std::vector<BatchMember> members = std::move(row.open->members);
  row.open.reset();
  return members;
}

Result<void> release(JournalStore& store, PackedPlace place) {
  WEIR_TRY(RecordStatus * status, store.statuses.change(place));
  status->set(RecordStatus::in_batch, false);
  return store.make_room();
}

// A candidate that needs no delivery any more, and what it is instead.
struct Refusal {
  bool superseded = false;
  RecordState state = RecordState::waiting;
};

std::optional<Refusal> refusal(const RecordStatus& status, std::uint64_t sent,
                               Redelivery redelivery) {
  if (status.has(RecordStatus::replaced)) {
    return Refusal{true, RecordState::waiting};
  }
  const bool doubted = status.has(RecordStatus::doubted);
  const bool again = status.is_due_again();
  if (doubted && (again || redelivery == Redelivery::never)) {
    return Refusal{false, RecordState::in_doubt};
  }
  if (redelivery == Redelivery::never && !again) {
    return status.has(RecordStatus::ever_delivered)
               ? std::optional(Refusal{false, RecordState::delivered})
               : std::nullopt;
  }
  if (!doubted && status.has(RecordStatus::sent_known) && status.sent == sent) {
    return Refusal{false, RecordState::delivered};
  }
  return std::nullopt;
}

Result<void> refuse(JournalStore& store, PipelineId pipeline, const Refusal& how, PackedPlace place,
                    RecordStatus& status) {
  if (status.is_due_again() && (how.superseded || how.state == status.state)) {
    status.set(RecordStatus::due_again, false);
    return {};
  }
  if (how.superseded) {
    status.set(RecordStatus::superseded);
    return {};
  }
  if (status.is_due_again()) {
    WEIR_CHECK(end_decision(store, place, status));
    status.reason = 0;
    status.rows = 0;
    status.set(RecordStatus::warned, false);
  }
  status.state = how.state;
  status.run = static_cast<std::uint32_t>(store.pipelines.look(pipeline)->run);
  status.updated_at = store.clock.now().time_since_epoch().count();
  return {};
}

Result<void> check_opening(JournalStore& store, PipelineId pipeline, std::uint32_t lane,
                           const std::vector<Candidate>& candidates) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  if (lane >= lanes_max) {
    return fail(ErrorKind::internal, fmt::format("lane {} is too high a number", lane));
  }
  const auto at = store.lanes.find({pipeline, lane});
  if (at != store.lanes.end() && at->second.open) {
    return fail(ErrorKind::internal,
                fmt::format("lane {} of pipeline {} has an open batch, {}", lane,
                            static_cast<std::int64_t>(pipeline), at->second.settled + 1));
  }
  for (const Candidate& candidate : candidates) {
    WEIR_CHECK(store.check_place(pipeline, candidate.place));
    WEIR_CHECK(store.make_room());
  }
  return {};
}

}  // namespace

Result<OpenedBatch> open_batch(JournalStore& store, PipelineId pipeline, std::uint32_t lane,
                               std::uint64_t fence, Redelivery redelivery,
                               const std::vector<Candidate>& candidates) {
  WEIR_CHECK(check_opening(store, pipeline, lane, candidates));
  OpenedBatch opened;
  opened.key = {pipeline, lane, 0};
  opened.accepted.reserve(candidates.size());
  LaneRow& row = store.lane(pipeline, lane);
  LaneBatch& batch = row.open.emplace(fence);
  for (const Candidate& candidate : candidates) {
    const PackedPlace place = pack(candidate.place);
    WEIR_TRY(const RecordStatus* status, store.statuses.look(place));
    const bool open = status->undecided() && !status->has(RecordStatus::in_batch);
    const auto refused = refusal(*status, candidate.sent, redelivery);
    opened.accepted.push_back(open && !refused);
    if (open && refused) {
      WEIR_TRY(RecordStatus * changed, store.statuses.change(place));
      WEIR_CHECK(refuse(store, pipeline, *refused, place, *changed));
      ++opened.withdrawn;
    } else if (open) {
      WEIR_CHECK(store.statuses.join_batch(place));
      batch.members.push_back({place, candidate.sent});
    }
    WEIR_CHECK(store.make_room());
  }
  if (batch.members.empty()) {
    row.open.reset();
  } else {
    opened.key.sequence = row.settled + 1;
  }
  WEIR_CHECK(store.lane_rows.write(pipeline, lane, row));
  return opened;
}

Result<void> amend_batch(JournalStore& store, const BatchKey& batch, RunId run, Timestamp at,
                         const std::vector<Settlement>& removed) {
  if (is_no_batch(batch) && removed.empty()) {
    return {};
  }
  WEIR_TRY(LaneRow * row, open_lane(store, batch));
  WEIR_CHECK(store.check_run(run));
  WEIR_TRY(const Remarks remarks, Remarks::of(*row->open, removed));
  std::vector<BatchMember> members;
  members.swap(row->open->members);
  std::copy_if(members.begin(), members.end(), std::back_inserter(row->open->members),
               [&](const BatchMember& member) { return remarks.find(member.place) == nullptr; });
  for (const BatchMember& member : members) {
    const Settlement* outcome = remarks.find(member.place);
    if (outcome == nullptr) {
      continue;
    }
    if (outcome->state == RecordState::waiting) {
      WEIR_CHECK(release(store, member.place));
    } else {
      WEIR_CHECK(decide(store, member.place, {*outcome, run, at, member.sent}));
    }
  }
  return store.lane_rows.write(batch.pipeline, batch.lane, *row);
}

Result<void> settle_batch(JournalStore& store, const BatchKey& batch, RunId run, Timestamp at,
                          const std::vector<Settlement>& remarks) {
  if (is_no_batch(batch) && remarks.empty()) {
    return {};
  }
  WEIR_TRY(LaneRow * row, open_lane(store, batch));
  WEIR_CHECK(store.check_run(run));
  WEIR_TRY(const Remarks by_place, Remarks::of(*row->open, remarks));
  if (std::any_of(remarks.begin(), remarks.end(),
                  [](const Settlement& remark) { return remark.state == RecordState::waiting; })) {
    return fail(ErrorKind::internal, "a member of a settled batch cannot wait");
  }
  for (const BatchMember& member : close_batch(*row)) {
    Decision decision{{}, run, at, member.sent};
    const Settlement* remark = by_place.find(member.place);
    if (remark != nullptr) {
      decision.settlement = *remark;
    }
    WEIR_CHECK(decide(store, member.place, decision));
  }
  ++row->settled;
  return store.lane_rows.write(batch.pipeline, batch.lane, *row);
}

Result<void> withdraw_batch(JournalStore& store, const BatchKey& batch) {
  if (is_no_batch(batch)) {
    return {};
  }
  WEIR_TRY(LaneRow * row, open_lane(store, batch));
  for (const BatchMember& member : close_batch(*row)) {
    WEIR_CHECK(release(store, member.place));
  }
  return store.lane_rows.write(batch.pipeline, batch.lane, *row);
}

}  // namespace weir
