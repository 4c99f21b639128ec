// SPDX-License-Identifier: Apache-2.0
#include "app/stop_signals.h"

#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

namespace weir {
namespace {

sigset_t waited_signals(bool hangup) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (hangup) {
    sigaddset(&signals, SIGHUP);
  }
  return signals;
}

}  // namespace

StopSignals::StopSignals(SignalListeners listeners) : listeners_(std::move(listeners)) {
  const sigset_t signals = waited_signals(bool{listeners_.on_hangup});
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  waiter_ = std::jthread([this, signals](std::stop_token done) {
    for (int signal = 0; sigwait(&signals, &signal) == 0 && !done.stop_requested();) {
      if (signal == SIGHUP) {
        listeners_.on_hangup();
      } else {
        stop();
      }
    }
  });
}

void StopSignals::stop() {
  if (stop_.stop_requested()) {
    constexpr int stopped_exit = 130;
    ::_exit(stopped_exit);
  }
  if (listeners_.on_stop) {
    listeners_.on_stop();
  } else {
    fmt::print(stderr, "\nstopping: what is under way is completed; once more to end at once\n");
  }
  stop_.request_stop();
}

StopSignals::~StopSignals() {
  waiter_.request_stop();
  pthread_kill(waiter_.native_handle(), SIGTERM);  // one of those that it waits for
  waiter_.join();
  const sigset_t signals = waited_signals(bool{listeners_.on_hangup});
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace weir
