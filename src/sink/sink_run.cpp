// SPDX-License-Identifier: Apache-2.0
#include "sink/sink_run.h"

#include <fmt/format.h>

#include <utility>

namespace weir {

void SinkRun::give_up(const Error& error) {
  {
    const std::scoped_lock lock(mutex_);
    if (!error_) {
      error_ = error;
    }
  }
  stopping.request_stop();
}

Result<void> SinkRun::keep(Result<void> journalled) {
  if (!journalled) {
    give_up(journalled.error());
  }
  return journalled;
}

std::optional<Error> SinkRun::error() {
  const std::scoped_lock lock(mutex_);
  return error_;
}

Result<ClaimedLane> claim_lane(SinkRun& run, std::uint32_t lane, std::stop_token stop) {
  ClaimedLane claimed;
  auto fence = run.journal.raise_fence(run.pipeline);
  if (!fence) {
    run.give_up(fence.error());
    return tl::unexpected(std::move(fence).error());
  }
  claimed.mark.fence = *fence;
  WEIR_TRY(claimed.lane, run.sink.open_lane(lane, std::move(stop)));
  run.counts.reached = true;
  if (run.traits.transactional) {
    WEIR_TRY(claimed.mark, claimed.lane->claim(*fence));
  }
  return claimed;
}

Result<bool> proves(const Mark& mark, const BatchKey& key) {
  if (mark.sequence > key.sequence) {
    return mark_ahead(mark, key);
  }
  return mark.sequence == key.sequence;
}

tl::unexpected<Error> mark_ahead(const Mark& mark, const BatchKey& key) {
  return fail(
      ErrorKind::invalid_config,
      fmt::format("the target's mark of lane {} stands at batch {}, the journal only before "
                  "it: an older journal was put back, and what it does not know of would "
                  "be delivered twice; put the newer journal back, or, if doubles do no "
                  "harm, delete this pipeline's rows from `weir_mark` in the target",
                  key.lane, mark.sequence));
}

}  // namespace weir
