// SPDX-License-Identifier: Apache-2.0
#include "sink/lane_worker.h"

#include "core/failpoint.h"
#include "core/hash.h"
#include "sink/remarks.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace weir {
namespace {

std::uint64_t seed_of(const SinkRun& run, std::uint32_t lane) {
  return hash64(fmt::format("{}:{}:{}", static_cast<std::int64_t>(run.pipeline),
                            static_cast<std::int64_t>(run.run), lane));
}

Settlement failure_of(const OutgoingRecord& record, const Error& error) {
  return {record.place, RecordState::failed, error.message, false, 0};
}

}  // namespace

LaneWorker::LaneWorker(SinkRun& run, std::uint32_t lane, std::size_t queue_bytes)
    : run_(run),
      lane_number_(lane),
      queue_(queue_bytes),
      patience_(run.clock, run.patience, run.progress, seed_of(run, lane)) {}

void LaneWorker::work() {
  for (;;) {
    auto records = queue_.take(run_.traits.batch_records, run_.stopping.get_token());
    if (records.empty()) {
      break;
    }
    auto delivered = deliver(std::move(records));
    if (!delivered) {
      if (delivered.error().kind != ErrorKind::cancelled) {
        run_.give_up(delivered.error());
      }
      break;
    }
  }
  queue_.abandon();
  if (auto last = check_settlement(); !last) {
    run_.give_up(last.error());
  }
}

Result<void> LaneWorker::deliver(std::vector<OutgoingRecord> records) {
  while (!records.empty()) {
    WEIR_CHECK(reach());
    WEIR_TRY(Batch batch, open_batch(std::move(records)));
    records.clear();
    if (batch.records.empty()) {
      return {};
    }
    if (run_.traits.transactional) {
      return complete(std::move(batch));
    }
    WEIR_TRY(records, deliver_each(std::move(batch)));
  }
  return {};
}

Result<void> LaneWorker::reach() {
  while (!claimed_.lane) {
    auto claimed = claim_lane(run_, lane_number_, run_.stopping.get_token());
    if (claimed) {
      claimed_ = std::move(*claimed);
    } else {
      WEIR_CHECK(patience_.wait_out(claimed.error(), run_.stopping.get_token()));
    }
  }
  return {};
}

Result<LaneWorker::Batch> LaneWorker::open_batch(std::vector<OutgoingRecord> records) {
  std::vector<Candidate> candidates;
  candidates.reserve(records.size());
  for (const OutgoingRecord& record : records) {
    candidates.push_back({record.place, record.sent});
  }
  auto opened = run_.journal.open_batch(run_.pipeline, lane_number_, claimed_.mark.fence,
                                        run_.redelivery, candidates);
  if (!opened) {
    run_.give_up(opened.error());
    return tl::unexpected(std::move(opened).error());
  }
  failpoint("sink.batch_opened");
  run_.counts.withdrawn += opened->withdrawn;
  Batch batch;
  batch.key = opened->key;
  batch.on_disk = std::move(opened->on_disk);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (opened->accepted[i] && kept++ != i) {
      records[kept - 1] = std::move(records[i]);
    }
  }
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(kept), records.end());
  batch.records = std::move(records);
  if (batch.records.empty()) {
    WEIR_CHECK(run_.keep(run_.journal.withdraw_batch(batch.key)));
  } else if (claimed_.mark.sequence >= batch.key.sequence) {
    WEIR_CHECK(run_.keep(run_.journal.withdraw_batch(batch.key)));
    return mark_ahead(claimed_.mark, batch.key);
  }
  return batch;
}

// The target must not commit a batch of which a killed process would know nothing.
Result<void> LaneWorker::await_opening(Batch& batch) {
  if (batch.on_disk.valid()) {
    WEIR_CHECK(run_.keep(batch.on_disk.get()));
  }
  // Writes take effect in order, so the settlement before this batch is on disk by now.
  return check_settlement();
}

Result<void> LaneWorker::complete(Batch batch) {
  for (;;) {
    auto attempted = attempt(batch);
    if (attempted) {
      return batch.records.empty() ? Result<void>{} : settle(batch);
    }
    claimed_.lane.reset();
    const bool passes = is_transient(attempted.error().kind);
    if (passes) {
      auto waited = patience_.wait_out(attempted.error(), run_.stopping.get_token());
      if (!waited) {
        return put_back(batch, waited.error());
      }
    }
    if (passes || batch.commit_sent) {
      auto committed = is_committed(batch);
      if (!committed) {
        return put_back(batch, committed.error());
      }
      if (*committed) {
        return settle(batch);
      }
    }
    if (!passes) {
      return put_back(batch, attempted.error());
    }
  }
}

// Opens the lane again and asks the mark. Until it has answered, a batch whose COMMIT was sent
// stays open in the journal: the next process resolves it.
Result<bool> LaneWorker::is_committed(Batch& batch) {
  WEIR_CHECK(reach());
  const bool asked = batch.commit_sent;
  batch.commit_sent = false;
  WEIR_TRY(const bool proven, proves(claimed_.mark, batch.key));
  if (proven && !asked) {
    batch.commit_sent = true;  // not ours to put back
    return fail(ErrorKind::conflict,
                fmt::format("batch {} of lane {} stands in the target, but this process has not "
                            "committed it: another one works with a copy of the journal",
                            batch.key.sequence, batch.key.lane));
  }
  return proven;
}

Result<void> LaneWorker::attempt(Batch& batch) {
  batch.rows = 0;
  batch.remarks.clear();
  batch.refused.clear();
  batch.failures.clear();
  WEIR_CHECK(claimed_.lane->begin());
  WEIR_CHECK(write(batch, 0, batch.records.size()));
  WEIR_CHECK(await_opening(batch));
  if (!batch.failures.empty()) {
    WEIR_CHECK(amend(batch));
  }
  if (batch.records.empty()) {
    claimed_.lane->rollback();
    return run_.keep(run_.journal.withdraw_batch(batch.key));
  }
  WEIR_CHECK(claimed_.lane->write_mark(batch.key.sequence));
  failpoint("sink.before_commit");
  batch.commit_sent = true;
  WEIR_CHECK(claimed_.lane->commit());
  failpoint("sink.committed");
  claimed_.mark.sequence = batch.key.sequence;
  return {};
}

Result<void> LaneWorker::write(Batch& batch, std::size_t from, std::size_t count) {
  const auto records = std::span<const OutgoingRecord>(batch.records).subspan(from, count);
  auto report = claimed_.lane->write(records);
  if (report) {
    batch.rows += report->rows;
    for (Settlement& remark : remarks_on(records, report->warnings)) {
      batch.remarks.push_back(std::move(remark));
    }
    return {};
  }
  if (report.error().kind != ErrorKind::rejected) {
    return tl::unexpected(std::move(report).error());
  }
  if (count == 1) {
    batch.refused.push_back(from);
    batch.failures.push_back(failure_of(batch.records[from], report.error()));
    return {};
  }
  WEIR_CHECK(write(batch, from, count / 2));
  return write(batch, from + count / 2, count - count / 2);
}

// Durable before the COMMIT, so that a mark that proves the batch never speaks for a bad row.
Result<void> LaneWorker::amend(Batch& batch) {
  WEIR_CHECK(
      run_.keep(run_.journal.amend_batch(batch.key, run_.run, run_.clock.now(), batch.failures)));
  failpoint("sink.batch_amended");
  run_.counts.failed += static_cast<std::int64_t>(batch.failures.size());
  std::vector<OutgoingRecord> kept;
  kept.reserve(batch.records.size() - batch.refused.size());
  auto refused = batch.refused.begin();
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    if (refused != batch.refused.end() && *refused == i) {
      ++refused;
    } else {
      kept.push_back(std::move(batch.records[i]));
    }
  }
  batch.records = std::move(kept);
  return {};
}

Result<void> LaneWorker::settle(Batch& batch) {
  settling_ = {};
  settling_.delivered = static_cast<std::int64_t>(batch.records.size());
  settling_.warned = static_cast<std::int64_t>(batch.remarks.size());
  settling_.rows = static_cast<std::int64_t>(batch.rows);
  settlement_ =
      run_.journal.settle_batch(batch.key, run_.run, run_.clock.now(), std::move(batch.remarks));
  failpoint("sink.settled");
  patience_.calm();
  ++run_.progress;
  return {};
}

// Gives up on an open batch. It goes back only when it cannot be in the target.
Result<void> LaneWorker::put_back(const Batch& batch, const Error& error) {
  if (!batch.commit_sent && error.kind != ErrorKind::conflict) {
    WEIR_CHECK(run_.keep(run_.journal.withdraw_batch(batch.key)));
  }
  return tl::unexpected(error);
}

// Without transactions: each record is decided by its own answer. Gives the records that were not
// tried, or certainly not taken.
Result<std::vector<OutgoingRecord>> LaneWorker::deliver_each(Batch batch) {
  WEIR_CHECK(await_opening(batch));
  std::vector<Settlement> decided;
  std::optional<Error> trouble;
  Tally tally;
  for (const OutgoingRecord& record : batch.records) {
    auto settlement = deliver_one(record, tally);
    if (!settlement) {
      trouble = std::move(settlement).error();
      break;
    }
    const bool lost = settlement->state == RecordState::in_doubt;
    decided.push_back(std::move(*settlement));
    if (lost) {
      trouble = Error{ErrorKind::timed_out, decided.back().reason, {}, std::nullopt};
      break;
    }
  }
  const std::size_t done = decided.size();
  if (done == batch.records.size()) {
    settling_ = tally;
    settlement_ =
        run_.journal.settle_batch(batch.key, run_.run, run_.clock.now(), std::move(decided));
  } else {
    WEIR_CHECK(run_.keep(run_.journal.amend_batch(batch.key, run_.run, run_.clock.now(), decided)));
    count(tally);
    WEIR_CHECK(run_.keep(run_.journal.withdraw_batch(batch.key)));
  }
  if (trouble) {
    claimed_.lane.reset();
    WEIR_CHECK(patience_.wait_out(*trouble, run_.stopping.get_token()));
  } else {
    patience_.calm();
  }
  batch.records.erase(batch.records.begin(),
                      batch.records.begin() + static_cast<std::ptrdiff_t>(done));
  return std::move(batch.records);
}

// Errors: the record was certainly not taken, and is not to blame.
Result<Settlement> LaneWorker::deliver_one(const OutgoingRecord& record, Tally& tally) {
  const auto only = std::span(&record, 1);
  auto report = claimed_.lane->write(only);
  if (report) {
    Settlement settlement{record.place,
                          RecordState::delivered,
                          {},
                          false,
                          static_cast<std::uint32_t>(record.rows.size())};
    for (Settlement& remark : remarks_on(only, report->warnings)) {
      settlement = std::move(remark);
    }
    tally.rows += static_cast<std::int64_t>(report->rows);
    ++tally.delivered;
    tally.warned += settlement.warned ? 1 : 0;
    ++run_.progress;
    return settlement;
  }
  const Error& error = report.error();
  if (error.kind == ErrorKind::rejected) {
    ++tally.failed;
    return failure_of(record, error);
  }
  if (error.kind == ErrorKind::timed_out || error.kind == ErrorKind::corrupt) {
    ++tally.in_doubt;
    return Settlement{record.place, RecordState::in_doubt, error.message, false, 0};
  }
  return tl::unexpected(error);
}

Result<void> LaneWorker::check_settlement() {
  if (!settlement_) {
    return {};
  }
  auto settled = settlement_->get();
  settlement_.reset();
  if (settled) {
    count(settling_);
  }
  return settled;
}

void LaneWorker::count(const Tally& tally) {
  run_.counts.delivered += tally.delivered;
  run_.counts.failed += tally.failed;
  run_.counts.in_doubt += tally.in_doubt;
  run_.counts.warned += tally.warned;
  run_.counts.rows += tally.rows;
}

}  // namespace weir
