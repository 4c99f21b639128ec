// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include "app/terminal.h"
#include "core/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace weir {
namespace {

constexpr std::chrono::seconds plain_line_period(5);

std::string bar(std::int64_t done, std::int64_t expected) {
  constexpr std::int64_t cells = 20;
  if (expected <= 0) {
    return std::string(cells, '-');
  }
  const std::int64_t full = std::clamp<std::int64_t>(done * cells / expected, 0, cells);
  return std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(cells - full), '-');
}

std::string line_of(const std::string& pipeline, const RunProgress& progress, bool with_bar) {
  const std::int64_t expected = std::max(progress.expected, progress.read);
  const double seconds =
      std::max<double>(0.001, static_cast<double>(progress.elapsed.count()) / 1e3);
  const std::int64_t decided = progress.delivered + progress.filtered + progress.failed;
  return fmt::format("{} {}read {}/{}  delivered {}  filtered {}  failed {}  {:.0f}/s", pipeline,
                     with_bar ? "[" + bar(decided, expected) + "] " : "", progress.read, expected,
                     progress.delivered, progress.filtered, progress.failed,
                     static_cast<double>(decided) / seconds);
}

Paint paint_of(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
      return Paint::green;
    case RunStatus::failed:
    case RunStatus::parked:
    case RunStatus::stopped:
      return Paint::yellow;
    case RunStatus::refused:
    case RunStatus::error:
      return Paint::red;
  }
  return Paint::none;
}

}  // namespace

ProgressView::ProgressView(std::string pipeline)
    : pipeline_(std::move(pipeline)), moving_(stderr_is_terminal()) {}

ProgressView::~ProgressView() {
  if (drawn_) {
    fmt::print(stderr, "\r\x1b[K");
  }
}

void ProgressView::show(const RunProgress& progress) {
  if (moving_) {
    fmt::print(stderr, "\r\x1b[K{}", line_of(pipeline_, progress, true));
    std::fflush(stderr);
    drawn_ = true;
  } else if (progress.elapsed - last_ >= plain_line_period) {
    last_ = progress.elapsed;
    fmt::print(stderr, "{}\n", line_of(pipeline_, progress, false));
  }
}

std::string describe_result(const RunResult& result) {
  const Books& books = result.books;
  std::string text = fmt::format("{} {}  run {}  {:.1f} s\n", painted(result.pipeline, Paint::bold),
                                 painted(to_string(result.status), paint_of(result.status)),
                                 result.run, static_cast<double>(result.duration_ms) / 1e3);
  if (!result.from.empty() || result.requests > 0) {
    text += fmt::format("  asked    {} .. {}: {} pages, {} calls ({} throttled, {} again)\n",
                        result.from, result.to, result.pages, result.requests, result.throttled,
                        result.retries);
    text += fmt::format("  read     {} = {} new + {} changed + {} unchanged\n", books.read,
                        books.new_records, books.changed, books.unchanged);
  }
  text += fmt::format("  due      {} = {} delivered + {} filtered + {} failed + {} waiting",
                      books.due, books.delivered, books.filtered, books.failed, books.waiting);
  text += books.in_doubt > 0 ? fmt::format(" + {} in doubt", books.in_doubt) : "";
  text += books.backlog > 0 ? fmt::format("   ({} from before)", books.backlog) : "";
  text += books.warned > 0 ? fmt::format("\n  warned   {} of the delivered", books.warned) : "";
  text += fmt::format("\n  rows     {}\n", books.rows);
  if (!result.reason.empty()) {
    text += fmt::format("  reason   {}\n", result.reason);
  }
  if (result.resume_at) {
    text += fmt::format("  resume   {}\n", format_utc(*result.resume_at));
  }
  return text;
}

std::string describe_cost(std::string_view connection, std::int64_t calls,
                          const MonthOfCalls& month) {
  if (!month.limit) {
    return fmt::format("  cost     {} calls; `{}` has made {} in {}, without a limit\n", calls,
                       connection, month.used, month.month);
  }
  return fmt::format("  cost     {} calls; `{}` has {} of {} left in {}\n", calls, connection,
                     std::max<std::int64_t>(0, *month.limit - month.used), *month.limit,
                     month.month);
}

}  // namespace weir
