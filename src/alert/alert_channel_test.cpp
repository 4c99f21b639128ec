// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_channel.h"

#include "connectors/http/scripted_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeptMail final : public MailClient {
 public:
  Result<std::string> send(const MailServer& server, const Mail& mail, std::stop_token) override {
    servers.push_back(server);
    mails.push_back(mail);
    return "250 OK";
  }
  std::vector<MailServer> servers;
  std::vector<Mail> mails;
};

class AlertChannels : public ::testing::Test {
 protected:
  Result<std::string> by_robot(const std::string& answer, const std::string& secret = "",
                               int status = 200) {
    http_.script = [=](const HttpClient::Request&) { return http_test::answer(status, answer); };
    RobotSettings robot;
    robot.url = "https://oapi.example/robot/send?access_token=t0ken";
    robot.secret = secret;
    return make_robot_channel(robot, outlets())->send(message(), {});
  }
  Result<std::string> by_webhook(int status, const std::string& secret = "") {
    http_.script = [=](const HttpClient::Request&) { return http_test::answer(status, "done"); };
    return make_webhook_channel({"https://h.example/services/T0KEN", secret}, outlets())
        ->send(message(), {});
  }

  AlertOutlets outlets() { return {http_, mail_, clock_}; }
  static AlertMessage message() {
    Notice notice;
    notice.subject = "receipts";
    notice.text = "收款单\n[x](http://evil.example)";
    notice.since = notice.at = Timestamp(std::chrono::milliseconds(1'700'000'000'000));
    return AlertWriter(Language::zh, TimeZone::find("Asia/Shanghai").value()).message({notice});
  }

  http_test::ScriptedHttpClient http_;
  KeptMail mail_;
  ManualClock clock_{Timestamp(std::chrono::milliseconds(1'700'000'000'000))};
};

TEST_F(AlertChannels, TheRobotGetsMarkdownSigned) {
  const auto answer = by_robot(R"({"errcode":0,"errmsg":"ok"})", "SEC0001");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer, "errcode 0: ok");
  const auto& request = http_.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  // The signature is from another implementation of HMAC (python3).
  EXPECT_EQ(request.url,
            "https://oapi.example/robot/send?access_token=t0ken&timestamp=1700000000000"
            "&sign=IOiTvG6TZDhh0Gpns44RaXCxwn89lSfaZPeSnz7Is8M%3D");
  EXPECT_EQ(http_test::header(request, "Content-Type"), "application/json;charset=utf-8");
  const Value body = parse_json(request.body).value();
  EXPECT_EQ(to_text(*body.member("msgtype")), "markdown");
  EXPECT_EQ(to_text(*body.member("markdown")->member("title")), "Weir 运行失败:receipts");
  const std::string text = to_text(*body.member("markdown")->member("text"));
  EXPECT_THAT(text, HasSubstr("> 收款单"));
  EXPECT_THAT(text, HasSubstr("自 2023-11-15 06:13:20 起"));
  EXPECT_THAT(text, Not(HasSubstr("](")));
}

TEST_F(AlertChannels, ARobotWithoutASecretIsNotSigned) {
  ASSERT_TRUE(by_robot(R"({"errcode":0,"errmsg":"ok"})"));
  EXPECT_THAT(http_.requests.at(0).url, Not(HasSubstr("sign=")));
}

TEST_F(AlertChannels, ARobotsRefusalSaysWhatToDo) {
  auto answer = by_robot(R"({"errcode":310000,"errmsg":"sign not match"})");
  EXPECT_EQ(answer.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(answer.error().code, "310000");
  EXPECT_THAT(answer.error().message, HasSubstr("set `secret`"));
  answer = by_robot(R"({"errcode":310000,"errmsg":"keywords not in content"})");
  EXPECT_THAT(answer.error().message, HasSubstr("make `Weir` a keyword"));
  answer = by_robot(R"({"errcode":310000,"errmsg":"invalid timestamp"})");
  EXPECT_THAT(answer.error().message, HasSubstr("clock"));
  answer = by_robot(R"({"errcode":300001,"errmsg":"token is not exist"})");
  EXPECT_EQ(answer.error().kind, ErrorKind::unauthorized);
  answer = by_robot(R"({"errcode":40035,"errmsg":"no"})");
  EXPECT_EQ(answer.error().kind, ErrorKind::rejected);
}

TEST_F(AlertChannels, AThrottledRobotIsLeftAloneForTenMinutes) {
  const auto answer = by_robot(R"({"status":1111,"errcode":130101,"errmsg":"send too fast"})");
  EXPECT_EQ(answer.error().kind, ErrorKind::throttled);
  EXPECT_EQ(answer.error().retry_after, std::chrono::minutes(10));
}

TEST_F(AlertChannels, WhatIsNoAnswerOfARobotIsAnOutage) {
  EXPECT_EQ(by_robot("<html>").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(by_robot("{}", "", 503).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(by_robot("{}", "", 404).error().kind, ErrorKind::rejected);
}

TEST_F(AlertChannels, TheWebhookGetsTheNoticesSigned) {
  ASSERT_TRUE(by_webhook(204, "key"));
  const auto& request = http_.requests.at(0);
  const Value body = parse_json(request.body).value();
  const Value& alert = body.member("alerts")->list()->at(0);
  EXPECT_EQ(to_text(*alert.member("kind")), "run_failed");
  EXPECT_EQ(to_text(*alert.member("subject")), "receipts");
  EXPECT_EQ(to_text(*alert.member("state")), "trouble");
  EXPECT_EQ(to_text(*alert.member("since")), "2023-11-14T22:13:20.000Z");
  const std::string signature = http_test::header(request, "X-Weir-Signature");
  EXPECT_EQ(signature.size(), std::string("sha256=").size() + 64);
  ASSERT_TRUE(by_webhook(200, "another key"));
  EXPECT_NE(http_test::header(http_.requests.at(1), "X-Weir-Signature"), signature);
}

TEST_F(AlertChannels, AWebhooksStatusDecides) {
  EXPECT_EQ(by_webhook(500).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(by_webhook(429).error().kind, ErrorKind::throttled);
  EXPECT_EQ(by_webhook(401).error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(by_webhook(404).error().kind, ErrorKind::rejected);
  EXPECT_EQ(by_webhook(302).error().kind, ErrorKind::rejected);
}

TEST_F(AlertChannels, AnOutageDoesNotShowAWebhooksPath) {
  http_.script = [](const HttpClient::Request& request) -> Result<HttpClient::Response> {
    return fail(ErrorKind::unavailable, "POST " + request.url + ": refused");
  };
  const auto sent = make_webhook_channel({"https://h.example/services/T0KEN", ""}, outlets())
                        ->send(message(), {});
  EXPECT_EQ(sent.error().message, "POST https://h.example/…: refused");
}

TEST_F(AlertChannels, MailGetsTitleAndText) {
  MailSettings settings;
  settings.server.host = "smtp.example";
  settings.from = "weir@b.example";
  settings.to = {"ops@b.example"};
  ASSERT_TRUE(make_mail_channel(settings, outlets())->send(message(), {}));
  ASSERT_EQ(mail_.mails.size(), 1U);
  EXPECT_EQ(mail_.servers[0].host, "smtp.example");
  EXPECT_EQ(mail_.mails[0].subject, "Weir 运行失败:receipts");
  EXPECT_THAT(mail_.mails[0].text, HasSubstr("收款单"));
}

}  // namespace
}  // namespace weir
