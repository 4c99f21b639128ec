// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "sink/sink.h"
#include "sink/sink_runner.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace weir {

// What the lanes of one run share. Outlives them.
struct SinkRun {
  SinkRun(Sink& to, Journal& from, Clock& time, PipelineId of, RunId in, Redelivery when,
          std::chrono::milliseconds longest)
      : sink(to),
        journal(from),
        clock(time),
        pipeline(of),
        run(in),
        redelivery(when),
        patience(longest),
        traits(to.traits()) {}

  Sink& sink;
  Journal& journal;
  Clock& clock;
  PipelineId pipeline;
  RunId run;
  Redelivery redelivery;
  std::chrono::milliseconds patience;
  SinkTraits traits;
  SinkCounts counts;
  std::atomic<std::uint64_t> progress{0};  // anything that went well; see Patience
  std::stop_source stopping;

  // Keeps the first error and stops the others.
  void give_up(const Error& error);
  std::optional<Error> error();
  // The result of a call to the journal, as it came. Its errors end the run whatever their kind:
  // unlike those of the target they do not pass.
  Result<void> keep(Result<void> journalled);

 private:
  std::mutex mutex_;
  std::optional<Error> error_;
};

// An open lane whose mark this process owns.
struct ClaimedLane {
  std::unique_ptr<SinkLane> lane;
  Mark mark;
};

// Opens the lane and claims its mark with a new fence, once; counts it as reached. Without
// transactions there is no mark to claim.
Result<ClaimedLane> claim_lane(SinkRun& run, std::uint32_t lane, std::stop_token stop);

// Whether the mark proves batch `key`. Errors: mark_ahead().
Result<bool> proves(const Mark& mark, const BatchKey& key);
// `invalid_config`: the mark is ahead of the journal, where `key` is the next batch.
tl::unexpected<Error> mark_ahead(const Mark& mark, const BatchKey& key);

}  // namespace weir
