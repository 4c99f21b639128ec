// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/time_zone.h"
#include "pipeline/job_kind.h"
#include "scheduler/cron.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// When what starts by itself. Pure: no clock, no thread, no disk.

namespace weir {

struct Job {
  std::string pipeline;
  JobKind kind = JobKind::run;
  bool operator==(const Job&) const = default;
};

struct TimedJob {
  JobKind kind = JobKind::run;
  Cron cron;
  // Of this job, as the journal knows it: its last start that was not cut short. Empty: none.
  std::optional<Timestamp> last_start = {};
};

// What a pipeline does by itself, at most one job of each kind.
struct PipelinePlan {
  std::string pipeline;
  std::string account;  // of its source: pipelines of one account are spread out
  std::vector<TimedJob> jobs;
  std::optional<Timestamp> next_retry = {};  // of its failed records
};

// How a job ended, as far as it matters for what comes next.
struct JobEnd {
  bool parked = false;
  std::optional<Timestamp> resume_at = {};   // parked: when it makes sense to go on, where known
  std::optional<Timestamp> next_retry = {};  // of the pipeline's failed records
};

// Pipelines of one account that come at the same moment start one after the other, in the order of
// their names: so far apart, and all within the spread; a pipeline that comes alone is never moved.
inline constexpr std::chrono::milliseconds spread_step = std::chrono::seconds(5);
inline constexpr std::chrono::milliseconds spread_max = std::chrono::seconds(60);
// Retries of a pipeline are so far apart at least, so that records that failed one after the other
// are tried again together.
inline constexpr std::chrono::milliseconds retry_gap = std::chrono::seconds(10);
// After a job that was parked without a known end: doubled each time, up to the last.
inline constexpr std::chrono::milliseconds resume_first = std::chrono::minutes(10);
inline constexpr std::chrono::milliseconds resume_last = std::chrono::hours(4);

// The next start of every job. Two jobs of one pipeline are never under way at once: one that comes
// meanwhile waits, and a job that comes again while it is itself under way is passed over. A start
// that was missed while nobody looked is made up once. One thread at a time.
class Timetable {
 public:
  explicit Timetable(TimeZone zone) : zone_(zone) {}

  // What is known from before is kept: what is under way, parked or due. A schedule that changed
  // counts from `now`; a pipeline that was not there before, from its last start.
  void replace(const std::vector<PipelinePlan>& plans, TimeZone zone, Timestamp now);

  // The job to start at `now`, the longest overdue first; nothing: none is due. It is under way
  // from then on, until finish().
  std::optional<Job> start_next(Timestamp now);
  void finish(const Job& job, const JobEnd& end, Timestamp now);

  // When the next job comes whose pipeline is not busy; nothing: never.
  std::optional<Timestamp> next_moment() const;
  // When this job comes; nothing: it is not planned.
  std::optional<Timestamp> next_of(const Job& job) const;

 private:
  struct Entry {
    JobKind kind = JobKind::run;
    std::optional<Cron> cron;  // empty: retry
    std::optional<Timestamp> due;
    int parked = 0;  // times in a row
  };
  struct Line {
    std::string account;
    std::vector<Entry> entries;
    std::optional<JobKind> under_way;
    std::optional<Timestamp> last_retry;
    bool gone = false;  // no plan any more, but still under way
  };
  struct Due {
    Line* line = nullptr;
    Entry* entry = nullptr;
    std::string_view pipeline;
  };

  Line line_of(const PipelinePlan& plan, const Line* before, Timestamp now) const;
  void spread_made_up(Timestamp now);
  // The first start after `after`, moved for the sake of the account.
  Timestamp next_start(std::string_view pipeline, const Line& line, const Cron& cron,
                       Timestamp after) const;
  std::int64_t rank_at(std::string_view pipeline, const Line& line, Timestamp moment) const;
  std::optional<Due> earliest();

  TimeZone zone_;
  std::map<std::string, Line, std::less<>> lines_;
};

}  // namespace weir
