// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/yida_api.h"

#include "sandbox/dingtalk/page_faults.h"
#include "sandbox/dingtalk/yida_calls.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kTokenPath = "/v1.0/oauth2/accessToken";
constexpr std::string_view kOldTokenPath = "/gettoken";
constexpr std::string_view kTokenHeader = "x-acs-dingtalk-access-token";
constexpr std::string_view kThrottledForm = "FORM-QPS";
constexpr std::string_view kDeniedForm = "FORM-DENIED";
constexpr std::string_view kWrong = "wrong";
constexpr std::chrono::hours kForEver{24 * 365};

std::int64_t wall_second() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

ServerResponse json_response(int status, std::string body) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json;charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

ServerResponse html_response(int status) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"}};
  response.body = fmt::format(
      "<!DOCTYPE html>\n<html><head><title>{0}</title></head>\n"
      "<body><center><h1>{0}</h1></center><hr><center>Tengine</center></body></html>\n",
      status == 200 ? "钉钉统一身份认证" : fmt::format("{} error", status));
  return response;
}

// The beginning of a page, and then white space for as long as somebody reads.
ServerResponse endless_response() {
  ServerResponse response = json_response(200, "");
  response.pieces = [begun = false]() mutable {
    return std::exchange(begun, true) ? std::string(std::size_t{1} << 16, ' ')
                                      : std::string(R"({"totalCount":1,"data":[)");
  };
  return response;
}

ServerResponse error_response(const ApiError& error) {
  return json_response(error.status, error_body(error));
}

// A body that is JSON, said to be JSON, and an object.
std::optional<Json> json_body(const ServerRequest& request) {
  if (request.header("Content-Type").find("json") == std::string_view::npos) {
    return std::nullopt;
  }
  Json body = Json::parse(request.body, nullptr, false);
  return body.is_object() ? std::optional(std::move(body)) : std::nullopt;
}

// The faults that come from before the API: the gateway, the network, another server.
std::optional<ServerResponse> gateway_fault(const Fault& fault, const Settings& settings,
                                            std::string_view scope) {
  ServerResponse broken;
  broken.fault = ServerFault::reset;
  ServerResponse punished = html_response(200);
  punished.body = punish_page(fault.kind == FaultKind::punish_html);
  switch (fault.kind) {
    case FaultKind::http500:
      return html_response(500);
    case FaultKind::http502:
      return html_response(502);
    case FaultKind::unavailable:
      return error_response(unavailable());
    case FaultKind::html:
      return html_response(200);
    case FaultKind::reset:
      return broken;
    case FaultKind::hang:
      broken.delay = kForEver;
      return broken;
    case FaultKind::endless:
      return endless_response();
    case FaultKind::empty_body:
      return json_response(200, "");
    case FaultKind::empty_object:
      return json_response(200, "{}");
    case FaultKind::code_200:
      return json_response(200, error_body(unavailable()));
    case FaultKind::qps:
      return error_response(app_qps());
    case FaultKind::api_qps:
      return error_response(api_qps());
    case FaultKind::too_fast:
      return error_response(yida_too_fast(settings.yida_throttle_status));
    case FaultKind::too_many:
      return error_response(yida_too_many(settings.yida_throttle_status));
    case FaultKind::quota:
      return error_response(month_quota());
    case FaultKind::punish:
    case FaultKind::punish_html:
      return punished;
    case FaultKind::permission:
      return error_response(permission(scope));
    case FaultKind::address:
      return error_response(address_refused());
    case FaultKind::token:
      return error_response(invalid_token());
    default:
      return std::nullopt;  // of the answer, or of the page in it
  }
}

bool says_throttled(const ServerResponse& response) {
  return response.status == 403 ? response.body.find("Limit") != std::string::npos
                                : response.body.find("failure.operation.") != std::string::npos ||
                                      response.body.find("\"status\":1111") != std::string::npos;
}

}  // namespace

Answer<std::string> YidaApi::issue_token(const ServerRequest& request) {
  const auto body = json_body(request);
  if (!body) {
    return tl::unexpected(missing_body());
  }
  const std::string key = parameter_text(*body, "appKey");
  const std::string secret = parameter_text(*body, "appSecret");
  if (key.empty() || secret.empty()) {
    return tl::unexpected(missing_parameter(key.empty() ? "appKey" : "appSecret"));
  }
  if (key == kWrong || secret == kWrong || world_.tokens.credentials_revoked()) {
    return tl::unexpected(wrong_secret());
  }
  const auto grant = world_.tokens.issue(key, world_.settings.read().token_life);
  return fmt::format(R"({{"accessToken":"{}","expireIn":{}}})", grant.token, grant.life.count());
}

std::string YidaApi::issue_old_token(const ServerRequest& request) {
  const std::string key = request.parameter("appkey").value_or("");
  const std::string secret = request.parameter("appsecret").value_or("");
  if (key.empty()) {
    return R"({"errcode":40035,"errmsg":"缺少参数 corpid or appkey"})";
  }
  if (key == kWrong || secret == kWrong || secret.empty() || world_.tokens.credentials_revoked()) {
    return R"({"errcode":40096,"errmsg":"不合法的appKey或appSecret"})";
  }
  const auto grant = world_.tokens.issue(key, world_.settings.read().token_life);
  return fmt::format(R"({{"errcode":0,"access_token":"{}","errmsg":"ok","expires_in":{}}})",
                     grant.token, grant.life.count());
}

ServerResponse YidaApi::finish(const std::string& api, const Answer<std::string>& answer,
                               const Fault* fault) {
  ServerResponse response = answer ? json_response(200, *answer) : error_response(answer.error());
  if (fault != nullptr && fault->kind == FaultKind::cut) {
    response.fault = ServerFault::cut;
    response.cut_after = response.body.size() / 2;
  } else if (fault != nullptr && fault->kind == FaultKind::bad_json) {
    response.body.resize(response.body.size() / 2);
  } else if (fault != nullptr && fault->kind == FaultKind::slow) {
    response.delay = fault->delay;
  } else if (fault != nullptr && answer) {
    spoil_page(fault->kind, response.body);
  }
  world_.statistics.answered(api, response.status, says_throttled(response));
  return response;
}

// The gateway of a YiDa call: who calls, how often, with what; then the API itself.
Answer<std::string> YidaApi::enter(const ServerRequest& request, YidaCall& call) {
  const bool posted = request.method == "POST";
  const std::string_view whole = request.path();
  const YidaRoute* route =
      find_route(request.method, whole.substr(std::string_view("/v1.0").size()), call.path_values);
  const std::string api = fmt::format("{} {}{}", request.method, whole.substr(0, 5), route->path);
  const auto app = world_.tokens.app_of(request.header(kTokenHeader));
  if (!app) {
    return tl::unexpected(invalid_token());
  }
  auto body = posted ? json_body(request) : Json::object();
  const std::string form =
      posted && body ? parameter_text(*body, "formUuid") : call.query_value("formUuid");
  if (form == kThrottledForm) {
    return tl::unexpected(app_qps());
  }
  const auto refused = world_.limiter.admit(*app, api, wall_second(), call.settings.qps,
                                            call.settings.monthly, true);
  if (refused) {
    return tl::unexpected(*refused);
  }
  if (form == kDeniedForm) {
    return tl::unexpected(permission(route->scope));
  }
  if (!body) {
    return tl::unexpected(missing_body());
  }
  call.body = std::move(*body);
  Answer<std::string> answer = route->handle(call);
  if (!answer && answer.error().code.rfind("invalidParameter.", 0) == 0) {
    answer.error().status = call.settings.parameter_status;
  }
  if (answer && route->lists) {
    world_.live.after_list(world_.store, world_.clock.minute());
  }
  return answer;
}

ServerResponse YidaApi::token_answer(const ServerRequest& request, const std::string& api) {
  const Settings settings = world_.settings.read();
  world_.statistics.arrived(api, wall_second());
  const auto fault = world_.faults.draw(api);
  if (fault) {
    world_.statistics.fault(std::string(to_string(fault->kind)));
    if (auto spoilt = gateway_fault(*fault, settings, "")) {
      world_.statistics.answered(api, spoilt->status, says_throttled(*spoilt));
      return *spoilt;
    }
  }
  const auto refused =
      world_.limiter.admit("", api, wall_second(), settings.qps, settings.monthly, false);
  const Answer<std::string> answer = refused ? tl::unexpected(*refused)
                                     : request.path() == kTokenPath
                                         ? issue_token(request)
                                         : Answer<std::string>(issue_old_token(request));
  return finish(api, answer, fault ? &*fault : nullptr);
}

ServerResponse YidaApi::answer(const ServerRequest& request) {
  const std::string_view path = request.path();
  if ((request.method == "POST" && path == kTokenPath) ||
      (request.method == "GET" && path == kOldTokenPath)) {
    return token_answer(request, fmt::format("{} {}", request.method, path));
  }
  YidaCall call;
  call.request = &request;
  call.world = &world_;
  call.settings = world_.settings.read();
  call.second_version = path.rfind("/v2.0/", 0) == 0;
  const bool versioned = call.second_version || path.rfind("/v1.0/", 0) == 0;
  const YidaRoute* route =
      versioned ? find_route(request.method, path.substr(5), call.path_values) : nullptr;
  if (route == nullptr) {
    return error_response(no_such_api(path));
  }
  const std::string api = fmt::format("{} {}{}", request.method, path.substr(0, 5), route->path);
  world_.statistics.arrived(api, wall_second());
  const auto fault = world_.faults.draw(api);
  if (fault) {
    world_.statistics.fault(std::string(to_string(fault->kind)));
    if (auto spoilt = gateway_fault(*fault, call.settings, route->scope)) {
      world_.statistics.answered(api, spoilt->status, says_throttled(*spoilt));
      return *spoilt;
    }
    call.repeat_page = fault->kind == FaultKind::repeat_page;
    call.previous_page = fault->kind == FaultKind::previous_page;
    call.empty_page = fault->kind == FaultKind::empty_page;
  }
  return finish(api, enter(request, call), fault ? &*fault : nullptr);
}

}  // namespace weir::yida_sandbox
