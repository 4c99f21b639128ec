// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alert_settings.h"
#include "alert/alert_text.h"
#include "core/clock.h"
#include "core/error.h"
#include "net/http_client.h"
#include "net/mail_client.h"

#include <memory>
#include <stop_token>
#include <string>

namespace weir {

// One way to a person. Called by one thread at a time.
class AlertChannel {
 public:
  virtual ~AlertChannel() = default;
  // Makes one attempt; gives what the other side answered. Blocks for the network, at most 30 s,
  // or until shortly after the stop. Errors by kind as everywhere; none shows an address's token.
  virtual Result<std::string> send(const AlertMessage& message, std::stop_token stop) = 0;
  // Messages within a minute at most; 0: any number.
  virtual int per_minute() const { return 0; }
};

// All three outlive the channel.
struct AlertOutlets {
  HttpClient& http;
  MailClient& mail;
  Clock& clock;
};

std::unique_ptr<AlertChannel> make_alert_channel(const ChannelSettings& settings,
                                                 AlertOutlets outlets);

// The single kinds, for make_alert_channel.
std::unique_ptr<AlertChannel> make_robot_channel(RobotSettings settings, AlertOutlets outlets);
std::unique_ptr<AlertChannel> make_webhook_channel(WebhookSettings settings, AlertOutlets outlets);
std::unique_ptr<AlertChannel> make_mail_channel(MailSettings settings, AlertOutlets outlets);

}  // namespace weir
