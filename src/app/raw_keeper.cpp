// SPDX-License-Identifier: Apache-2.0
#include "app/raw_keeper.h"

#include "core/byte_size.h"
#include "core/thread_name.h"

#include <fmt/core.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::int64_t steps_after_run = 64;
constexpr const char* journal_subject = "journal";

Object fields_of(const RawGivenUp& given_up) {
  return {
      {"pages", given_up.pages}, {"bytes", given_up.bytes}, {"bytes_kept", given_up.bytes_kept}};
}

Object fields_of_failure(const Error& error) {
  return {{"error_kind", to_string(error.kind)}, {"message", error.message}};
}

std::string describe_excess(const RawGivenUp& given_up, const Retention& retention) {
  return fmt::format(
      "the journal keeps {} of raw JSON, `size` of `retention` in weir.yaml allows {}, and nothing "
      "of it may be given up: its pages hold records that wait, are failed or in doubt, or that "
      "other pipelines look up; deliver those (`weir records PIPELINE --state failed` shows why "
      "they failed), or raise `size`",
      format_byte_size(given_up.bytes_kept), format_byte_size(*retention.bytes));
}

std::string describe_given_up(const RawGivenUp& given_up) {
  return fmt::format("gave up the raw JSON of {} pages past `retention` ({}); {} are kept",
                     given_up.pages, format_byte_size(given_up.bytes),
                     format_byte_size(given_up.bytes_kept));
}

void log_after_run(ServeLog& log, const Result<RawGivenUp>& done, const Retention& retention) {
  if (!done) {
    log.write(ServeLog::Level::warning, "raw_not_given_up", fields_of_failure(done.error()));
    return;
  }
  if (done->pages > 0) {
    log.write(ServeLog::Level::info, "raw_given_up", fields_of(*done));
  }
  if (done->is_above(retention)) {
    log.write(ServeLog::Level::warning, "journal_too_large",
              {{"message", describe_excess(*done, retention)}});
  }
}

void print_after_run(const Result<RawGivenUp>& done, const Retention& retention) {
  if (!done) {
    fmt::print(stderr, "warning: raw JSON past `retention` was not given up: {}\n",
               done.error().message);
    return;
  }
  if (done->pages > 0) {
    fmt::print(stderr, "{}\n", describe_given_up(*done));
  }
  if (done->is_above(retention)) {
    fmt::print(stderr, "warning: {}\n", describe_excess(*done, retention));
  }
}

}  // namespace

LookedInto looked_into(const Workspace& workspace, const Journal& journal, Clock& clock) {
  LookedInto looked_into;
  looked_into.all = !workspace.all_read;
  for (const Definition& definition : workspace.pipelines) {
    if (definition.text.find("_findCollection") == std::string::npos) {
      continue;
    }
    Faults told;  // when the files were read
    const auto flow = make_flow(workspace, definition, journal.uuid(), clock, told);
    looked_into.all = looked_into.all || !flow || !definition.well;
    if (flow) {
      for (const CollectionReader& reader : flow->collections) {
        looked_into.pipelines.push_back(reader.pipeline);
      }
    }
  }
  return looked_into;
}

void give_up_raw_after_run(CommandContext& context, const Workspace& workspace, Journal& journal,
                           const std::stop_token& stop) {
  if (workspace.retention.keeps_all() || stop.stop_requested()) {
    return;
  }
  const auto done =
      give_up_raw(journal, workspace.retention, looked_into(workspace, journal, context.clock),
                  context.clock.now(), steps_after_run, stop);
  if (workspace.log == "json") {
    ServeLog log(true, context.clock);
    log_after_run(log, done, workspace.retention);
  } else {
    print_after_run(done, workspace.retention);
  }
}

void RawKeeper::follow(std::shared_ptr<const ServedWorkspace> served) {
  {
    const std::scoped_lock lock(mutex_);
    served_ = std::move(served);
    fresh_ = true;
  }
  changed_.notify_all();
}

void RawKeeper::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void RawKeeper::run(const std::stop_token& stop) {
  name_thread("weir-raw");
  while (!stop.stop_requested()) {
    sweep(stop);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, sweeps_every, [&] { return fresh_; });
  }
}

void RawKeeper::sweep(const std::stop_token& stop) {
  std::shared_ptr<const ServedWorkspace> served;
  {
    const std::scoped_lock lock(mutex_);
    fresh_ = false;
    served = served_;
  }
  const Retention& retention = served->workspace.retention;
  if (retention.keeps_all()) {
    alerts_.well_again(AlertKind::journal_too_large, journal_subject, "it may be of any size");
    return;
  }
  const auto done =
      give_up_raw(journal_, retention, looked_into(served->workspace, journal_, clock_),
                  clock_.now(), std::numeric_limits<std::int64_t>::max(), stop);
  if (done) {
    tell(*done, retention);
  } else {
    log_.write(ServeLog::Level::warning, "raw_not_given_up", fields_of_failure(done.error()));
  }
}

void RawKeeper::tell(const RawGivenUp& given_up, const Retention& retention) {
  if (given_up.pages > 0) {
    log_.write(ServeLog::Level::info, "raw_given_up", fields_of(given_up));
  }
  if (!given_up.finished) {
    return;
  }
  if (!given_up.is_above(retention)) {
    alerts_.well_again(
        AlertKind::journal_too_large, journal_subject,
        fmt::format("the journal keeps {} of raw JSON", format_byte_size(given_up.bytes_kept)));
    return;
  }
  Alert alert{AlertKind::journal_too_large, journal_subject, describe_excess(given_up, retention)};
  alert.told_again_before = clock_.now() - std::chrono::days(1);
  alerts_.raise(std::move(alert));
}

}  // namespace weir
