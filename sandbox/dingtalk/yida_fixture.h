// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/dingtalk/control_api.h"
#include "sandbox/dingtalk/yida_api.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

inline constexpr const char* kInstances = "/v1.0/yida/processes/instances";

inline GeneratorOptions api_options_of(std::uint32_t records) {
  GeneratorOptions options;
  options.records = records;
  options.from = parse_moment("2026-01-01")->moment;
  options.to = parse_moment("2026-02-10")->moment;
  return options;
}

inline Settings unlimited() {
  Settings settings;
  settings.qps = 0;
  return settings;
}

// A stand-in without its network.
class YidaStandIn : public testing::Test {
 protected:
  ServerResponse send(std::string method, std::string target, const std::string& body,
                      const std::string& type = "application/json; charset=utf-8") {
    ServerRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = body;
    request.headers = {{"Content-Type", type}, {"X-Acs-Dingtalk-Access-Token", token_}};
    return request.target.starts_with(ControlApi::kPrefix) ? control_.answer(request)
                                                           : api_.answer(request);
  }
  void log_in() {
    const auto answer =
        send("POST", "/v1.0/oauth2/accessToken", R"({"appKey":"key","appSecret":"secret"})");
    token_ = Json::parse(answer.body).value("accessToken", "");
    EXPECT_EQ(token_.size(), 32U);
  }
  ServerResponse list(const std::string& paging = "?pageNumber=1&pageSize=10",
                      const Json& more = Json::object(), const std::string& path = kInstances) {
    Json body{{"appType", "APP"}, {"systemToken", "t"}, {"userId", "u"}, {"formUuid", "FORM-SKD"}};
    body.update(more);
    return send("POST", path + paging, body.dump());
  }
  Json control(const std::string& what, const Json& body) {
    const auto answer = send("POST", std::string(ControlApi::kPrefix) + what, body.dump());
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::parse(answer.body);
  }
  static void expect_error(const ServerResponse& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body;
    const Json body = Json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(body.is_object()) << answer.body;
    EXPECT_EQ(body.value("code", ""), code);
    EXPECT_TRUE(body.contains("message"));
    EXPECT_TRUE(body.contains("requestid"));
  }
  static std::string drain(const ServerResponse& answer) {
    std::string all;
    for (std::string piece = answer.pieces(); !piece.empty(); piece = answer.pieces()) {
      all += piece;
    }
    return all;
  }

  World world_{api_options_of(1000), unlimited(), {}};
  YidaApi api_{world_};
  ControlApi control_{world_};
  std::string token_;
};

}  // namespace weir::yida_sandbox
