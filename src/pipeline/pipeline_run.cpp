// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline_run.h"

#include "core/failpoint.h"
#include "core/thread_name.h"
#include "pipeline/delivery.h"
#include "pipeline/run_ending.h"
#include "sink/sink_runner.h"

#include <fmt/format.h>

#include <mutex>
#include <thread>
#include <utility>

namespace weir {
namespace {

class PipelineRun {
 public:
  PipelineRun(const RunParts& parts, const RunRequest& request, PipelineId pipeline, RunId run,
              Timestamp began_at)
      : parts_(parts),
        request_(request),
        pipeline_(pipeline),
        run_(run),
        began_at_(began_at),
        started_(parts.clock.monotonic()),
        sink_(parts.sink, parts.journal, parts.clock, pipeline, run, request.redelivery,
              request.patience),
        delivery_(parts.journal, parts.transform, sink_, parts.clock, pipeline, run) {
    if (parts.source != nullptr) {
      source_.emplace(*parts.source, parts.journal, parts.clock, pipeline, run, request.redelivery,
                      request.plan, request.patience, parts.budgets);
    }
  }

  RunResult run(std::stop_token stop, const ProgressListener& listener) {
    RunEnding ending;
    ending.journal = open_books();
    if (ending.journal) {
      read_and_deliver(ending, stop, listener);
    }
    ending.stopped = stop.stop_requested();
    return close_books(ending);
  }

 private:
  Result<void> open_books() {
    WEIR_TRY(backlog_, parts_.journal.count_waiting(pipeline_));
    return {};
  }

  void read_and_deliver(RunEnding& ending, std::stop_token stop, const ProgressListener& listener) {
    const std::stop_callback drain(stop, [this] { sink_.stop(); });
    std::jthread watcher;
    if (listener) {
      watcher = std::jthread([&](std::stop_token done) { watch(listener, std::move(done)); });
    }
    std::jthread reader([&] {
      name_thread("weir-source");
      if (source_) {
        ending.source = source_->run([this](auto&&...) { delivery_.wake(); }, stop);
      }
      delivery_.no_more();
    });
    if (request_.deliver) {
      deliver(ending, stop);
    }
    reader.join();
    ending.source_reached = source_ && source_->counts().pages > 0;
  }

  void deliver(RunEnding& ending, std::stop_token stop) {
    ending.sink = sink_.recover(stop);
    if (sink_.counts().recovered > 0 && request_.on_recovered) {
      request_.on_recovered(sink_.counts().recovered);
    }
    failpoint("pipeline.recovered");
    if (ending.sink) {
      ending.sink = beware(stop);
    }
    if (ending.sink) {
      ending.journal = requeue();
    }
    if (ending.sink && ending.journal) {
      ending.journal = delivery_.run(stop);
      ending.sink = sink_.finish();
    }
    ending.sink_reached = sink_.counts().reached;
  }

  // What the target was given after the backup that this journal was restored from, the journal
  // does not know. Where giving it again would add a second row, each record is looked up first.
  Result<void> beware(std::stop_token stop) {
    if (!parts_.journal.is_restored() || parts_.sink.traits().repeatable) {
      return {};
    }
    if (request_.redelivery == Redelivery::when_different) {
      return fail(ErrorKind::invalid_config,
                  "this journal was restored from a backup, and this pipeline adds a row for every "
                  "change (`idCheck: false`, a plain INSERT), so nobody can tell which changes the "
                  "target was given since the backup; bring the target to the time of the backup, "
                  "or write ON DUPLICATE KEY UPDATE over a unique key, or accept doubles; then "
                  "say `weir restore --finish`");
    }
    auto target = parts_.sink.read_keys(request_.id, std::move(stop));
    if (!target && target.error().kind == ErrorKind::invalid_config) {
      return tl::unexpected(target.error().within(
          "this journal was restored from a backup, so each record is looked up in the target "
          "before it is delivered, and that cannot be done"));
    }
    WEIR_TRY(auto reader, std::move(target));
    delivery_.recognize(std::move(reader));
    return {};
  }

  Result<void> requeue() {
    if (!request_.requeue) {
      return {};
    }
    WEIR_TRY(requeued_, request_.requeue(pipeline_));
    failpoint("pipeline.requeued");
    return {};
  }

  void watch(const ProgressListener& listener, std::stop_token done) {
    constexpr std::chrono::milliseconds period(200);
    while (parts_.clock.sleep_for(period, done)) {
      listener(progress());
    }
    listener(progress());
  }

  RunProgress progress() const {
    RunProgress now;
    if (source_) {
      now.expected = source_->counts().expected;
      now.read = source_->counts().read;
    }
    now.delivered = sink_.counts().delivered + delivery_.counts().recognized;
    now.filtered = delivery_.counts().filtered;
    now.failed = delivery_.counts().failed + sink_.counts().failed;
    now.elapsed = elapsed();
    return now;
  }

  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(parts_.clock.monotonic() -
                                                                 started_);
  }

  RunResult close_books(RunEnding ending) {
    RunResult result;
    result.pipeline = request_.pipeline;
    result.job = request_.job;
    result.run = std::to_string(static_cast<std::int64_t>(run_));
    result.duration_ms = elapsed().count();
    take_source_counts(result);
    take_outcomes(result.books);
    const auto waiting = parts_.journal.count_waiting(pipeline_);
    // A journal that cannot be asked has decided no more than what it acknowledged.
    result.books.waiting = waiting ? *waiting : undecided(result.books);
    decide_status(ending, parts_.clock.now(), result);
    if (waiting && ending.journal) {
      if (const std::string fault = imbalance(result.books); !fault.empty()) {
        result.status = RunStatus::error;
        result.reason = "the books do not balance: " + fault +
                        "; this is a bug: please report it with this line and the file " +
                        "`.weir/journal.db`";
      }
    }
    // Never before it began, whatever was done to the wall clock.
    const auto ended = parts_.journal.end_run(run_, began_at_ + elapsed(), to_json(result));
    if (!ended && result.status != RunStatus::error) {
      ending.journal = ended;
      decide_status(ending, parts_.clock.now(), result);
    }
    return result;
  }

  static std::int64_t undecided(const Books& books) {
    return books.due - books.delivered - books.filtered - books.failed - books.in_doubt;
  }

  void take_source_counts(RunResult& result) const {
    if (!source_) {
      return;
    }
    const SourceCounts& counts = source_->counts();
    result.from = source_->from();
    result.to = source_->to();
    result.pages = counts.pages;
    result.requests = counts.requests;
    result.throttled = counts.throttled;
    result.retries = counts.retries;
    result.bytes = counts.bytes;
    result.books.read = counts.read;
    result.books.new_records = counts.new_records;
    result.books.changed = counts.changed;
    result.books.unchanged = counts.unchanged;
    result.books.due = counts.judged;
  }

  void take_outcomes(Books& books) const {
    const SinkCounts& counts = sink_.counts();
    // What the mark proved was delivered by the process that was killed, not by this run.
    books.backlog = backlog_ - counts.recovered + requeued_;
    books.due += books.backlog - counts.withdrawn;
    books.delivered = counts.delivered + delivery_.counts().recognized;
    books.filtered = delivery_.counts().filtered;
    books.failed = delivery_.counts().failed + counts.failed;
    books.in_doubt = counts.in_doubt;
    books.warned = counts.warned;
    books.rows = counts.rows;
  }

  const RunParts& parts_;
  const RunRequest& request_;
  const PipelineId pipeline_;
  const RunId run_;
  const Timestamp began_at_;
  const Monotonic started_;
  std::int64_t backlog_ = 0;
  std::int64_t requeued_ = 0;
  SinkRunner sink_;
  Delivery delivery_;
  std::optional<SourceRunner> source_;
};

RunResult not_begun(const RunRequest& request, const Error& error, const Clock& clock) {
  RunResult result;
  result.pipeline = request.pipeline;
  result.job = request.job;
  RunEnding ending;
  ending.journal = tl::unexpected(error);
  decide_status(ending, clock.now(), result);
  return result;
}

}  // namespace

RunResult run_pipeline(const RunParts& parts, const RunRequest& request, std::stop_token stop,
                       const ProgressListener& listener) {
  const auto pipeline = parts.journal.pipeline(request.pipeline);
  if (!pipeline) {
    return not_begun(request, pipeline.error(), parts.clock);
  }
  const RunOpening opening{parts.clock.now(), request.definition};
  const auto run = parts.journal.begin_run(*pipeline, opening);
  if (!run) {
    return not_begun(request, run.error(), parts.clock);
  }
  return PipelineRun(parts, request, *pipeline, *run, opening.started_at)
      .run(std::move(stop), listener);
}

}  // namespace weir
