// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "alert/alerts.h"
#include "net/mail_client.h"
#include "pipeline/alert_limits.h"
#include "spec/document.h"
#include "spec/fault.h"
#include "spec/spec.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

// `alerts:` of weir.yaml, read: docs/alerts.md is its definition.

namespace weir {

// A group's robot (自定义机器人).
struct RobotSettings {
  std::string url;     // the webhook's address with its access_token; secret
  std::string secret;  // 加签; empty: messages are not signed
  std::int64_t per_minute = 18;
};

// A POST of JSON to any address.
struct WebhookSettings {
  std::string url;     // secret: addresses of this kind hold tokens
  std::string secret;  // of the HMAC header; empty: no such header
};

struct MailSettings {
  MailServer server;
  std::string from;
  std::vector<std::string> to;
};

struct ChannelSettings {
  std::string name;
  std::vector<AlertKind> kinds;  // empty: all
  std::variant<RobotSettings, WebhookSettings, MailSettings> way;
};

struct AlertSettings {
  std::chrono::milliseconds repeat_after{std::chrono::hours(1)};
  AlertLimits limits;                     // of all pipelines that say nothing else
  std::vector<ChannelSettings> channels;  // in the file's order
};

// Reads the mapping `alerts:` (a null node: the defaults, no channel). All faults are appended,
// with their places; a channel with errors is left out.
AlertSettings read_alert_settings(const Node& node, Faults& faults);

// The settings of `alerts:` itself, without `channels`.
SpecTable alerts_table();
// The settings of a channel by its type (dingtalk, webhook, mail), for schema and docs.
const std::map<std::string, SpecTable>& alert_channel_tables();

}  // namespace weir
