// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"
#include "app/command_context.h"
#include "app/serve_log.h"
#include "app/served_workspace.h"
#include "core/clock.h"
#include "journal/journal.h"
#include "pipeline/retention.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace weir {

// When raw JSON beyond `retention` of weir.yaml is given up, and who is told.

// The pipelines that `_findCollection` of others looks into, by the workspace's files. One that
// looks and has a fault, or cannot be read, may look into any.
LookedInto looked_into(const Workspace& workspace, const Journal& journal, Clock& clock);

// Behind the runs of a command: at most about 1 GiB, so that none waits long for it; stops on the
// signal. Changes no exit code; what was given up, and why it was not, goes to stderr.
void give_up_raw_after_run(CommandContext& context, const Workspace& workspace, Journal& journal,
                           const std::stop_token& stop);

// In `weir serve`: at the start, when the files were read again and every `sweeps_every`, from a
// thread of its own. Any thread may call.
class RawKeeper {
 public:
  static constexpr std::chrono::minutes sweeps_every{10};

  // All outlive it.
  RawKeeper(Journal& journal, Clock& clock, ServeLog& log, Alerts& alerts)
      : journal_(journal), clock_(clock), log_(log), alerts_(alerts) {}

  // Goes by these files from now on, and soon: once it has been told to start.
  void follow(std::shared_ptr<const ServedWorkspace> served);
  void start();

  // Once through, in the caller's thread; blocks for the disk, at most for a step after the stop.
  void sweep(const std::stop_token& stop);

 private:
  void run(const std::stop_token& stop);
  void tell(const RawGivenUp& given_up, const Retention& retention);

  Journal& journal_;
  Clock& clock_;
  ServeLog& log_;
  Alerts& alerts_;
  std::mutex mutex_;  // guards the two below
  std::shared_ptr<const ServedWorkspace> served_;
  bool fresh_ = false;  // not gone by yet
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: it uses what stands above
};

}  // namespace weir
