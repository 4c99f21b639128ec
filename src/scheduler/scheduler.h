// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "scheduler/timetable.h"

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace weir {

// Starts what the timetable says, each job in a thread of its own, so many side by side and never
// two of one pipeline.
class Scheduler {
 public:
  // Does one job and says how it ended; blocks until it is done, or drained after the stop. Called
  // from several threads at once, each for another pipeline.
  using Worker = std::function<JobEnd(const Job&, std::stop_token stop)>;

  static constexpr std::size_t side_by_side_max = 4;
  // How long at most it sleeps without looking at the wall clock, which somebody may set.
  static constexpr std::chrono::seconds longest_sleep{30};

  Scheduler(Clock& clock, TimeZone zone, Worker worker)
      : clock_(clock), worker_(std::move(worker)), timetable_(zone) {}

  // Any thread. Jobs under way go on.
  void replace(const std::vector<PipelinePlan>& plans, TimeZone zone);

  // Blocks until the stop, then until every job under way has ended. One thread, once.
  void run(std::stop_token stop);

 private:
  struct Started {
    std::jthread thread;
    bool done = false;
  };

  void start_due(const std::stop_token& stop);
  void work(const Job& job, Started& started, std::stop_token stop);
  void join_done();
  void rest(const std::stop_token& stop);

  Clock& clock_;
  const Worker worker_;
  std::mutex mutex_;
  Timetable timetable_;
  std::list<Started> started_;
  std::stop_source wake_;  // of the sleep under way
};

}  // namespace weir
