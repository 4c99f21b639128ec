// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/api_error.h"

#include "sandbox/dingtalk/dice.h"
#include "sandbox/dingtalk/json_text.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>

namespace weir::yida_sandbox {

std::string new_request_id() {
  static const auto start =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  static std::atomic<std::uint64_t> counter{0};
  const std::uint64_t number = counter.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t a = mix(start ^ number);
  const std::uint64_t b = mix(a);
  return fmt::format("{:08X}-{:04X}-7{:03X}-8{:03X}-{:012X}", a >> 32U, (a >> 16U) & 0xffffU,
                     a & 0xfffU, b >> 52U, b & 0xffff'ffff'ffffU);
}

std::string error_body(const ApiError& error) {
  std::string body =
      fmt::format(R"({{"code":{},"requestid":"{}","message":{})", json_quoted(error.code),
                  new_request_id(), json_quoted(error.message));
  if (!error.scope.empty()) {
    body +=
        fmt::format(R"(,"accessdenieddetail":{{"requiredScopes":[{}]}})", json_quoted(error.scope));
  }
  return body + "}";
}

ApiError invalid_token() { return {400, "InvalidAuthentication", "不合法的access_token", {}}; }

ApiError wrong_secret() {
  return {400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret", {}};
}

ApiError missing_body() { return {400, "Missingbody", "body is mandatory for this action.", {}}; }

ApiError missing_parameter(std::string_view name) {
  return {400,
          fmt::format("Missing{}", name),
          fmt::format("{} is mandatory for this action.", name),
          {}};
}

ApiError invalid_parameter(std::string_view name, std::string_view message) {
  return {400, fmt::format("invalidParameter.{}", name), std::string(message), {}};
}

ApiError not_found(std::string_view id) {
  return {400, "dataNotExist.instance", fmt::format("实例不存在: {}", id), {}};
}

ApiError no_such_api(std::string_view path) {
  return {404,
          "InvalidAction.NotFound",
          fmt::format("Specified api is not found, please check your url and method: {}", path),
          {}};
}

ApiError app_qps() {
  return {403,
          "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
          "您的服务器调用钉钉开放平台所有接口的请求都被暂时禁用了，对应的appkey和api的qps超过限制",
          {}};
}

ApiError api_qps() {
  return {403, "Forbidden.AccessDenied.QpsLimitForApi", "该接口的全局qps超过限制，请稍后重试", {}};
}

ApiError month_quota() {
  return {403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "企业本月的接口调用量已用完", {}};
}

ApiError permission(std::string_view scope) {
  return {403, "Forbidden.AccessDenied.AccessTokenPermissionDenied",
          fmt::format("没有调用该接口的权限，接口权限申请参考: {}", scope), std::string(scope)};
}

ApiError address_refused() {
  return {403, "Forbidden.AccessDenied.IpNotInWhiteList", "调用方的IP不在白名单内", {}};
}

ApiError yida_too_fast(int status) {
  return {status, "failure.operation.requestTooFast", "请求过于频繁，请稍后重试", {}};
}

ApiError yida_too_many(int status) {
  return {status, "failure.operation.tooManyVisitors", "访问人数过多，请稍后重试", {}};
}

ApiError unavailable() { return {503, "ServiceUnavailable", "服务暂不可用，请稍后重试", {}}; }

std::string punish_page(bool inside_html) {
  std::string page = fmt::format(
      R"({{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"{}"}})", new_request_id());
  return inside_html ? fmt::format(
                           "<!DOCTYPE html>\n<html><head><title>访问受限</title></head>\n"
                           "<body><script>var punish = {};</script></body></html>\n",
                           page)
                     : page;
}

}  // namespace weir::yida_sandbox
