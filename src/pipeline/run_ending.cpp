// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_ending.h"

#include <fmt/format.h>

#include <vector>

namespace weir {
namespace {

struct Verdict {
  RunStatus status = RunStatus::succeeded;
  const Error* error = nullptr;
};

RunStatus status_of(const Error& error, bool reached) {
  switch (error.kind) {
    case ErrorKind::unauthorized:
    case ErrorKind::invalid_config:
    case ErrorKind::rejected:
      return RunStatus::refused;
    case ErrorKind::throttled:
    case ErrorKind::exhausted:
    case ErrorKind::conflict:
    case ErrorKind::corrupt:
      return RunStatus::parked;
    case ErrorKind::unavailable:
    case ErrorKind::timed_out:
      return reached ? RunStatus::parked : RunStatus::refused;
    case ErrorKind::cancelled:
      return RunStatus::stopped;
    case ErrorKind::internal:
      return RunStatus::error;
  }
  return RunStatus::error;
}

int weight(RunStatus status) {
  switch (status) {
    case RunStatus::error:
      return 5;
    case RunStatus::stopped:
      return 4;
    case RunStatus::refused:
      return 3;
    case RunStatus::parked:
      return 2;
    case RunStatus::failed:
      return 1;
    case RunStatus::succeeded:
      return 0;
  }
  return 0;
}

Verdict worst_of(const RunEnding& ending) {
  Verdict worst;
  const auto consider = [&](const Result<void>& end, bool reached) {
    if (end) {
      return;
    }
    const RunStatus status = status_of(end.error(), reached);
    if (weight(status) > weight(worst.status)) {
      worst = {status, &end.error()};
    }
  };
  consider(ending.journal, true);
  if (worst.error != nullptr) {
    return worst;  // what the others met is this, or came of it
  }
  consider(ending.source, ending.source_reached);
  consider(ending.sink, ending.sink_reached);
  return worst;
}

std::string undelivered(const Books& books) {
  std::string text;
  if (books.failed > 0) {
    text = fmt::format("{} records failed", books.failed);
  }
  if (books.in_doubt > 0) {
    text += fmt::format("{}{} are in doubt", text.empty() ? "records: " : ", ", books.in_doubt);
  }
  return text;
}

}  // namespace

void decide_status(const RunEnding& ending, Timestamp now, RunResult& result) {
  const Verdict worst = worst_of(ending);
  result.status = worst.status;
  if (worst.error != nullptr) {
    result.reason = worst.error->message;
    if (worst.status == RunStatus::parked && worst.error->retry_after) {
      result.resume_at = now + *worst.error->retry_after;
    }
  }
  if (ending.stopped && weight(result.status) <= weight(RunStatus::stopped)) {
    result.status = RunStatus::stopped;
    result.reason = "stopped by the user; what was read is journalled, the next run goes on";
    return;
  }
  if (result.status == RunStatus::succeeded &&
      (result.books.failed > 0 || result.books.in_doubt > 0)) {
    result.status = RunStatus::failed;
    result.reason = undelivered(result.books) +
                    fmt::format("; `weir records {} --state failed` lists them", result.pipeline);
  }
}

}  // namespace weir
