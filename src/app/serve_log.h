// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/value.h"
#include "spec/fault.h"

#include <atomic>
#include <mutex>
#include <string_view>

namespace weir {

// The log on stderr: one line an event, in UTC. Any thread may call.
class ServeLog {
 public:
  enum class Level { info, warning, error };

  // `json`: an object a line, else text for people.
  ServeLog(bool json, Clock& clock) : json_(json), clock_(clock) {}

  // From now on. `log: json` is known once weir.yaml is read.
  void turn_to_json() { json_ = true; }

  void write(Level level, std::string_view event, const Object& fields = {});
  void write(const Fault& fault);

 private:
  std::atomic<bool> json_;
  Clock& clock_;
  std::mutex mutex_;
};

}  // namespace weir
