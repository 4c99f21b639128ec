// SPDX-License-Identifier: Apache-2.0
#include "app/schedule_need.h"

#include "app/terminal.h"
#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

namespace weir {
namespace {

constexpr int days_of_a_month = 31;

std::int64_t count_of(const Value& report, std::string_view name) {
  const Value* member = report.member(name);
  const std::string digits = member != nullptr ? to_text(*member) : std::string();
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

std::int64_t pages_of(double records, std::int64_t page_size) {
  return static_cast<std::int64_t>(std::ceil(records / static_cast<double>(page_size)));
}

struct Month {
  std::int64_t times = 0;
  std::int64_t days = 0;  // with at least one
};

Month month_of(const Cron& cron, Day today) {
  Month month;
  for (Day day = today; day < today + std::chrono::days(days_of_a_month);
       day += std::chrono::days(1)) {
    const std::int64_t times = cron.times_on(day);
    month.times += times;
    month.days += times > 0 ? 1 : 0;
  }
  return month;
}

// Of the runs that go on from the cursor.
std::int64_t calls_of(const Flow& flow, const Month& month, const PipelinePast& past) {
  if (flow.definition->sync.by == WindowKind::full) {
    return month.times * std::max<std::int64_t>(1, past.last_pages);
  }
  const std::int64_t size = std::max<std::int64_t>(1, flow.source->traits().page_size);
  const double overlap = static_cast<double>(flow.definition->sync.overlap.count());
  return month.times +
         month.days * std::max<std::int64_t>(1, pages_of(past.records_a_day * overlap, size)) +
         pages_of(past.records_a_day * days_of_a_month, size);
}

// Of what asks the source; there is one.
Location place_of_need(const Flow& flow) {
  const auto asks = std::find_if(flow.jobs.begin(), flow.jobs.end(), [](const ScheduledJob& job) {
    return job.kind != JobKind::deliver;
  });
  return asks->at;
}

// Nothing that has not been run yet has a journal, and one that is damaged is not for us to report.
std::unique_ptr<Journal> look_into_journal(const Workspace& workspace) {
  JournalOptions options;
  options.folder = workspace.state;
  options.access = JournalAccess::read;
  auto journal = open_sqlite_journal(options);
  return journal ? std::move(*journal) : nullptr;
}

std::string name_some(const std::vector<ScheduleNeed>& pipelines) {
  constexpr std::size_t named_max = 5;
  const std::size_t named = std::min(pipelines.size(), named_max);
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    text += fmt::format("{}`{}`", i == 0 ? "" : ", ", pipelines[i].pipeline);
  }
  const std::size_t more = pipelines.size() - named;
  return more == 0 ? text : text + fmt::format(" and {} more", more);
}

}  // namespace

PipelinePast past_of(Journal& journal, const std::string& pipeline, Timestamp now) {
  constexpr std::int64_t runs_max = 10'000;
  PipelinePast past;
  const auto runs = journal.runs(pipeline, runs_max);
  if (!runs || runs->empty()) {
    return past;
  }
  double records = 0;
  const Timestamp since = std::max(now - std::chrono::days(days_of_a_month),
                                   runs->back().ended_at.value_or(runs->back().started_at));
  for (auto run = runs->begin(); run + 1 != runs->end() && run->started_at >= since; ++run) {
    const auto report = parse_json(run->report);
    if (report) {
      records += static_cast<double>(count_of(*report, "new") + count_of(*report, "changed"));
    }
  }
  for (const RunSummary& run : *runs) {
    const auto report = parse_json(run.report);
    const Value* job = report ? report->member("job") : nullptr;
    const bool remedy = job != nullptr && to_text(*job) == to_string(JobKind::remedy);
    std::int64_t& pages = remedy ? past.last_remedy_pages : past.last_pages;
    if (report && pages == 0) {
      pages = count_of(*report, "pages");
    }
  }
  // What came within hours is not taken for every day's.
  const double days = std::chrono::duration<double, std::ratio<86400>>(now - since).count();
  past.records_a_day = records / std::max(1.0, days);
  return past;
}

std::optional<ScheduleNeed> need_of(const Flow& flow, const PipelinePast& past, Day today) {
  ScheduleNeed need;
  need.pipeline = flow.definition->name;
  for (const ScheduledJob& job : flow.jobs) {
    const Month month = month_of(job.cron, today);
    if (job.kind == JobKind::remedy) {
      need.remedies = month.times;
      need.calls += month.times * std::max<std::int64_t>(1, past.last_remedy_pages);
    } else if (job.kind != JobKind::deliver) {
      need.runs = month.times;
      need.calls += calls_of(flow, month, past);
    }
  }
  return need.runs + need.remedies > 0 ? std::optional(std::move(need)) : std::nullopt;
}

std::int64_t AccountNeed::calls() const {
  std::int64_t calls = 0;
  for (const ScheduleNeed& need : pipelines) {
    calls += need.calls;
  }
  return calls;
}

std::vector<AccountNeed> account_needs(const std::vector<Flow>& flows, const Workspace& workspace,
                                       CallBudgets* budgets, Timestamp now) {
  const auto journal = look_into_journal(workspace);
  std::map<std::string, AccountNeed> accounts;
  for (const Flow& flow : flows) {
    const std::string& name = flow.definition->name;
    const SourceTraits traits = flow.source->traits();
    const PipelinePast past = journal ? past_of(*journal, name, now) : PipelinePast();
    const auto need = need_of(flow, past, traits.zone.day_of(now));
    if (!need) {
      continue;
    }
    AccountNeed& account = accounts[traits.account];
    if (account.pipelines.empty()) {
      account.connection = flow.definition->source.connection;
      account.at = place_of_need(flow);
    }
    account.pipelines.push_back(*need);
    if (traits.calls_per_month) {
      account.budget =
          std::min(*traits.calls_per_month, account.budget.value_or(*traits.calls_per_month));
    }
    if (budgets != nullptr) {
      const auto month = budgets->of(traits)->month();
      account.used = month ? std::optional(month->used) : std::nullopt;
    }
  }
  std::vector<AccountNeed> needs;
  for (auto& [account, need] : accounts) {
    needs.push_back(std::move(need));
  }
  return needs;
}

std::string describe_need(const AccountNeed& need) {
  std::string text;
  for (const ScheduleNeed& pipeline : need.pipelines) {
    const std::string remedies = pipeline.remedies == 0 ? ""
                                 : pipeline.remedies == 1
                                     ? " and 1 remedy"
                                     : fmt::format(" and {} remedies", pipeline.remedies);
    text += fmt::format("{}: {}{} a month by its schedule, about {}\n", pipeline.pipeline,
                        counted(pipeline.runs, "run"), remedies, counted(pipeline.calls, "call"));
  }
  text += fmt::format("`{}`: about {} calls a month, {}", need.connection, need.calls(),
                      need.budget ? fmt::format("of a budget of {}", *need.budget)
                                  : std::string("without a budget"));
  return text + (need.used ? fmt::format("; {} used this month\n", *need.used) : "\n");
}

Value need_line(const AccountNeed& need) {
  Value line{Object{}};
  line.set("connection", need.connection);
  line.set("calls_a_month", need.calls());
  line.set("budget", need.budget ? Value(*need.budget) : Value());
  if (need.used) {
    line.set("used", *need.used);
  }
  List pipelines;
  for (const ScheduleNeed& pipeline : need.pipelines) {
    Value one{Object{}};
    one.set("pipeline", pipeline.pipeline);
    one.set("runs", pipeline.runs);
    if (pipeline.remedies > 0) {
      one.set("remedies", pipeline.remedies);
    }
    one.set("calls", pipeline.calls);
    pipelines.push_back(std::move(one));
  }
  line.set("pipelines", Value(std::move(pipelines)));
  return line;
}

void warn_of_need(const AccountNeed& need, Faults& faults) {
  if (!need.budget || need.calls() <= *need.budget) {
    return;
  }
  faults.push_back(
      {Severity::warning, need.at,
       fmt::format("by their schedules, the pipelines of connection `{}` ({}) will need about {} "
                   "API calls a month, and its budget is {}; let them run less often, or raise "
                   "`budget: {{per_month: …}}` if the account allows more",
                   need.connection, name_some(need.pipelines), need.calls(), *need.budget)});
}

}  // namespace weir
