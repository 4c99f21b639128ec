// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/idle_pool.h"

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// Sends one HTTP request and waits for the whole answer. An interface, so that connectors can be
// tested against exact requests. Any thread may call; calls of several threads run side by side.
class HttpClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  struct Request {
    std::string method = "GET";
    std::string url;  // absolute, encoded; http or https
    Headers headers;
    std::string body;  // sent with every method but GET and HEAD
    std::chrono::milliseconds connect_timeout{std::chrono::seconds(10)};
    std::chrono::milliseconds timeout{std::chrono::seconds(60)};  // of the whole call
    std::size_t body_max = std::size_t{64} << 20;                 // of the decoded answer, in bytes
  };

  struct Response {
    int status = 0;
    Headers headers;   // names as received
    std::string body;  // decoded (gzip, deflate), de-chunked
    // From the call of send() until the request began to leave: name look-up, connection and TLS.
    std::chrono::nanoseconds left_after{0};

    // A header by its name in any case; nullptr: not there.
    const std::string* header(std::string_view name) const;
  };

  virtual ~HttpClient() = default;

  // Any answer of the server is a Response, whatever its status; redirects are not followed. The
  // request is sent once at most.
  // Blocks until the answer, a time-out, or 100 ms after the stop at the latest. Errors name method
  // and URL without its query (tokens stand there): `unavailable` (no name, refused, no TLS, gone
  // before a byte came), `timed_out`, `corrupt` (cut, undecodable or longer than
  // body_max), `rejected` (no such URL), `cancelled`.
  virtual Result<Response> send(const Request& request, std::stop_token stop) = 0;
};

// libcurl with kept-alive connections (one per call in flight, reused newest first), gzip and
// deflate, TLS certificates verified, proxies from the environment as curl reads them.
class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient();
  ~CurlHttpClient() override;

  Result<Response> send(const Request& request, std::stop_token stop) override;

 private:
  class Line;
  IdlePool<Line> lines_;
};

}  // namespace weir
