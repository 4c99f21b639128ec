// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http_server.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace weir::yida_sandbox {

// The robot of a group (自定义机器人): POST /robot/send?access_token=…[&timestamp=…&sign=…] as
// oapi.dingtalk.com answers it (dingtalk.md §6): always HTTP 200, `errcode` says how it went. Takes
// any token but `wrong`; 20 messages a minute, and whoever sends more is refused for ten minutes.
// Any thread may call.
class Robot {
 public:
  using Moment = std::chrono::sys_time<std::chrono::milliseconds>;
  static constexpr std::string_view kPath = "/robot/send";

  // What the robot's owner has set.
  struct Settings {
    std::string secret;   // empty: messages need no signature
    std::string keyword;  // must stand in each message; empty: none
    bool down = false;    // answers 503 to everything
    int per_minute = 20;  // messages; 0: no limit
  };

  ServerResponse answer(const ServerRequest& request, Moment now);

  Settings settings() const;
  void set(Settings settings);
  // Messages that were taken, oldest first: the JSON bodies as they came.
  std::vector<std::string> messages() const;
  std::uint64_t refused() const;
  // Forgets messages, counts and the punishment; the settings stay.
  void clear();

 private:
  std::string judge(const ServerRequest& request, Moment now);
  bool too_fast(Moment now);

  mutable std::mutex mutex_;
  Settings settings_;
  std::vector<std::string> messages_;
  std::deque<Moment> taken_at_;
  Moment punished_until_{};
  std::uint64_t refused_ = 0;
};

}  // namespace weir::yida_sandbox
