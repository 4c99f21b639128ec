// SPDX-License-Identifier: Apache-2.0
#include "scheduler/scheduler.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <map>
#include <set>

namespace weir {
namespace {

// A clock whose sleepers wait until the test moves it.
class SteppedClock final : public Clock {
 public:
  explicit SteppedClock(Timestamp start) : wall_(start) {}
  Timestamp now() const override {
    const std::scoped_lock lock(mutex_);
    return wall_;
  }
  Monotonic monotonic() const override {
    const std::scoped_lock lock(mutex_);
    return monotonic_;
  }
  bool sleep_until(Monotonic until, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return monotonic_ >= until; });
    return !stop.stop_requested();
  }
  void advance(std::chrono::milliseconds length) {
    const std::scoped_lock lock(mutex_);
    wall_ += length;
    monotonic_ += length;
    changed_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Timestamp wall_;
  Monotonic monotonic_{std::chrono::hours(1)};
};

// Jobs that end when the test lets them.
class HeldJobs {
 public:
  JobEnd work(const Job& job, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    ++begun_[job.pipeline];
    overlapped_ = overlapped_ || !under_way_.insert(job.pipeline).second;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return released_[job.pipeline] > 0; });
    stopped_ += stop.stop_requested() ? 1 : 0;
    --released_[job.pipeline];
    under_way_.erase(job.pipeline);
    changed_.notify_all();
    return {};
  }
  void release(const std::string& pipeline) {
    std::unique_lock lock(mutex_);
    ++released_[pipeline];
    changed_.notify_all();
    changed_.wait(lock, [&] { return under_way_.count(pipeline) == 0; });
  }
  void await(const std::string& pipeline, int begun) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_[pipeline] >= begun; });
  }
  int begun(const std::string& pipeline) {
    const std::scoped_lock lock(mutex_);
    return begun_[pipeline];
  }
  void await_under_way(std::size_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return under_way_.size() >= number; });
  }
  std::set<std::string> under_way() {
    const std::scoped_lock lock(mutex_);
    return under_way_;
  }
  bool overlapped() const { return overlapped_; }
  int stopped() const { return stopped_; }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, int> begun_;
  std::map<std::string, int> released_;
  std::set<std::string> under_way_;
  bool overlapped_ = false;
  int stopped_ = 0;
};

class SchedulerTest : public testing::Test {
 protected:
  PipelinePlan every_minute(const std::string& name) const {
    return {name, "account of " + name, {{JobKind::run, *Cron::parse("* * * * *")}}, {}};
  }
  void start() {
    thread_ = std::jthread([this](std::stop_token stop) { scheduler_.run(std::move(stop)); });
  }

  HeldJobs jobs_;
  SteppedClock clock_{*parse_utc("2026-01-05T12:00:00.000Z")};
  Scheduler scheduler_{clock_, TimeZone::utc(), [this](const Job& job, std::stop_token stop) {
                         return jobs_.work(job, stop);
                       }};
  std::jthread thread_;
};

TEST_F(SchedulerTest, RunsPipelinesSideBySideUpToTheBoundAndNeverOneTwice) {
  std::vector<PipelinePlan> plans;
  for (std::size_t i = 0; i <= Scheduler::side_by_side_max; ++i) {
    plans.push_back(every_minute("p" + std::to_string(i)));
  }
  scheduler_.replace(plans, TimeZone::utc());
  start();
  clock_.advance(std::chrono::minutes(1));
  jobs_.await_under_way(Scheduler::side_by_side_max);
  EXPECT_EQ(jobs_.under_way(), (std::set<std::string>{"p0", "p1", "p2", "p3"}));
  jobs_.release("p2");
  jobs_.await("p4", 1);
  for (const char* name : {"p0", "p1", "p3", "p4"}) {
    jobs_.release(name);
  }
  while (jobs_.begun("p0") < 2) {
    clock_.advance(std::chrono::minutes(1));
    std::this_thread::yield();
  }
  EXPECT_FALSE(jobs_.overlapped());
}

TEST_F(SchedulerTest, TakesANewPipelineWhileAnotherIsUnderWay) {
  scheduler_.replace({every_minute("old")}, TimeZone::utc());
  start();
  clock_.advance(std::chrono::minutes(1));
  jobs_.await("old", 1);
  scheduler_.replace({every_minute("new")}, TimeZone::utc());
  clock_.advance(std::chrono::minutes(1));
  jobs_.await("new", 1);
  EXPECT_EQ(jobs_.under_way(), (std::set<std::string>{"new", "old"}));
}

TEST_F(SchedulerTest, DrainsWhatIsUnderWayWhenStopped) {
  scheduler_.replace({every_minute("p")}, TimeZone::utc());
  start();
  clock_.advance(std::chrono::minutes(1));
  jobs_.await("p", 1);
  thread_.request_stop();
  thread_.join();
  EXPECT_EQ(jobs_.stopped(), 1);
  EXPECT_TRUE(jobs_.under_way().empty());
}

}  // namespace
}  // namespace weir
