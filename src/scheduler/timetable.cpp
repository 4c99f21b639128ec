// SPDX-License-Identifier: Apache-2.0
#include "scheduler/timetable.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

using std::chrono::milliseconds;

bool reads_source(JobKind kind) {
  return kind == JobKind::run || kind == JobKind::read || kind == JobKind::remedy;
}

milliseconds wait_after(int parked) {
  milliseconds wait = resume_first;
  for (int i = 1; i < parked && wait < resume_last; ++i) {
    wait *= 2;
  }
  return std::min(wait, resume_last);
}

}  // namespace

void Timetable::replace(const std::vector<PipelinePlan>& plans, TimeZone zone, Timestamp now) {
  const bool other_zone = zone.name() != zone_.name();
  zone_ = zone;
  auto before = std::exchange(lines_, {});
  // The accounts first: whom a start must give way to depends on all of them.
  for (const PipelinePlan& plan : plans) {
    Line& line = lines_[plan.pipeline];
    line.account = plan.account;
    for (const TimedJob& job : plan.jobs) {
      line.entries.push_back({job.kind, job.cron, std::nullopt, 0});
    }
  }
  for (const PipelinePlan& plan : plans) {
    const auto known = before.find(plan.pipeline);
    const bool kept = known != before.end() && !other_zone && !known->second.gone;
    Line line = line_of(plan, kept ? &known->second : nullptr, now);
    if (known != before.end()) {
      line.under_way = known->second.under_way;
      line.last_retry = known->second.last_retry;
    }
    lines_[plan.pipeline] = std::move(line);
  }
  for (auto& [name, line] : before) {
    if (line.under_way && lines_.count(name) == 0) {
      line.gone = true;
      line.entries.clear();
      lines_.emplace(name, std::move(line));
    }
  }
  spread_made_up(now);
}

Timetable::Line Timetable::line_of(const PipelinePlan& plan, const Line* before,
                                   Timestamp now) const {
  Line line;
  line.account = plan.account;
  for (const TimedJob& job : plan.jobs) {
    Entry entry{job.kind, job.cron, std::nullopt, 0};
    const Entry* known = nullptr;
    if (before != nullptr) {
      const auto same =
          std::find_if(before->entries.begin(), before->entries.end(),
                       [&](const Entry& other) { return other.kind == job.kind && other.cron; });
      known = same == before->entries.end() ? nullptr : &*same;
    }
    if (known != nullptr && *known->cron == job.cron) {
      entry = *known;
    } else {
      const bool counts_from_past = before == nullptr && job.last_start && *job.last_start < now;
      entry.due =
          next_start(plan.pipeline, line, job.cron, counts_from_past ? *job.last_start : now);
    }
    line.entries.push_back(entry);
  }
  line.entries.push_back({JobKind::retry, std::nullopt, plan.next_retry, 0});
  return line;
}

// What was missed all comes at once; on one account it must not.
void Timetable::spread_made_up(Timestamp now) {
  std::map<std::string, std::int64_t> missed;
  for (auto& [name, line] : lines_) {
    for (Entry& entry : line.entries) {
      if (reads_source(entry.kind) && entry.cron && entry.due && *entry.due < now) {
        const std::int64_t rank = missed[line.account]++;
        entry.due = now + std::min<milliseconds>(spread_step * rank, spread_max);
      }
    }
  }
}

std::int64_t Timetable::rank_at(std::string_view pipeline, const Line& line,
                                Timestamp moment) const {
  const auto comes = [&](const Entry& entry) {
    return entry.cron && reads_source(entry.kind) &&
           entry.cron->next(moment - std::chrono::seconds(1), zone_) == moment;
  };
  std::int64_t rank = 0;
  for (const auto& [name, other] : lines_) {
    if (name >= pipeline) {
      break;
    }
    const bool shares = other.account == line.account && !other.account.empty();
    if (shares && std::any_of(other.entries.begin(), other.entries.end(), comes)) {
      ++rank;
    }
  }
  return rank;
}

Timestamp Timetable::next_start(std::string_view pipeline, const Line& line, const Cron& cron,
                                Timestamp after) const {
  const Timestamp moment = cron.next(after, zone_);
  const std::int64_t rank = rank_at(pipeline, line, moment);
  if (rank == 0) {
    return moment;
  }
  const milliseconds half = (cron.next(moment, zone_) - moment) / 2;
  return moment + std::min({milliseconds(spread_step * rank), spread_max, half});
}

std::optional<Timetable::Due> Timetable::earliest() {
  std::optional<Due> first;
  for (auto& [name, line] : lines_) {
    for (Entry& entry : line.entries) {
      if (!line.under_way && entry.due && (!first || *entry.due < *first->entry->due)) {
        first = Due{&line, &entry, name};
      }
    }
  }
  return first;
}

std::optional<Job> Timetable::start_next(Timestamp now) {
  const auto first = earliest();
  if (!first || *first->entry->due > now) {
    return std::nullopt;
  }
  Entry& entry = *first->entry;
  first->line->under_way = entry.kind;
  entry.due.reset();
  return Job{std::string(first->pipeline), entry.kind};
}

void Timetable::finish(const Job& job, const JobEnd& end, Timestamp now) {
  const auto at = lines_.find(job.pipeline);
  if (at == lines_.end()) {
    return;
  }
  Line& line = at->second;
  line.under_way.reset();
  if (line.gone) {
    lines_.erase(at);
    return;
  }
  if (job.kind == JobKind::retry) {
    line.last_retry = now;
  }
  for (Entry& entry : line.entries) {
    if (entry.kind == JobKind::retry) {
      entry.due = end.next_retry;
      if (entry.due && line.last_retry) {
        entry.due = std::max(*entry.due, *line.last_retry + retry_gap);
      }
    } else if (entry.kind == job.kind) {
      entry.parked = end.parked ? entry.parked + 1 : 0;
      entry.due = next_start(job.pipeline, line, *entry.cron, now);
      if (end.parked && end.resume_at) {
        entry.due = std::max(now, *end.resume_at);  // nothing goes before that
      } else if (end.parked) {
        entry.due = std::min(*entry.due, now + wait_after(entry.parked));
      }
    }
  }
}

std::optional<Timestamp> Timetable::next_moment() const {
  std::optional<Timestamp> next;
  for (const auto& [name, line] : lines_) {
    for (const Entry& entry : line.entries) {
      if (!line.under_way && entry.due && (!next || *entry.due < *next)) {
        next = entry.due;
      }
    }
  }
  return next;
}

std::optional<Timestamp> Timetable::next_of(const Job& job) const {
  const auto at = lines_.find(job.pipeline);
  if (at == lines_.end()) {
    return std::nullopt;
  }
  for (const Entry& entry : at->second.entries) {
    if (entry.kind == job.kind) {
      return entry.due;
    }
  }
  return std::nullopt;
}

}  // namespace weir
