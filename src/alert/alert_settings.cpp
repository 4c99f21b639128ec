// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_settings.h"

#include "alert/alert_kind.h"
#include "core/duration.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace weir {
namespace {

constexpr int per_minute_max = 20;  // dingtalk.md §6

// What any channel has, whatever its type.
const std::vector<std::string> names_of_every_channel = {"type", "kinds"};

const Spec<RobotSettings>& robot_spec() {
  static const auto spec =
      Spec<RobotSettings>("A robot of a DingTalk group (自定义机器人).")
          .field(&RobotSettings::url, "url", "The robot's webhook address, access_token included.")
          .required()
          .secret()
          .example("https://oapi.dingtalk.com/robot/send?access_token=${env:ROBOT_TOKEN}")
          .field(&RobotSettings::secret, "secret",
                 "The robot's signing secret (加签, begins with SEC); without it messages are not "
                 "signed.")
          .secret()
          .example("${env:ROBOT_SECRET}")
          .field(&RobotSettings::per_minute, "per_minute",
                 "Messages a minute at most; DingTalk takes 20 and then none for ten minutes.")
          .range(1, per_minute_max);
  return spec;
}

const Spec<WebhookSettings>& webhook_spec() {
  static const auto spec =
      Spec<WebhookSettings>("An address that takes a POST of JSON.")
          .field(&WebhookSettings::url, "url", "The address, http or https.")
          .required()
          .secret()
          .example("https://ops.example/hooks/weir")
          .field(&WebhookSettings::secret, "secret",
                 "Signs the body: header `X-Weir-Signature: sha256=` and the hexadecimal "
                 "HMAC-SHA256 of the body with this key.")
          .secret()
          .example("${env:HOOK_SECRET}");
  return spec;
}

struct MailText {
  std::string host;
  std::optional<std::int64_t> port;
  std::string security = "starttls";
  std::string user;
  std::string password;
  std::string from;
  Value to;
};

const Spec<MailText>& mail_spec() {
  static const auto spec =
      Spec<MailText>("Mail by SMTP.")
          .field(&MailText::host, "host", "The mail server's name or address.")
          .required()
          .example("smtp.example.com")
          .field(&MailText::port, "port", "By default 587 for starttls, 465 for tls, 25 for none.")
          .range(1, 65535)
          .example("587")
          .field(&MailText::security, "security", "How the connection is kept private.")
          .one_of({"starttls", "tls", "none"})
          .field(&MailText::user, "user", "Name to sign in with; without it there is no sign-in.")
          .example("weir@example.com")
          .field(&MailText::password, "password", "Password of `user`.")
          .secret()
          .example("${env:MAIL_PASSWORD}")
          .field(&MailText::from, "from", "The sender's address.")
          .required()
          .example("weir@example.com")
          .field(&MailText::to, "to", "The recipient's address, or a list of addresses.")
          .required()
          .example("[ops@example.com]");
  return spec;
}

const Location& place_of(const Node& node, std::string_view name) {
  const Node* member = node.member(name);
  return member != nullptr ? member->at : node.at;
}

void check_url(const Node& node, const std::string& url, Faults& faults) {
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  if (!url.empty() && !web) {
    add_error(faults, place_of(node, "url"),
              "`url` must begin with http:// or https://, and does not");
  }
}

RobotSettings read_robot(const Node& node, Faults& faults) {
  RobotSettings robot = robot_spec().read(node, names_of_every_channel, faults);
  check_url(node, robot.url, faults);
  if (!robot.url.empty() && robot.url.find("access_token=") == std::string::npos) {
    add_error(
        faults, place_of(node, "url"),
        "`url` holds no `access_token=`; copy the whole webhook address from the robot's page");
  }
  return robot;
}

WebhookSettings read_webhook(const Node& node, Faults& faults) {
  WebhookSettings webhook = webhook_spec().read(node, names_of_every_channel, faults);
  check_url(node, webhook.url, faults);
  return webhook;
}

std::vector<Node> one_or_many(const Node* node) {
  if (node == nullptr || node->kind == Node::Kind::null) {
    return {};
  }
  return node->kind == Node::Kind::sequence ? node->items : std::vector<Node>{*node};
}

void check_address(std::string_view setting, const Node& node, Faults& faults) {
  const std::string text = node.kind == Node::Kind::scalar ? to_text(node.scalar.value) : "";
  if (!is_mail_address(text)) {
    const std::string shown = node.holds_secret() ? "a secret value" : "`" + text + "`";
    add_error(faults, node.at,
              fmt::format("`{}` must be a mail address such as `ops@example.com`, and is {}",
                          setting, shown));
  }
}

MailSettings read_mail(const Node& node, Faults& faults) {
  const MailText text = mail_spec().read(node, names_of_every_channel, faults);
  MailSettings mail;
  mail.server.host = text.host;
  mail.server.security = text.security == "tls"    ? MailSecurity::tls
                         : text.security == "none" ? MailSecurity::none
                                                   : MailSecurity::starttls;
  const std::int64_t usual = text.security == "tls" ? 465 : text.security == "none" ? 25 : 587;
  mail.server.port = static_cast<std::uint16_t>(text.port.value_or(usual));
  mail.server.user = text.user;
  mail.server.password = text.password;
  mail.from = text.from;
  if (const Node* from = node.member("from")) {
    check_address("from", *from, faults);
  }
  for (const Node& address : one_or_many(node.member("to"))) {
    check_address("to", address, faults);
    mail.to.push_back(to_text(address.scalar.value));
  }
  return mail;
}

std::vector<AlertKind> read_kinds(const Node& node, Faults& faults) {
  std::vector<AlertKind> kinds;
  for (const Node& item : one_or_many(node.member("kinds"))) {
    const std::string word = item.kind == Node::Kind::scalar ? to_text(item.scalar.value) : "";
    if (const auto kind = parse_alert_kind(word)) {
      kinds.push_back(*kind);
      continue;
    }
    const std::string hint = suggestion(word, alert_kind_names());
    add_error(faults, item.at,
              fmt::format("`kinds`: there is no alert `{}`{}", word,
                          hint.empty()
                              ? fmt::format("; known are {}", fmt::join(alert_kind_names(), ", "))
                              : hint));
  }
  return kinds;
}

std::optional<ChannelSettings> read_channel(const std::string& name, const Node& node,
                                            Faults& faults) {
  static const std::vector<std::string> types{"dingtalk", "webhook", "mail"};
  Faults found;
  ChannelSettings channel;
  channel.name = name;
  const Node* type = node.member("type");
  const std::string word =
      type != nullptr && type->kind == Node::Kind::scalar ? to_text(type->scalar.value) : "";
  if (word == "dingtalk") {
    channel.way = read_robot(node, found);
  } else if (word == "webhook") {
    channel.way = read_webhook(node, found);
  } else if (word == "mail") {
    channel.way = read_mail(node, found);
  } else {
    add_error(found, type != nullptr ? type->at : node.at,
              fmt::format("the channel `{}` needs a `type` of dingtalk, webhook or mail, and has "
                          "`{}`{}",
                          name, word, suggestion(word, types)));
  }
  channel.kinds = read_kinds(node, found);
  const bool well = !has_errors(found);
  faults.insert(faults.end(), found.begin(), found.end());
  return well ? std::optional(std::move(channel)) : std::nullopt;
}

void read_repeat_after(const Node& node, AlertSettings& settings, Faults& faults) {
  const Node* member = node.member("repeat_after");
  if (member == nullptr || member->kind == Node::Kind::null) {
    return;
  }
  const std::string text = member->kind == Node::Kind::scalar ? to_text(member->scalar.value) : "";
  const auto length = parse_duration(text);
  if (!length) {
    add_error(faults, member->at, "`repeat_after`: " + length.error().message);
    return;
  }
  settings.repeat_after = *length;
}

}  // namespace

SpecTable alerts_table() {
  SpecTable table = alert_limits_table();
  table.description = "Who is told when something is wrong, and when; see docs/alerts.md.";
  SettingSpec repeat_after;
  repeat_after.name = "repeat_after";
  repeat_after.description = "How long the same trouble is not told again.";
  repeat_after.type = "string";
  repeat_after.fallback = "1h";
  table.settings.push_back(std::move(repeat_after));
  return table;
}

AlertSettings read_alert_settings(const Node& node, Faults& faults) {
  AlertSettings settings;
  settings.limits = read_alert_limits(node, {"repeat_after", "channels"}, faults);
  if (node.kind != Node::Kind::mapping) {
    return settings;
  }
  read_repeat_after(node, settings, faults);
  const Node* channels = node.member("channels");
  if (channels == nullptr || channels->kind == Node::Kind::null) {
    return settings;
  }
  if (channels->kind != Node::Kind::mapping) {
    add_error(faults, channels->at,
              "`channels` must be a mapping of names, as in `channels: {group: {type: dingtalk, "
              "url: …}}`");
    return settings;
  }
  for (const auto& [name, member] : channels->members) {
    if (auto channel = read_channel(name, member, faults)) {
      settings.channels.push_back(std::move(*channel));
    }
  }
  return settings;
}

const std::map<std::string, SpecTable>& alert_channel_tables() {
  static const std::map<std::string, SpecTable> tables{{"dingtalk", robot_spec().table()},
                                                       {"webhook", webhook_spec().table()},
                                                       {"mail", mail_spec().table()}};
  return tables;
}

}  // namespace weir
