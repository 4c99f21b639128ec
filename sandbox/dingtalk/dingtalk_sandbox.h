// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "sandbox/dingtalk/faults.h"
#include "sandbox/dingtalk/live_changes.h"
#include "sandbox/dingtalk/receipt_generator.h"
#include "sandbox/dingtalk/settings.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace weir {

struct DingtalkSandboxOptions {
  std::uint16_t port = 0;  // on 127.0.0.1; 0: any free one
  int threads = 2;
  // `from` and `to` are set from the three texts below.
  yida_sandbox::GeneratorOptions receipts;
  // Days or moments of Shanghai: "2026-01-01", "2026-01-01 09:30".
  std::string from = "2026-01-01";  // of the first creation
  std::string to;                   // of the last one; empty: now. A day: its end
  std::string now;                  // where the stand-in's clock starts; empty: the wall clock
  yida_sandbox::Settings settings;
  yida_sandbox::LivePlan live;
  std::vector<yida_sandbox::Fault> faults;
  std::string robot_secret;  // messages to the robot must be signed with it; empty: need not
};

// A stand-in of DingTalk's gateway and YiDa, written from public facts and from what the official
// SDK puts on the wire; it knows nothing of the connector. Speaks plain HTTP on 127.0.0.1;
// docs/sandbox-dingtalk.md describes it. For tests: start one, hand its url() out, drive it over
// control_url().
class DingtalkSandbox {
 public:
  // Listens and serves when it returns. Errors: `invalid_config` (a day that is none, a period
  // that ends before it starts, no records), `unavailable` (the port is taken).
  static Result<std::unique_ptr<DingtalkSandbox>> start(DingtalkSandboxOptions options);
  ~DingtalkSandbox();  // stops
  DingtalkSandbox(const DingtalkSandbox&) = delete;
  DingtalkSandbox& operator=(const DingtalkSandbox&) = delete;

  std::uint16_t port() const;
  std::string url() const;          // "http://127.0.0.1:18787"
  std::string control_url() const;  // "http://127.0.0.1:18787/_sandbox"
  // Closes every connection; the destructor calls it too.
  void stop();

 private:
  struct State;
  explicit DingtalkSandbox(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weir
