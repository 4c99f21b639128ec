// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace weir {

// What a process that stays hears of its signals, on a thread of StopSignals.
struct SignalListeners {
  std::function<void()> on_stop;    // the first SIGINT or SIGTERM; empty: a line on stderr
  std::function<void()> on_hangup;  // SIGHUP; empty: that signal is left as it is
};

// While it lives, the first SIGINT or SIGTERM requests a stop (drain), and the second ends the
// process at once with 130: what was acknowledged by then is on disk. Made by the main thread
// before any other thread, so that all inherit the blocked signals.
class StopSignals {
 public:
  explicit StopSignals(SignalListeners listeners = {});
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  void stop();

  const SignalListeners listeners_;
  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace weir
