// SPDX-License-Identifier: Apache-2.0
#include "scheduler/scheduler.h"

#include <algorithm>
#include <utility>

namespace weir {

void Scheduler::replace(const std::vector<PipelinePlan>& plans, TimeZone zone) {
  const std::scoped_lock lock(mutex_);
  timetable_.replace(plans, zone, clock_.now());
  wake_.request_stop();
}

void Scheduler::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    start_due(stop);
    join_done();
    rest(stop);
  }
  started_.clear();  // joins: each has the stop and drains
}

void Scheduler::start_due(const std::stop_token& stop) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::stop_source();
  while (!stop.stop_requested() && started_.size() < side_by_side_max) {
    const auto job = timetable_.start_next(clock_.now());
    if (!job) {
      return;
    }
    Started& started = started_.emplace_back();
    started.thread = std::jthread([this, job = *job, &started, stop] { work(job, started, stop); });
  }
}

void Scheduler::work(const Job& job, Started& started, std::stop_token stop) {
  const JobEnd end = worker_(job, std::move(stop));
  const std::scoped_lock lock(mutex_);
  timetable_.finish(job, end, clock_.now());
  started.done = true;
  wake_.request_stop();
}

void Scheduler::join_done() {
  std::list<Started> done;  // joined without the lock
  {
    const std::scoped_lock lock(mutex_);
    for (auto at = started_.begin(); at != started_.end();) {
      const auto next = std::next(at);
      if (at->done) {
        done.splice(done.end(), started_, at);
      }
      at = next;
    }
  }
}

void Scheduler::rest(const std::stop_token& stop) {
  std::stop_token woken;
  std::chrono::milliseconds length = longest_sleep;
  {
    const std::scoped_lock lock(mutex_);
    woken = wake_.get_token();
    const auto next = timetable_.next_moment();
    if (next && started_.size() < side_by_side_max) {
      length = std::clamp<std::chrono::milliseconds>(*next - clock_.now(),
                                                     std::chrono::milliseconds(0), longest_sleep);
    }
  }
  const std::stop_callback on_stop(stop, [this] {
    const std::scoped_lock lock(mutex_);
    wake_.request_stop();
  });
  clock_.sleep_for(length, woken);
}

}  // namespace weir
