// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http_server.h"
#include "sandbox/dingtalk/yida_api.h"

#include <string_view>

namespace weir::yida_sandbox {

// The control address under /_sandbox/: what a test or a person does to the stand-in while it runs
// (docs/sandbox-dingtalk.md has every call with an example). Free of tokens, throttles, faults and
// latency. Any thread may call.
class ControlApi {
 public:
  static constexpr std::string_view kPrefix = "/_sandbox/";

  explicit ControlApi(World& world) : world_(world) {}
  ServerResponse answer(const ServerRequest& request);

 private:
  ServerResponse truth(const ServerRequest& request);
  ServerResponse stats() const;

  World& world_;
};

}  // namespace weir::yida_sandbox
