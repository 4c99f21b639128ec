// SPDX-License-Identifier: Apache-2.0
#include "app/stop_signals.h"

#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>

namespace weir {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([this](std::stop_token done) {
    const sigset_t waited = stop_signals();
    const timespec period{0, 100'000'000};
    while (!done.stop_requested()) {
      if (sigtimedwait(&waited, nullptr, &period) < 0) {
        continue;
      }
      if (stop_.stop_requested()) {
        constexpr int stopped_exit = 130;
        ::_exit(stopped_exit);
      }
      fmt::print(stderr, "\nstopping: what is under way is completed; once more to end at once\n");
      stop_.request_stop();
    }
  });
}

StopSignals::~StopSignals() {
  waiter_.request_stop();
  waiter_.join();
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace weir
