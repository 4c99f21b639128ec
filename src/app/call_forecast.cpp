// SPDX-License-Identifier: Apache-2.0
#include "app/call_forecast.h"

#include "pipeline/run_result.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace weir {
namespace {

constexpr std::chrono::days one_day{1};

struct PastRun {
  Timestamp started_at;
  std::int64_t calls = 0;
  bool cut_short = false;
};

std::vector<PastRun> past_runs(Journal& journal, const std::string& pipeline,
                               std::int64_t runs_max) {
  std::vector<PastRun> past;
  const auto runs = journal.runs(pipeline, runs_max);
  for (const RunSummary& run : runs ? *runs : std::vector<RunSummary>()) {
    const auto report = parse_json(run.report);
    const Value* requests = report ? report->member("requests") : nullptr;
    const Value* status = report ? report->member("status") : nullptr;
    PastRun one{run.started_at};
    if (requests != nullptr && status != nullptr) {
      const std::string digits = to_text(*requests);
      std::from_chars(digits.data(), digits.data() + digits.size(), one.calls);
      const std::string word = to_text(*status);
      one.cut_short = word == to_string(RunStatus::parked) || word == to_string(RunStatus::stopped);
    }
    past.push_back(one);
  }
  return past;
}

Day last_day_of_month(Day first) {
  const std::chrono::year_month_day date(first);
  return Day(
      std::chrono::year_month_day_last(date.year(), std::chrono::month_day_last(date.month())));
}

Timestamp start_of_day(Day day, const TimeZone& zone) {
  return zone.to_utc(LocalTime(day.time_since_epoch()));
}

double calls_on(Day day, const std::vector<PlannedCalls>& planned) {
  double calls = 0;
  for (const PlannedCalls& plan : planned) {
    calls += static_cast<double>(plan.cron.times_on(day)) * plan.calls_a_start;
  }
  return calls;
}

}  // namespace

double calls_a_start(Journal& journal, const std::string& pipeline, Timestamp now) {
  constexpr std::int64_t runs_max = 2000;
  constexpr std::chrono::days looked_back{7};
  std::vector<PastRun> past = past_runs(journal, pipeline, runs_max);
  if (std::ssize(past) < runs_max) {  // the oldest is the pipeline's first
    const auto loaded = std::find_if(past.rbegin(), past.rend(), [](const PastRun& run) {
      return run.calls > 0 && !run.cut_short;
    });
    past.erase(loaded == past.rend() ? past.begin() : loaded.base() - 1, past.end());
  }
  std::int64_t calls = 0;
  std::int64_t starts = 0;
  for (const PastRun& run : past) {
    if (run.calls > 0 && run.started_at >= now - looked_back) {
      calls += run.calls;
      ++starts;
    }
  }
  return starts == 0 ? 1 : static_cast<double>(calls) / static_cast<double>(starts);
}

std::optional<CallForecast> forecast_calls(const MonthOfCalls& month,
                                           const std::vector<PlannedCalls>& planned,
                                           const TimeZone& zone, Timestamp now) {
  const auto first = parse_day(month.month + "-01");
  if (!month.limit || !first) {
    return std::nullopt;
  }
  CallForecast forecast;
  forecast.used = month.used;
  forecast.limit = *month.limit;
  forecast.month_began_at = start_of_day(*first, zone);
  forecast.too_early =
      now < start_of_day(*first + one_day, zone) && forecast.used * 2 < forecast.limit;
  const auto limit = static_cast<double>(forecast.limit);
  auto expected = static_cast<double>(forecast.used);
  const Day today = zone.day_of(now);
  if (expected >= limit) {
    forecast.used_up_on = today;
  }
  for (Day day = today; day <= last_day_of_month(*first); day += one_day) {
    const double left = day > today ? 1
                                    : std::chrono::duration<double, std::ratio<86400>>(
                                          start_of_day(day + one_day, zone) - now)
                                          .count();
    expected += calls_on(day, planned) * std::min(left, 1.0);
    if (expected > limit && !forecast.used_up_on) {
      forecast.used_up_on = day;
    }
  }
  forecast.expected = static_cast<std::int64_t>(std::llround(expected));
  return forecast;
}

}  // namespace weir
