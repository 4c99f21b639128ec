// SPDX-License-Identifier: Apache-2.0
#include "app/alert_watch.h"

#include "core/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weir {
namespace {

bool calls_source(JobKind kind) { return kind != JobKind::deliver && kind != JobKind::retry; }

bool has_delivered(const RunSummary& run) {
  const auto report = run.ended_at ? parse_json(run.report) : Result<Value>(Value());
  const Value* delivered = report ? report->member("delivered") : nullptr;
  return delivered != nullptr && to_text(*delivered) != "0";
}

std::string shown_length(std::chrono::milliseconds length) {
  using std::chrono::duration_cast;
  if (length >= std::chrono::hours(48)) {
    return fmt::format("{} days", duration_cast<std::chrono::days>(length).count());
  }
  return length >= std::chrono::hours(2)
             ? fmt::format("{} hours", duration_cast<std::chrono::hours>(length).count())
         : length >= std::chrono::minutes(2)
             ? fmt::format("{} minutes", duration_cast<std::chrono::minutes>(length).count())
             : fmt::format("{} seconds", duration_cast<std::chrono::seconds>(length).count());
}

std::string describe_forecast(const std::string& connection, const CallForecast& forecast) {
  if (forecast.used >= forecast.limit) {
    return fmt::format(
        "all {} calls of this month are used up; raise `budget: {{per_month: …}}` of connection "
        "`{}` and start `weir serve` anew if the account allows more, else its pipelines go on "
        "with the next month",
        forecast.limit, connection);
  }
  return fmt::format(
      "{} of {} calls of this month are used, and by the schedules about {} will be: they are used "
      "up on {}; let the pipelines of connection `{}` run less often, or raise `budget: "
      "{{per_month: …}}` and start `weir serve` anew if the account allows more",
      forecast.used, forecast.limit, forecast.expected, format_day(*forecast.used_up_on),
      connection);
}

}  // namespace

void AlertWatch::watch(const ServedWorkspace& served, const PipelinePlan& plan,
                       const Definition& definition, const AlertLimits& limits) {
  Watched watched;
  const auto nothing_for = definition.alerts.over(limits).nothing_for;
  if (nothing_for && nothing_for->count() > 0) {
    watched.nothing_for = nothing_for;
  }
  for (const TimedJob& job : plan.jobs) {
    if (calls_source(job.kind)) {
      watched.source_starts.push_back(job.cron);
    }
  }
  watched_.emplace(plan.pipeline, std::move(watched));
  Faults told;  // when the files were read
  const auto flow = make_flow(served.workspace, definition, journal_.uuid(), clock_, told);
  if (!flow) {
    return;
  }
  SourceTraits traits = flow->source->traits();
  Account& account = accounts_[traits.account];
  if (account.pipelines.empty()) {
    account.connection = definition.source.connection;
    account.traits = std::move(traits);
  }
  account.pipelines.push_back(plan.pipeline);
}

void AlertWatch::follow(const ServedWorkspace& served, const AlertLimits& limits) {
  const std::scoped_lock lock(mutex_);
  watched_.clear();
  accounts_.clear();
  foretold_at_.reset();
  zone_ = served.zone;
  for (const PipelinePlan& plan : served.plans) {
    const Definition* definition = served.workspace.pipeline(plan.pipeline);
    if (definition != nullptr && !plan.jobs.empty()) {
      watch(served, plan, *definition, limits);
    }
  }
  for (const Definition& definition : served.workspace.pipelines) {
    const auto watched = watched_.find(definition.name);
    if (definition.well && (watched == watched_.end() || !watched->second.nothing_for)) {
      alerts_.well_again(AlertKind::nothing_delivered, definition.name,
                         "its files do not ask to be told of this any more");
    }
  }
}

void AlertWatch::run_ended(const RunResult& result) {
  if (result.books.delivered == 0) {
    return;
  }
  const std::scoped_lock lock(mutex_);
  silences_[result.pipeline] = {clock_.now(), true};
  alerts_.well_again(
      AlertKind::nothing_delivered, result.pipeline,
      fmt::format("run {} delivered {} records", result.run, result.books.delivered));
}

void AlertWatch::run(const std::stop_token& stop) {
  do {
    look();
  } while (clock_.sleep_for(looks_every, stop));
}

void AlertWatch::look() {
  const Timestamp now = clock_.now();
  const std::scoped_lock lock(mutex_);
  for (const auto& [pipeline, watched] : watched_) {
    look_at_delivery(pipeline, watched, now);
  }
  if (foretold_at_ && now >= *foretold_at_ && now < *foretold_at_ + foretells_every) {
    return;
  }
  foretold_at_ = now;
  for (const auto& [name, account] : accounts_) {
    look_at_calls(account, now);
  }
}

// Runs of a served workspace end in this process alone, so what the journal said once is kept up by
// run_ended().
AlertWatch::Silence AlertWatch::silence_of(const std::string& pipeline, Timestamp now) {
  const auto known = silences_.find(pipeline);
  if (known != silences_.end()) {
    return known->second;
  }
  Silence silence{now, false};
  for (std::int64_t looked_at = 100;; looked_at *= 10) {
    const auto runs = journal_.runs(pipeline, looked_at);
    if (!runs || runs->empty()) {
      return silence;  // asked again at the next look
    }
    const auto last = std::find_if(runs->begin(), runs->end(), has_delivered);
    if (last != runs->end()) {
      silence = {*last->ended_at, true};
      break;
    }
    silence = {runs->back().started_at, false};
    if (std::ssize(*runs) < looked_at) {
      break;
    }
  }
  silences_.emplace(pipeline, silence);
  return silence;
}

void AlertWatch::look_at_delivery(const std::string& pipeline, const Watched& watched,
                                  Timestamp now) {
  if (!watched.nothing_for) {
    return;
  }
  const Silence silence = silence_of(pipeline, now);
  if (now - silence.since <= *watched.nothing_for) {
    return;
  }
  Alert alert{AlertKind::nothing_delivered, pipeline,
              fmt::format("nothing was delivered for more than {}, since {} {}; `weir runs {}` "
                          "shows what its runs found",
                          shown_length(*watched.nothing_for),
                          silence.delivered ? "its last delivery at" : "it first ran at",
                          format_local(zone_.to_local(silence.since)), pipeline)};
  alert.told_again_before = now - *watched.nothing_for;
  alerts_.raise(std::move(alert));
}

void AlertWatch::look_at_calls(const Account& account, Timestamp now) {
  const auto month = budgets_.of(account.traits)->month();
  if (!month) {
    return;  // the next run that asks says so
  }
  std::vector<PlannedCalls> planned;
  for (const std::string& pipeline : account.pipelines) {
    const double calls = calls_a_start(journal_, pipeline, now);
    for (const Cron& cron : watched_.at(pipeline).source_starts) {
      planned.push_back({cron, calls});
    }
  }
  const auto forecast = forecast_calls(*month, planned, account.traits.zone, now);
  if (!forecast) {
    alerts_.well_again(AlertKind::budget_forecast, account.connection,
                       "its calls have no monthly limit any more");
  } else if (forecast->too_early) {
    alerts_.well_again(AlertKind::budget_forecast, account.connection, "a new month has begun");
  } else if (forecast->used_up_on) {
    Alert alert{AlertKind::budget_forecast, account.connection,
                describe_forecast(account.connection, *forecast)};
    alert.told_again_before = forecast->month_began_at;
    alerts_.raise(std::move(alert));
  } else if (forecast->comfortable()) {
    alerts_.well_again(AlertKind::budget_forecast, account.connection,
                       fmt::format("about {} of {} calls will be used this month",
                                   forecast->expected, forecast->limit));
  }
}

}  // namespace weir
