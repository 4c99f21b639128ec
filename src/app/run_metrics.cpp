// SPDX-License-Identifier: Apache-2.0
#include "app/run_metrics.h"

#include <fmt/format.h>

#include <string_view>

namespace weir {
namespace {

// A label's value: backslash, quote and line break are escaped.
std::string label_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

void append_head(std::string& text, std::string_view name, std::string_view type,
                 std::string_view help) {
  text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

void RunMetrics::started(const std::string& pipeline) {
  const std::scoped_lock lock(mutex_);
  ++pipelines_[pipeline].under_way;
}

void RunMetrics::ended(const RunResult& result, std::int64_t failed_now) {
  const std::scoped_lock lock(mutex_);
  Figures& figures = pipelines_[result.pipeline];
  --figures.under_way;
  ++figures.runs[result.status];
  figures.sums.read += result.books.read;
  figures.sums.delivered += result.books.delivered;
  figures.sums.filtered += result.books.filtered;
  figures.sums.failed += result.books.failed;
  figures.sums.rows += result.books.rows;
  figures.calls += result.requests;
  figures.duration_ms += result.duration_ms;
  figures.waiting = result.books.waiting;
  figures.failed = failed_now;
}

std::string RunMetrics::text() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  append_head(text, "weir_runs_total", "counter", "Runs that ended, by status.");
  for (const auto& [name, figures] : pipelines_) {
    for (const auto& [status, count] : figures.runs) {
      text += fmt::format("weir_runs_total{{pipeline=\"{}\",status=\"{}\"}} {}\n", label_text(name),
                          to_string(status), count);
    }
  }
  const auto family = [&](std::string_view metric, std::string_view type, std::string_view help,
                          auto value) {
    append_head(text, metric, type, help);
    for (const auto& [name, figures] : pipelines_) {
      text += fmt::format("{}{{pipeline=\"{}\"}} {}\n", metric, label_text(name), value(figures));
    }
  };
  using F = const Figures&;
  family("weir_records_read_total", "counter", "Records read from the source.",
         [](F f) { return f.sums.read; });
  family("weir_records_delivered_total", "counter", "Records delivered to the target.",
         [](F f) { return f.sums.delivered; });
  family("weir_records_filtered_total", "counter", "Records taken out by the pipeline's rules.",
         [](F f) { return f.sums.filtered; });
  family("weir_records_failed_total", "counter", "Attempts at a record that failed.",
         [](F f) { return f.sums.failed; });
  family("weir_rows_written_total", "counter", "Rows written to the target.",
         [](F f) { return f.sums.rows; });
  family("weir_source_calls_total", "counter", "Calls of the source's interface.",
         [](F f) { return f.calls; });
  family("weir_run_milliseconds_total", "counter", "Time that runs took.",
         [](F f) { return f.duration_ms; });
  family("weir_runs_under_way", "gauge", "Runs under way.", [](F f) { return f.under_way; });
  family("weir_records_waiting", "gauge", "Records that waited when the last run ended.",
         [](F f) { return f.waiting; });
  family("weir_records_failed", "gauge", "Failed records when the last run ended.",
         [](F f) { return f.failed; });
  return text;
}

}  // namespace weir
