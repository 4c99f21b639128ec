// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace weir {
namespace {

// What the target holds of the record from now on.
void note_target_facts(const Decision& decision, RecordStatus& status) {
  if (decision.settlement.state == RecordState::delivered) {
    status.set(RecordStatus::ever_delivered);
    status.set(RecordStatus::doubted, false);
    status.set(RecordStatus::sent_known, decision.sent.has_value());
    status.sent = decision.sent.value_or(0);
  } else if (decision.settlement.state == RecordState::in_doubt) {
    status.set(RecordStatus::doubted);
  }
}

Result<void> check_settlement(JournalStore& store, PipelineId pipeline,
                              const Settlement& settlement) {
  WEIR_CHECK(store.check_place(pipeline, settlement.place));
  WEIR_TRY(const RecordStatus* status, store.statuses.look(pack(settlement.place)));
  const bool open = status->undecided() && !status->has(RecordStatus::in_batch);
  if (settlement.state == RecordState::waiting ||
      (!open && status->state != RecordState::in_doubt)) {
    return fail(
        ErrorKind::internal,
        fmt::format("record {} of page {} cannot be settled as {}: it is {}{}",
                    settlement.place.index, static_cast<std::int64_t>(settlement.place.page),
                    to_string(settlement.state), to_string(status->shown_state()),
                    status->has(RecordStatus::in_batch) ? " in an open batch" : ""));
  }
  return store.make_room();
}

}  // namespace

Result<void> end_decision(JournalStore& store, PackedPlace place, RecordStatus& status) {
  if (status.state == RecordState::waiting) {
    return {};
  }
  status.set(RecordStatus::due_again, false);
  if (status.attempts > 0) {
    WEIR_CHECK(store.statuses.end_attempt(place));
  }
  return {};
}

Result<void> decide(JournalStore& store, PackedPlace place, const Decision& decision) {
  WEIR_TRY(const std::uint32_t reason, store.reasons.keep(decision.settlement.reason));
  WEIR_TRY(RecordStatus * status, store.statuses.change(place));
  WEIR_CHECK(end_decision(store, place, *status));
  status->state = decision.settlement.state;
  status->set(RecordStatus::in_batch, false);
  status->set(RecordStatus::warned, decision.settlement.warned);
  if (status->attempts < std::numeric_limits<std::uint16_t>::max()) {
    ++status->attempts;
  }
  status->reason = reason;
  status->run = static_cast<std::uint32_t>(decision.run);
  status->rows = decision.settlement.rows;
  status->updated_at = decision.at.time_since_epoch().count();
  note_target_facts(decision, *status);
  if (status->has(RecordStatus::replaced)) {
    WEIR_TRY(const PackedPlace newest, store.newest_version(place));
    WEIR_TRY(RecordStatus * newer, store.statuses.change(newest));
    note_target_facts(decision, *newer);
  }
  return store.make_room();
}

Result<void> settle_records(JournalStore& store, PipelineId pipeline, RunId run, Timestamp at,
                            const std::vector<Settlement>& settlements) {
  WEIR_CHECK(store.check_pipeline(pipeline));
  WEIR_CHECK(store.check_run(run));
  std::vector<RecordPlace> places;
  places.reserve(settlements.size());
  for (const Settlement& settlement : settlements) {
    WEIR_CHECK(check_settlement(store, pipeline, settlement));
    places.push_back(settlement.place);
  }
  std::sort(places.begin(), places.end());
  if (std::adjacent_find(places.begin(), places.end()) != places.end()) {
    return fail(ErrorKind::internal, "a record is settled twice in one call");
  }
  for (const Settlement& settlement : settlements) {
    WEIR_CHECK(decide(store, pack(settlement.place), {settlement, run, at, std::nullopt}));
  }
  return {};
}

}  // namespace weir
