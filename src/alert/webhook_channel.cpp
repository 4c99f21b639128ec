// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_channel.h"
#include "connectors/http/digest.h"
#include "core/excerpt.h"

#include <fmt/format.h>

#include <utility>

namespace weir {
namespace {

constexpr std::chrono::seconds webhook_timeout{15};

Value webhook_body(const AlertMessage& message) {
  List notices;
  for (const Notice& notice : message.notices) {
    notices.push_back(to_value(notice));
  }
  Value body;
  body.set("title", message.title);
  body.set("text", message.plain);
  body.set("alerts", std::move(notices));
  return body;
}

Result<std::string> read_webhook_answer(const HttpClient::Response& response) {
  const std::string said =
      fmt::format("HTTP {}{}{}", response.status, response.body.empty() ? "" : ": ",
                  excerpt(response.body, 120));
  if (response.status >= 200 && response.status < 300) {
    return said;
  }
  const std::string message = "the webhook answered " + said;
  if (response.status == 429) {
    return fail(ErrorKind::throttled, message);
  }
  if (response.status == 401 || response.status == 403) {
    return fail(ErrorKind::unauthorized, message + "; look at `url` and `secret`");
  }
  return fail(response.status >= 500 ? ErrorKind::unavailable : ErrorKind::rejected, message);
}

class WebhookChannel final : public AlertChannel {
 public:
  WebhookChannel(WebhookSettings settings, AlertOutlets outlets)
      : settings_(std::move(settings)), outlets_(outlets) {}

  Result<std::string> send(const AlertMessage& message, std::stop_token stop) override {
    HttpClient::Request request;
    request.method = "POST";
    request.url = settings_.url;
    request.headers = {{"Content-Type", "application/json;charset=utf-8"}};
    request.body = to_json(webhook_body(message));
    request.timeout = webhook_timeout;
    if (!settings_.secret.empty()) {
      const std::string signature =
          hex_encode(digest(DigestKind::hmac_sha256, request.body, settings_.secret));
      request.headers.emplace_back("X-Weir-Signature", "sha256=" + signature);
    }
    auto response = outlets_.http.send(request, stop);
    if (!response) {
      return tl::unexpected(without_address(std::move(response).error()));
    }
    return read_webhook_answer(*response);
  }

 private:
  // The client leaves out the query; addresses of this kind also carry tokens in their path.
  Error without_address(Error error) const {
    const std::string address = settings_.url.substr(0, settings_.url.find('?'));
    const std::size_t host = address.find("://");
    const std::size_t path = host == std::string::npos ? host : address.find('/', host + 3);
    const std::size_t at = error.message.find(address);
    if (path != std::string::npos && at != std::string::npos) {
      error.message.replace(at, address.size(), address.substr(0, path) + "/…");
    }
    return error;
  }

  const WebhookSettings settings_;
  const AlertOutlets outlets_;
};

}  // namespace

std::unique_ptr<AlertChannel> make_webhook_channel(WebhookSettings settings, AlertOutlets outlets) {
  return std::make_unique<WebhookChannel>(std::move(settings), outlets);
}

}  // namespace weir
