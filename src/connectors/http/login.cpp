// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/login.h"

#include "connectors/http/error_handler.h"
#include "connectors/http/request_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace weir {

std::optional<std::int64_t> integer_at(const Value& envelope, const JsonPath& path) {
  const Value* found = path.empty() ? nullptr : find_path(envelope, path);
  if (found == nullptr) {
    return std::nullopt;
  }
  const std::string text = to_text(*found);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

Result<RequestScope> make_scope(const Exchange& exchange, const Value& parameters,
                                const Value* login) {
  RequestScope scope(exchange.connection.zone);
  set_request_context(scope, *exchange.clock);
  scope.set("config", exchange.connection.config);
  scope.set("parameters", parameters);
  if (login != nullptr) {
    scope.set("login", *login);
  }
  Value variables{Object{}};
  for (const auto& [name, text] : exchange.file->variables) {
    scope.set("variables", variables);
    WEIR_TRY(Value value, text.evaluate(scope));
    variables.set(name, std::move(value));
  }
  scope.set("variables", std::move(variables));
  return scope;
}

Result<Login> log_in(const Exchange& exchange, std::stop_token stop) {
  const Authenticator& authenticator = *exchange.file->authenticator;
  const auto failed = [&](Error error) {
    // Whatever is wrong with a login that was answered is wrong with the credentials.
    if (error.kind == ErrorKind::rejected) {
      error.kind = ErrorKind::unauthorized;
    }
    return tl::unexpected(error.within(exchange.file->name + ": login"));
  };
  Value values{Object{}};
  Login login{{}, authenticator.life};
  for (const auto& step : authenticator.steps) {
    WEIR_TRY(RequestScope scope, make_scope(exchange, Value(Object{}), &values));
    WEIR_TRY(HttpClient::Request request, build_request(step.requester, {}, scope));
    request.timeout = exchange.connection.timeout.value_or(request.timeout);
    auto response = exchange.http->send(request, stop);
    if (!response) {
      return failed(response.error());
    }
    const auto body = parse_json(response->body);
    const Verdict verdict = judge(step.requester.errors, *response, body ? &*body : nullptr);
    if (verdict.action != ResponseFilter::Action::success) {
      return failed(verdict.error);
    }
    if (!body) {
      return failed({ErrorKind::corrupt, "the answer is no JSON", "", std::nullopt});
    }
    for (const auto& [name, path] : step.extract) {
      const Value* found = find_path(*body, path);
      if (found == nullptr || to_text(*found).empty()) {
        return failed({ErrorKind::corrupt,
                       fmt::format("the answer names no `{}`", fmt::join(path, ".")), "",
                       std::nullopt});
      }
      values.set(name, *found);
    }
    if (const auto life = integer_at(*body, authenticator.life_path); life && *life >= 0) {
      login.life = std::chrono::seconds(std::min<std::int64_t>(*life, 400 * 86400));
    }
  }
  login.values = std::move(values);
  return login;
}

}  // namespace weir
