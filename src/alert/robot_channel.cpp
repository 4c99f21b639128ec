// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_channel.h"
#include "connectors/http/digest.h"
#include "core/excerpt.h"
#include "net/url_encoding.h"

#include <fmt/format.h>

#include <utility>

// A robot of a DingTalk group. dingtalk.md §6 has the protocol: HTTP 200 whatever happens, the
// answer is in `errcode`.

namespace weir {
namespace {

constexpr std::chrono::seconds robot_timeout{15};
// Whoever sends more than 20 messages a minute is refused for ten minutes.
constexpr std::chrono::minutes robot_punishment{10};

std::string member_text(const Value& value, std::string_view name) {
  const Value* member = value.member(name);
  return member != nullptr ? to_text(*member) : "";
}

// What to do about a refusal of the robot's security settings (310000).
std::string advice(const std::string& words) {
  if (words.find("sign") != std::string::npos) {
    return "; set `secret` to the robot's signing secret (加签, begins with SEC)";
  }
  if (words.find("timestamp") != std::string::npos) {
    return "; set this machine's clock right";
  }
  if (words.find("keyword") != std::string::npos) {
    return "; make `Weir` a keyword of the robot: it stands in every message";
  }
  if (words.find("whitelist") != std::string::npos) {
    return "; add this machine's address to the robot's";
  }
  return "; look at the robot's security settings";
}

Result<std::string> read_robot_answer(const HttpClient::Response& response) {
  const auto body = parse_json(response.body);
  const std::string code = body ? member_text(*body, "errcode") : "";
  if (code.empty()) {
    const bool server = response.status >= 500 || response.status == 200;
    return fail(server ? ErrorKind::unavailable : ErrorKind::rejected,
                fmt::format("the robot answered HTTP {} without an errcode: {}", response.status,
                            excerpt(response.body, 120)));
  }
  const std::string words = excerpt(member_text(*body, "errmsg"), 200);
  const std::string said = fmt::format("errcode {}: {}", code, words);
  if (code == "0") {
    return said;
  }
  if (code == "130101") {
    auto error =
        fail(ErrorKind::throttled, "the robot takes no more messages for now: " + said, code);
    error.value().retry_after = robot_punishment;
    return error;
  }
  if (code == "310000") {
    return fail(ErrorKind::unauthorized, "the robot refuses: " + said + advice(words), code);
  }
  if (code == "300001" || code == "40014") {
    return fail(ErrorKind::unauthorized,
                "the robot refuses: " + said +
                    "; copy its webhook address again, or see whether it was removed",
                code);
  }
  return fail(ErrorKind::rejected, "the robot refuses: " + said, code);
}

class RobotChannel final : public AlertChannel {
 public:
  RobotChannel(RobotSettings settings, AlertOutlets outlets)
      : settings_(std::move(settings)), outlets_(outlets) {}

  Result<std::string> send(const AlertMessage& message, std::stop_token stop) override {
    Value markdown;
    markdown.set("title", message.title);
    markdown.set("text", message.markdown);
    Value body;
    body.set("msgtype", "markdown");
    body.set("markdown", std::move(markdown));
    HttpClient::Request request;
    request.method = "POST";
    request.url = signed_url();
    request.headers = {{"Content-Type", "application/json;charset=utf-8"}};
    request.body = to_json(body);
    request.timeout = robot_timeout;
    WEIR_TRY(const auto response, outlets_.http.send(request, stop));
    return read_robot_answer(response);
  }

  int per_minute() const override { return static_cast<int>(settings_.per_minute); }

 private:
  std::string signed_url() const {
    if (settings_.secret.empty()) {
      return settings_.url;
    }
    const std::string timestamp = std::to_string(outlets_.clock.now().time_since_epoch().count());
    const std::string signature = base64_encode(
        digest(DigestKind::hmac_sha256, timestamp + "\n" + settings_.secret, settings_.secret));
    return fmt::format("{}&timestamp={}&sign={}", settings_.url, timestamp,
                       percent_encode(signature));
  }

  const RobotSettings settings_;
  const AlertOutlets outlets_;
};

}  // namespace

std::unique_ptr<AlertChannel> make_robot_channel(RobotSettings settings, AlertOutlets outlets) {
  return std::make_unique<RobotChannel>(std::move(settings), outlets);
}

}  // namespace weir
