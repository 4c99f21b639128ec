// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/robot.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weir::yida_sandbox {
namespace {

using RobotJson = nlohmann::json;

// From another implementation of HMAC: python3's hmac and base64, with these very texts.
constexpr const char* kRobotSecret = "SEC0001";
constexpr Robot::Moment kSignedAt{std::chrono::milliseconds(1'700'000'000'000)};
constexpr const char* kGoodSign = "IOiTvG6TZDhh0Gpns44RaXCxwn89lSfaZPeSnz7Is8M%3D";

ServerRequest sent_to_robot(const std::string& query) {
  ServerRequest request;
  request.method = "POST";
  request.target = "/robot/send?" + query;
  request.headers = {{"Content-Type", "application/json;charset=utf-8"}};
  request.body = R"({"msgtype":"markdown","markdown":{"title":"Weir","text":"收款单"}})";
  return request;
}

int code_of(const ServerResponse& response) {
  return RobotJson::parse(response.body)["errcode"].get<int>();
}

std::string words_of(const ServerResponse& response) {
  return RobotJson::parse(response.body)["errmsg"].get<std::string>();
}

std::string signed_query(const std::string& sign) {
  return "access_token=t&timestamp=1700000000000&sign=" + sign;
}

TEST(Robot, TakesAMessageAndKeepsIt) {
  Robot robot;
  EXPECT_EQ(code_of(robot.answer(sent_to_robot("access_token=t"), kSignedAt)), 0);
  ASSERT_EQ(robot.messages().size(), 1U);
  EXPECT_NE(robot.messages()[0].find("收款单"), std::string::npos);
}

TEST(Robot, ChecksTheSignature) {
  Robot robot;
  robot.set({.secret = kRobotSecret, .keyword = ""});
  EXPECT_EQ(code_of(robot.answer(sent_to_robot(signed_query(kGoodSign)), kSignedAt)), 0);
  const auto wrong = robot.answer(sent_to_robot(signed_query("AAAA")), kSignedAt);
  EXPECT_EQ(code_of(wrong), 310000);
  EXPECT_EQ(words_of(wrong), "sign not match");
  const auto late =
      robot.answer(sent_to_robot(signed_query(kGoodSign)), kSignedAt + std::chrono::minutes(61));
  EXPECT_EQ(words_of(late), "invalid timestamp");
  EXPECT_EQ(words_of(robot.answer(sent_to_robot("access_token=t"), kSignedAt)),
            "invalid timestamp");
  EXPECT_EQ(robot.messages().size(), 1U);
  EXPECT_EQ(robot.refused(), 3U);
}

TEST(Robot, RefusesAWrongTokenAKeywordThatIsMissingAndWhatIsNoMessage) {
  Robot robot;
  EXPECT_EQ(code_of(robot.answer(sent_to_robot("access_token=wrong"), kSignedAt)), 300001);
  robot.set({.secret = "", .keyword = "告警"});
  EXPECT_EQ(words_of(robot.answer(sent_to_robot("access_token=t"), kSignedAt)),
            "keywords not in content");
  auto request = sent_to_robot("access_token=t");
  request.body = "告警";
  EXPECT_EQ(code_of(robot.answer(request, kSignedAt)), 40035);
}

TEST(Robot, TakesTwentyAMinuteAndPunishesTheNextForTenMinutes) {
  Robot robot;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(code_of(robot.answer(sent_to_robot("access_token=t"), kSignedAt)), 0);
  }
  const auto at = [&](std::chrono::seconds later) {
    return code_of(robot.answer(sent_to_robot("access_token=t"), kSignedAt + later));
  };
  EXPECT_EQ(at(std::chrono::seconds(1)), 130101);
  EXPECT_EQ(at(std::chrono::seconds(600)), 130101);
  EXPECT_EQ(at(std::chrono::seconds(601)), 0);
}

}  // namespace
}  // namespace weir::yida_sandbox
