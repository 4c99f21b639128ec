// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/robot.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::chrono::hours kClockTolerance{1};
constexpr std::chrono::minutes kPunishment{10};
constexpr int kRefusedBySetting = 310000;
constexpr std::size_t kMessagesMost = 10'000;

std::string verdict(int code, std::string_view message) {
  return Json{{"errcode", code}, {"errmsg", message}}.dump();
}

std::string throttled() {
  return Json{{"status", 1111},
              {"wait", 5},
              {"source", "x5"},
              {"punish", "deny"},
              {"uuid", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"},
              {"errcode", 130101},
              {"errmsg", "send too fast, exceed 20 times per minute"}}
      .dump();
}

// base64(HMAC-SHA256(secret, timestamp + "\n" + secret))
std::string signature_of(const std::string& timestamp, const std::string& secret) {
  const std::string text = timestamp + "\n" + secret;
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data(), &length);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), hash.data(), static_cast<int>(length));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

// Why the signature is refused; empty: it is good.
std::string signature_fault(const ServerRequest& request, const std::string& secret,
                            Robot::Moment now) {
  const std::string timestamp = request.parameter("timestamp").value_or("");
  std::int64_t sent = 0;
  const char* end = timestamp.data() + timestamp.size();
  const auto [stop, code] = std::from_chars(timestamp.data(), end, sent);
  const bool readable = code == std::errc() && stop == end;
  const auto apart = now.time_since_epoch() - std::chrono::milliseconds(sent);
  if (!readable || apart > kClockTolerance || apart < -kClockTolerance) {
    return "invalid timestamp";
  }
  return request.parameter("sign") == signature_of(timestamp, secret) ? "" : "sign not match";
}

// The text of a message that a person would see; nothing: it is none that the robot knows.
std::optional<std::string> seen_text(const Json& message) {
  if (!message.is_object()) {
    return std::nullopt;
  }
  const auto text_of = [&](const char* part, const char* member) -> std::optional<std::string> {
    const auto found = message.find(part);
    if (found == message.end() || !found->is_object() || !found->contains(member) ||
        !(*found)[member].is_string() || (*found)[member].get<std::string>().empty()) {
      return std::nullopt;
    }
    return (*found)[member].get<std::string>();
  };
  const Json type = message.value("msgtype", Json());
  if (type == "text") {
    return text_of("text", "content");
  }
  const auto title = type == "markdown" ? text_of("markdown", "title") : std::nullopt;
  const auto text = type == "markdown" ? text_of("markdown", "text") : std::nullopt;
  return title && text ? std::optional(*title + "\n" + *text) : std::nullopt;
}

}  // namespace

ServerResponse Robot::answer(const ServerRequest& request, Moment now) {
  const std::scoped_lock lock(mutex_);
  ServerResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  if (settings_.down) {
    response.status = 503;
    response.body = "{}";
    return response;
  }
  response.body = judge(request, now);
  return response;
}

std::string Robot::judge(const ServerRequest& request, Moment now) {
  const auto refuse = [this](int code, std::string_view message) {
    ++refused_;
    return verdict(code, message);
  };
  const std::string token = request.parameter("access_token").value_or("");
  if (request.method != "POST" || token.empty() || token == "wrong") {
    return refuse(300001, "token is not exist");
  }
  if (!settings_.secret.empty()) {
    if (const std::string fault = signature_fault(request, settings_.secret, now); !fault.empty()) {
      return refuse(kRefusedBySetting, fault);
    }
  }
  const bool named_json = request.header("Content-Type").find("json") != std::string_view::npos;
  const auto text = seen_text(Json::parse(request.body, nullptr, false));
  if (!named_json || !text) {
    return refuse(40035, "不合法的参数");
  }
  if (text->find(settings_.keyword) == std::string::npos) {
    return refuse(kRefusedBySetting, "keywords not in content");
  }
  if (too_fast(now)) {
    ++refused_;
    return throttled();
  }
  if (messages_.size() < kMessagesMost) {
    messages_.push_back(request.body);
  }
  return verdict(0, "ok");
}

bool Robot::too_fast(Moment now) {
  while (!taken_at_.empty() && taken_at_.front() + std::chrono::minutes(1) <= now) {
    taken_at_.pop_front();
  }
  if (now < punished_until_) {
    return true;
  }
  if (settings_.per_minute > 0 && std::ssize(taken_at_) >= settings_.per_minute) {
    punished_until_ = now + kPunishment;
    return true;
  }
  taken_at_.push_back(now);
  return false;
}

Robot::Settings Robot::settings() const {
  const std::scoped_lock lock(mutex_);
  return settings_;
}

void Robot::set(Settings settings) {
  const std::scoped_lock lock(mutex_);
  settings_ = std::move(settings);
}

std::vector<std::string> Robot::messages() const {
  const std::scoped_lock lock(mutex_);
  return messages_;
}

std::uint64_t Robot::refused() const {
  const std::scoped_lock lock(mutex_);
  return refused_;
}

void Robot::clear() {
  const std::scoped_lock lock(mutex_);
  messages_.clear();
  taken_at_.clear();
  punished_until_ = {};
  refused_ = 0;
}

}  // namespace weir::yida_sandbox
