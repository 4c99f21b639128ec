// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_channel.h"

#include <utility>
#include <variant>

namespace weir {
namespace {

class MailChannel final : public AlertChannel {
 public:
  MailChannel(MailSettings settings, AlertOutlets outlets)
      : settings_(std::move(settings)), outlets_(outlets) {}

  Result<std::string> send(const AlertMessage& message, std::stop_token stop) override {
    Mail mail;
    mail.from = settings_.from;
    mail.to = settings_.to;
    mail.subject = message.title;
    mail.text = message.plain;
    mail.at = outlets_.clock.now();
    return outlets_.mail.send(settings_.server, mail, stop);
  }

 private:
  const MailSettings settings_;
  const AlertOutlets outlets_;
};

}  // namespace

std::unique_ptr<AlertChannel> make_mail_channel(MailSettings settings, AlertOutlets outlets) {
  return std::make_unique<MailChannel>(std::move(settings), outlets);
}

std::unique_ptr<AlertChannel> make_alert_channel(const ChannelSettings& settings,
                                                 AlertOutlets outlets) {
  if (const auto* robot = std::get_if<RobotSettings>(&settings.way)) {
    return make_robot_channel(*robot, outlets);
  }
  if (const auto* webhook = std::get_if<WebhookSettings>(&settings.way)) {
    return make_webhook_channel(*webhook, outlets);
  }
  return make_mail_channel(std::get<MailSettings>(settings.way), outlets);
}

}  // namespace weir
