// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/robot_control.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

// Empty: the wish is understood and done.
std::string apply(Robot::Settings& settings, bool& clear, const std::string& name,
                  const Json& value) {
  if (name == "secret" && value.is_string()) {
    settings.secret = value.get<std::string>();
  } else if (name == "keyword" && value.is_string()) {
    settings.keyword = value.get<std::string>();
  } else if (name == "per_minute" && value.is_number_unsigned() && value <= Json(1'000'000U)) {
    settings.per_minute = value.get<int>();
  } else if (name == "down" && value.is_boolean()) {
    settings.down = value.get<bool>();
  } else if (name == "clear" && value.is_boolean()) {
    clear = value.get<bool>();
  } else {
    return fmt::format(
        "`{}`: {} is not understood; known are secret and keyword (text), "
        "per_minute (a number), down and clear (true or false)",
        name, value.dump());
  }
  return {};
}

ServerResponse robot_answer(int status, const Json& body) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json;charset=utf-8"}};
  response.body = body.dump() + "\n";
  return response;
}

}  // namespace

ServerResponse control_robot(Robot& robot, const ServerRequest& request) {
  const Json wishes =
      request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
  if (!wishes.is_object()) {
    return robot_answer(400, Json{{"error", "the body must be a JSON object"}});
  }
  Robot::Settings settings = robot.settings();
  bool clear = false;
  for (const auto& wish : wishes.items()) {
    if (const std::string fault = apply(settings, clear, wish.key(), wish.value());
        !fault.empty()) {
      return robot_answer(400, Json{{"error", fault}});
    }
  }
  robot.set(settings);
  if (clear) {
    robot.clear();
  }
  Json messages = Json::array();
  for (const std::string& message : robot.messages()) {
    messages.push_back(Json::parse(message));
  }
  return robot_answer(200, Json{{"secret", settings.secret},
                                {"keyword", settings.keyword},
                                {"per_minute", settings.per_minute},
                                {"down", settings.down},
                                {"refused", robot.refused()},
                                {"messages", std::move(messages)}});
}

}  // namespace weir::yida_sandbox
