// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AlertSettingsFile : public ::testing::Test {
 protected:
  AlertSettings read(const std::string& text) {
    faults_.clear();
    const SystemReferences references("/");
    const Node node = read_document(text, "weir.yaml", references, faults_);
    const AlertSettings settings = read_alert_settings(node, faults_);
    texts_.clear();
    for (const Fault& fault : faults_) {
      texts_.push_back(to_string(fault));
    }
    return settings;
  }

  Faults faults_;
  std::vector<std::string> texts_;
};

TEST_F(AlertSettingsFile, NothingIsNoChannelAndAnHour) {
  const AlertSettings settings = read("");
  EXPECT_THAT(texts_, IsEmpty());
  EXPECT_THAT(settings.channels, IsEmpty());
  EXPECT_EQ(settings.repeat_after, std::chrono::hours(1));
}

TEST_F(AlertSettingsFile, ReadsTheThreeTypes) {
  const AlertSettings settings = read(R"(
repeat_after: 30m
channels:
  group: {type: dingtalk, url: "https://o.example/robot/send?access_token=t", secret: SEC1}
  hook: {type: webhook, url: "http://h.example/x", kinds: [run_failed, quality_broken]}
  post: {type: mail, host: smtp.example, security: tls, from: a@b.example, to: [c@d.example, e@f.example]}
  relay: {type: mail, host: 127.0.0.1, security: none, port: 2525, from: a@b.example, to: c@d.example}
)");
  EXPECT_THAT(texts_, IsEmpty());
  EXPECT_EQ(settings.repeat_after, std::chrono::minutes(30));
  ASSERT_EQ(settings.channels.size(), 4U);
  EXPECT_EQ(settings.channels[0].name, "group");
  EXPECT_EQ(std::get<RobotSettings>(settings.channels[0].way).secret, "SEC1");
  EXPECT_THAT(settings.channels[1].kinds,
              ElementsAre(AlertKind::run_failed, AlertKind::quality_broken));
  const auto& post = std::get<MailSettings>(settings.channels[2].way);
  EXPECT_EQ(post.server.port, 465);
  EXPECT_THAT(post.to, ElementsAre("c@d.example", "e@f.example"));
  EXPECT_EQ(std::get<MailSettings>(settings.channels[3].way).server.port, 2525);
}

TEST_F(AlertSettingsFile, TellsAllFaultsWithTheirLines) {
  const AlertSettings settings = read(R"(repeat_after: often
channels:
  group:
    type: dingtalk
    url: https://o.example/robot/send
    kinds: [run_faild]
  hook: {type: webhok}
  post:
    type: mail
    host: smtp.example
    securty: tls
    from: nobody
    to: ["a@b.example", "x y"]
)");
  EXPECT_THAT(settings.channels, IsEmpty());
  EXPECT_THAT(texts_,
              ElementsAre(HasSubstr("weir.yaml:1: error: `repeat_after`: `often` is no duration"),
                          HasSubstr("weir.yaml:5: error: `url` holds no `access_token=`"),
                          HasSubstr("weir.yaml:6: error: `kinds`: there is no alert `run_faild`; "
                                    "did you mean `run_failed`?"),
                          HasSubstr("weir.yaml:7: error: the channel `hook` needs a `type`"),
                          HasSubstr("weir.yaml:11: error: `securty` is no setting here"),
                          HasSubstr("weir.yaml:12: error: `from` must be a mail address"),
                          HasSubstr("weir.yaml:13: error: `to` must be a mail address")));
}

TEST_F(AlertSettingsFile, NeverShowsAnAddressWithItsToken) {
  read(
      "channels: {group: {type: dingtalk, url: \"ftp://o/?access_token=s3cret\", per_minute: 21}}");
  EXPECT_THAT(texts_, ElementsAre(HasSubstr("`per_minute` must be a whole number from 1 to 20"),
                                  HasSubstr("must begin with http")));
  for (const std::string& text : texts_) {
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
  }
}

TEST_F(AlertSettingsFile, EverySecretIsDeclaredOne) {
  const auto is_secret = [](const std::string& type, const std::string& name) {
    for (const SettingSpec& spec : alert_channel_tables().at(type).settings) {
      if (spec.name == name) {
        return spec.secret;
      }
    }
    return false;
  };
  EXPECT_TRUE(is_secret("dingtalk", "url"));
  EXPECT_TRUE(is_secret("dingtalk", "secret"));
  EXPECT_TRUE(is_secret("webhook", "url"));
  EXPECT_TRUE(is_secret("webhook", "secret"));
  EXPECT_TRUE(is_secret("mail", "password"));
}

}  // namespace
}  // namespace weir
