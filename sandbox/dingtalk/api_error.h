// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace weir::yida_sandbox {

// A refusal as the new API words it (dingtalk.md §5.1): an HTTP status and
// {"code":…,"message":…,"requestid":…}.
struct ApiError {
  int status = 400;
  std::string code;
  std::string message;
  std::string scope;  // requiredScopes of accessdenieddetail; empty: none
};

template <typename T>
using Answer = tl::expected<T, ApiError>;

inline tl::unexpected<ApiError> refuse(int status, std::string code, std::string message,
                                       std::string scope = {}) {
  return tl::unexpected(ApiError{status, std::move(code), std::move(message), std::move(scope)});
}

// The body of the new API.
std::string error_body(const ApiError& error);

// The refusals of §1 and §5.
ApiError invalid_token();
ApiError wrong_secret();
ApiError missing_body();
ApiError missing_parameter(std::string_view name);
ApiError invalid_parameter(std::string_view name, std::string_view message);
ApiError not_found(std::string_view id);
ApiError no_such_api(std::string_view path);
ApiError app_qps();
ApiError api_qps();
ApiError month_quota();
ApiError permission(std::string_view scope);
ApiError address_refused();
ApiError yida_too_fast(int status);
ApiError yida_too_many(int status);
ApiError unavailable();
// The page that stands in for an answer when an address calls far too often; no code in it. Bare,
// or inside HTML.
std::string punish_page(bool inside_html);

// A new request id: "30EE8654-1AA2-7D88-8248-9518547248AA".
std::string new_request_id();

}  // namespace weir::yida_sandbox
