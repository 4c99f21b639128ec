// SPDX-License-Identifier: Apache-2.0
#include "core/work_crew.h"

#include "core/thread_name.h"

namespace weir {

WorkCrew::WorkCrew(std::size_t helpers) {
  for (std::size_t i = 0; i < helpers; ++i) {
    helpers_.emplace_back([this](const std::stop_token& stop) { help(stop); });
  }
}

WorkCrew::~WorkCrew() = default;

void WorkCrew::help(const std::stop_token& stop) {
  name_thread("weir-map");
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return next_ < shares_; })) {
    take_shares(lock);
  }
}

void WorkCrew::take_shares(std::unique_lock<std::mutex>& lock) {
  while (next_ < shares_) {
    const std::size_t share = next_++;
    const Work& work = *work_;
    lock.unlock();
    work(share);
    lock.lock();
    if (++done_ == shares_) {
      changed_.notify_all();
    }
  }
}

void WorkCrew::share_out(std::size_t shares, const Work& work) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  next_ = done_ = 0;
  shares_ = shares;
  if (shares > 1) {
    changed_.notify_all();
  }
  take_shares(lock);
  changed_.wait(lock, [&] { return done_ == shares_; });
  next_ = shares_ = done_ = 0;
}

}  // namespace weir
