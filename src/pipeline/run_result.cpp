// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_result.h"

#include "core/time_zone.h"
#include "core/value.h"

#include <fmt/format.h>

namespace weir {

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
      return "succeeded";
    case RunStatus::failed:
      return "failed";
    case RunStatus::refused:
      return "refused";
    case RunStatus::parked:
      return "parked";
    case RunStatus::error:
      return "error";
    case RunStatus::stopped:
      return "stopped";
  }
  return "error";
}

int exit_code(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
      return 0;
    case RunStatus::failed:
      return 1;
    case RunStatus::refused:
      return 3;
    case RunStatus::parked:
      return 4;
    case RunStatus::error:
      return 5;
    case RunStatus::stopped:
      return 130;
  }
  return 5;
}

std::string imbalance(const Books& books) {
  const std::int64_t novelty = books.new_records + books.changed + books.unchanged;
  if (books.read != novelty) {
    return fmt::format("read {} is not new {} + changed {} + unchanged {}", books.read,
                       books.new_records, books.changed, books.unchanged);
  }
  const std::int64_t outcomes =
      books.delivered + books.filtered + books.failed + books.waiting + books.in_doubt;
  if (books.due != outcomes) {
    return fmt::format(
        "due {} is not delivered {} + filtered {} + failed {} + waiting {} + in_doubt {}",
        books.due, books.delivered, books.filtered, books.failed, books.waiting, books.in_doubt);
  }
  return {};
}

std::string to_json(const RunResult& result) {
  const Books& books = result.books;
  Value json;
  json.set("pipeline", result.pipeline);
  json.set("run", result.run);
  if (result.job != JobKind::run) {
    json.set("job", to_string(result.job));
  }
  json.set("status", to_string(result.status));
  if (!result.reason.empty()) {
    json.set("reason", result.reason);
  }
  if (result.resume_at) {
    json.set("resume_at", format_utc(*result.resume_at));
  }
  json.set("from", result.from);
  json.set("to", result.to);
  const std::pair<std::string_view, std::int64_t> figures[] = {
      {"pages", result.pages},
      {"requests", result.requests},
      {"throttled", result.throttled},
      {"retries", result.retries},
      {"read", books.read},
      {"new", books.new_records},
      {"changed", books.changed},
      {"unchanged", books.unchanged},
      {"backlog", books.backlog},
      {"due", books.due},
      {"delivered", books.delivered},
      {"filtered", books.filtered},
      {"failed", books.failed},
      {"waiting", books.waiting},
      {"in_doubt", books.in_doubt},
      {"warned", books.warned},
      {"rows", books.rows},
      {"bytes", result.bytes},
      {"duration_ms", result.duration_ms},
  };
  for (const auto& [name, figure] : figures) {
    json.set(name, figure);
  }
  return to_json(json);
}

}  // namespace weir
