// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"
#include "app/call_forecast.h"
#include "app/served_workspace.h"
#include "core/clock.h"
#include "journal/journal.h"
#include "pipeline/run_result.h"
#include "source/call_budget.h"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

// Tells what no run can tell because none ends: a scheduled pipeline that has delivered nothing for
// too long, and an account whose calls will not last the month. Any thread may call, but run() one.
class AlertWatch {
 public:
  static constexpr std::chrono::seconds looks_every{10};
  static constexpr std::chrono::minutes foretells_every{10};

  // All outlive the watch.
  AlertWatch(Alerts& alerts, Journal& journal, CallBudgets& budgets, Clock& clock)
      : alerts_(alerts), journal_(journal), budgets_(budgets), clock_(clock) {}

  // `limits`: what weir.yaml says for all pipelines. Foretells at the next look.
  void follow(const ServedWorkspace& served, const AlertLimits& limits);
  void run_ended(const RunResult& result);

  // Looks every `looks_every` until the stop; blocks for the disk in between.
  void run(const std::stop_token& stop);
  void look();

 private:
  struct Watched {
    std::optional<std::chrono::milliseconds> nothing_for;  // empty: not asked for
    std::vector<Cron> source_starts;                       // that call the account
  };
  struct Account {
    std::string connection;  // one of those that name the account
    SourceTraits traits;
    std::vector<std::string> pipelines;
  };
  // From when on a pipeline has delivered nothing.
  struct Silence {
    Timestamp since;
    bool delivered = false;  // false: it never has, and this is when it first ran
  };

  void watch(const ServedWorkspace& served, const PipelinePlan& plan, const Definition& definition,
             const AlertLimits& limits);
  Silence silence_of(const std::string& pipeline, Timestamp now);
  void look_at_delivery(const std::string& pipeline, const Watched& watched, Timestamp now);
  void look_at_calls(const Account& account, Timestamp now);

  Alerts& alerts_;
  Journal& journal_;
  CallBudgets& budgets_;
  Clock& clock_;
  std::mutex mutex_;  // guards what follows
  TimeZone zone_ = TimeZone::utc();
  std::map<std::string, Watched> watched_;
  std::map<std::string, Account> accounts_;
  std::map<std::string, Silence> silences_;  // as the journal has them
  std::optional<Timestamp> foretold_at_;
};

}  // namespace weir
