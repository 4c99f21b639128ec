// SPDX-License-Identifier: Apache-2.0
#include "scheduler/scheduled_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace weir {
namespace {

class JobPlanner {
 public:
  JobPlanner(const Definition& definition, Faults& faults)
      : definition_(definition), faults_(faults) {}

  std::vector<ScheduledJob> plan() {
    const auto& whole = definition_.schedule;
    const auto& source = definition_.source.schedule;
    const auto& target = definition_.target.schedule;
    if (source || target) {
      add(JobKind::read, source ? source : whole);
      add(JobKind::deliver, target ? target : whole);
      warn_of_sides();
    } else {
      add(JobKind::run, whole);
    }
    if (definition_.source.omission_remedy) {
      add(JobKind::remedy, definition_.source.omission_remedy->crontab);
    }
    return std::move(jobs_);
  }

 private:
  void add(JobKind kind, const std::optional<CronText>& text) {
    if (!text) {
      return;
    }
    if (const auto cron = Cron::parse(text->text)) {
      jobs_.push_back({kind, *cron, text->at});
    } else {
      add_error(faults_, text->at, fmt::format("`{}`: {}", text->key, cron.error().message));
    }
  }

  void warn_of_sides() {
    const auto& whole = definition_.schedule;
    const auto& source = definition_.source.schedule;
    const auto& target = definition_.target.schedule;
    if (whole && source && target) {
      add_warning(faults_, whole->at,
                  "this `schedule` has no effect: `source` and `target` both have their own");
    } else if (!whole && !target) {
      add_warning(faults_, source->at,
                  "by this schedule the source is read, and nothing delivers what was read; give "
                  "`target` a `schedule` too, or write this one beside `source` for both");
    } else if (!whole && !source) {
      add_warning(faults_, target->at,
                  "by this schedule what was read is delivered, and nothing reads the source; give "
                  "`source` a `schedule` too, or write this one beside `target` for both");
    }
  }

  const Definition& definition_;
  Faults& faults_;
  std::vector<ScheduledJob> jobs_;
};

bool has(const std::vector<ScheduledJob>& jobs, JobKind kind) {
  return std::any_of(jobs.begin(), jobs.end(),
                     [&](const ScheduledJob& job) { return job.kind == kind; });
}

}  // namespace

std::vector<ScheduledJob> scheduled_jobs(const Definition& definition, Faults& faults) {
  return JobPlanner(definition, faults).plan();
}

bool sides_apart(const std::vector<ScheduledJob>& jobs) {
  return has(jobs, JobKind::read) || has(jobs, JobKind::deliver);
}

bool delivers(const std::vector<ScheduledJob>& jobs) {
  return has(jobs, JobKind::run) || has(jobs, JobKind::deliver) ||
         (has(jobs, JobKind::remedy) && !sides_apart(jobs));
}

}  // namespace weir
