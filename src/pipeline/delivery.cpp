// SPDX-License-Identifier: Apache-2.0
#include "pipeline/delivery.h"

#include "pipeline/judgement.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace weir {
namespace {

constexpr std::size_t chunk_bytes_max = 1U << 20U;
constexpr std::size_t settling_max = 4;

}  // namespace

Delivery::Delivery(Journal& journal, const Transform& transform, SinkRunner& sink,
                   const Clock& clock, PipelineId pipeline, RunId run)
    : journal_(journal),
      transform_(transform),
      sink_(sink),
      clock_(clock),
      pipeline_(pipeline),
      run_(run),
      crew_(std::max(1U, std::thread::hardware_concurrency()) - 1) {}

void Delivery::wake() {
  const std::scoped_lock lock(mutex_);
  ++wakes_;
  woken_.notify_all();
}

void Delivery::no_more() {
  const std::scoped_lock lock(mutex_);
  no_more_ = true;
  woken_.notify_all();
}

// False: nothing more will come.
bool Delivery::wait_for_more(std::uint64_t seen, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  woken_.wait(lock, stop, [&] { return wakes_ != seen || no_more_; });
  return wakes_ != seen && !stop.stop_requested();
}

Result<void> Delivery::run(std::stop_token stop) {
  auto delivered = deliver_all(std::move(stop));
  auto settled = await_settled(0);
  return delivered ? settled : delivered;
}

Result<void> Delivery::deliver_all(std::stop_token stop) {
  std::optional<RecordPlace> after;
  while (!stop.stop_requested()) {
    std::uint64_t seen = 0;
    {
      const std::scoped_lock lock(mutex_);
      seen = wakes_;
    }
    WEIR_TRY(auto chunk, journal_.waiting(pipeline_, after, chunk_bytes_max));
    if (chunk.empty()) {
      if (!wait_for_more(seen, stop)) {
        break;
      }
      continue;
    }
    after = chunk.records.back().place;
    WEIR_TRY(const bool accepted, deliver(std::move(chunk), stop));
    if (!accepted) {
      break;
    }
  }
  return {};
}

// False: the sink takes no more.
Result<bool> Delivery::deliver(WaitingChunk chunk, std::stop_token stop) {
  Judgement judgement = judge(chunk, transform_, crew_);
  chunk = {};
  if (target_) {
    WEIR_CHECK(recognize_among(judgement.outgoing, judgement.settled));
  }
  WEIR_CHECK(settle(std::move(judgement.settled)));
  if (judgement.unasked && judgement.unasked->kind == ErrorKind::cancelled) {
    return false;
  }
  if (judgement.unasked) {
    return tl::unexpected(*std::move(judgement.unasked));
  }
  return judgement.outgoing.empty() || sink_.push(std::move(judgement.outgoing), stop);
}

Result<void> Delivery::recognize_among(std::vector<OutgoingRecord>& outgoing,
                                       std::vector<Settlement>& settlements) {
  std::vector<std::string> ids;
  for (const OutgoingRecord& record : outgoing) {
    ids.push_back(record.id);
  }
  WEIR_TRY(std::vector<std::string> absent, target_->absent(ids));
  std::sort(absent.begin(), absent.end());
  std::vector<OutgoingRecord> unknown;
  for (OutgoingRecord& record : outgoing) {
    if (std::binary_search(absent.begin(), absent.end(), record.id)) {
      unknown.push_back(std::move(record));
    } else {
      settlements.push_back({record.place, RecordState::delivered,
                             "stood in the target already (" + target_->place() +
                                 ") when this journal, restored from a backup, came to it",
                             false, 0});
    }
  }
  outgoing = std::move(unknown);
  return {};
}

Result<void> Delivery::settle(std::vector<Settlement> settlements) {
  if (settlements.empty()) {
    return {};
  }
  const auto count = [&](RecordState state) {
    return std::count_if(settlements.begin(), settlements.end(),
                         [state](const auto& settled) { return settled.state == state; });
  };
  Settling settling;
  settling.filtered = count(RecordState::filtered);
  settling.failed = count(RecordState::failed);
  settling.recognized = count(RecordState::delivered);
  settling.done = journal_.settle(pipeline_, run_, clock_.now(), std::move(settlements));
  settling_.push_back(std::move(settling));
  return await_settled(settling_max);
}

Result<void> Delivery::await_settled(std::size_t in_flight_max) {
  Result<void> first;
  while (settling_.size() > in_flight_max) {
    const auto done = settling_.front().done.get();
    if (done) {
      counts_.filtered += settling_.front().filtered;
      counts_.failed += settling_.front().failed;
      counts_.recognized += settling_.front().recognized;
    } else if (first) {
      first = done;
    }
    settling_.pop_front();
  }
  return first;
}

}  // namespace weir
