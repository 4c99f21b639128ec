// SPDX-License-Identifier: Apache-2.0
#include "app/alerting.h"

#include "sandbox/dingtalk/dingtalk_sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// From the files of a workspace to the robot of the stand-in, over the network.
class Alerting : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "alerting";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    DingtalkSandboxOptions options;
    options.receipts.records = 1;
    options.robot_secret = "SEC0001";
    auto sandbox = DingtalkSandbox::start(options);
    ASSERT_TRUE(sandbox) << sandbox.error().message;
    sandbox_ = std::move(*sandbox);
    std::ofstream(folder_ / "weir.yaml")
        << "language: zh\nalerts: {channels: {group: {type: dingtalk, secret: SEC0001, url: '"
        << sandbox_->url() << "/robot/send?access_token=t'}}}\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<AlertDispatcher> start() {
    const Workspace workspace = read_workspace(folder_, faults_);
    return start_alerts(
        workspace, {http_, mail_, clock_},
        [](const std::string& channel, const Error& error) {
          ADD_FAILURE() << channel << ": " << error.message;
        },
        faults_);
  }

  Value robot() {
    HttpClient::Request request;
    request.url = sandbox_->control_url() + "/robot";
    return parse_json(http_.send(request, {}).value().body).value();
  }
  std::string told() {
    const Value state = robot();
    std::string texts;
    for (const Value& message : *state.member("messages")->list()) {
      texts += to_text(*message.member("markdown")->member("text"));
    }
    return texts;
  }

  std::filesystem::path folder_;
  std::unique_ptr<DingtalkSandbox> sandbox_;
  CurlHttpClient http_;
  CurlMailClient mail_;
  SystemClock clock_;
  Faults faults_;
};

TEST_F(Alerting, ManyTroublesReachTheRobotWithinItsLimit) {
  const auto dispatcher = start();
  ASSERT_THAT(faults_, IsEmpty());
  for (int i = 0; i < 100; ++i) {
    dispatcher->raise({AlertKind::run_failed, "pipeline" + std::to_string(i), "boom"});
  }
  ASSERT_TRUE(dispatcher->wait_until_told({}));
  const std::string texts = told();
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(texts, HasSubstr("运行失败:pipeline" + std::to_string(i) + "**"));
  }
  EXPECT_EQ(to_text(*robot().member("refused")), "0");
  EXPECT_LE(robot().member("messages")->list()->size(), 18U);
}

TEST_F(Alerting, TheEndIsToldByTheNextProcess) {
  start()->raise({AlertKind::run_parked, "receipts", "no answer"});
  const auto next = start();
  ASSERT_TRUE(next->wait_until_told({}));
  next->well_again(AlertKind::run_parked, "receipts", "delivered 3,000 records");
  ASSERT_TRUE(next->wait_until_told({}));
  EXPECT_THAT(told(), HasSubstr("已恢复:运行暂停:receipts"));
}

}  // namespace
}  // namespace weir
