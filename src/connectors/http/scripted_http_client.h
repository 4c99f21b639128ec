// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http_client.h"

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace weir::http_test {

// For tests: answers from a script, and keeps the requests.
class ScriptedHttpClient final : public HttpClient {
 public:
  using Script = std::function<Result<Response>(const Request&)>;
  Result<Response> send(const Request& request, std::stop_token) override {
    const std::scoped_lock lock(mutex_);
    requests.push_back(request);
    return script(request);
  }

  Script script;
  std::vector<Request> requests;

 private:
  std::mutex mutex_;
};

inline HttpClient::Response answer(int status, std::string body) {
  HttpClient::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

inline std::string header(const HttpClient::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) {
      return value;
    }
  }
  return "(none)";
}

}  // namespace weir::http_test
