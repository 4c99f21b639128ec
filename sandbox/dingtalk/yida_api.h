// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http_server.h"
#include "sandbox/dingtalk/api_error.h"
#include "sandbox/dingtalk/faults.h"
#include "sandbox/dingtalk/instance_json.h"
#include "sandbox/dingtalk/limiter.h"
#include "sandbox/dingtalk/live_changes.h"
#include "sandbox/dingtalk/query_reader.h"
#include "sandbox/dingtalk/receipt_store.h"
#include "sandbox/dingtalk/robot.h"
#include "sandbox/dingtalk/settings.h"
#include "sandbox/dingtalk/statistics.h"
#include "sandbox/dingtalk/token_office.h"

#include <string>
#include <string_view>

namespace weir::yida_sandbox {

// Everything that the APIs work on; lives as long as the stand-in.
struct World {
  World(const GeneratorOptions& generator, const Settings& start, LivePlan plan)
      : store(generator), settings(start), faults(generator.seed), live(plan) {
    store.set_natural_order(start.natural_order);
    store.set_shuffled_ties(start.shuffled_ties);
  }
  ReceiptStore store;
  SettingsBoard settings;
  ShiftedClock clock;
  TokenOffice tokens;
  Limiter limiter;
  Faults faults;
  Statistics statistics;
  LiveChanges live;
  Robot robot;
};

// A YiDa call that passed the gateway.
struct YidaCall;

// The APIs of api.dingtalk.com that the stand-in imitates, and the gateway before them: routes,
// tokens, throttles, faults. Any thread may call.
class YidaApi {
 public:
  explicit YidaApi(World& world) : world_(world) {}
  ServerResponse answer(const ServerRequest& request);

 private:
  Answer<std::string> issue_token(const ServerRequest& request);
  std::string issue_old_token(const ServerRequest& request);
  Answer<std::string> enter(const ServerRequest& request, YidaCall& call);
  ServerResponse token_answer(const ServerRequest& request, const std::string& api);
  ServerResponse finish(const std::string& api, const Answer<std::string>& answer,
                        const Fault* fault);

  World& world_;
};

}  // namespace weir::yida_sandbox
