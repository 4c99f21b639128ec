// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

// One request as it arrived; the body is whole, whether it came with a length or in chunks.
struct ServerRequest {
  std::string method;  // "GET"
  std::string target;  // "/a%20b?x=1", as on the wire
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The target up to `?`, and what stands behind it; both still percent-encoded.
  std::string_view path() const;
  std::string_view query() const;
  // A header's value, names compared without case; empty: there is none.
  std::string_view header(std::string_view name) const;
  // A parameter of the query, percent-decoded; the first of several.
  std::optional<std::string> parameter(std::string_view name) const;
};

// "%E6%94%B6+x" -> "收 x". What is no escape stays as it stands.
std::string percent_decode(std::string_view text, bool plus_is_space);

// How an answer is spoilt on purpose; the connection is closed behind every one but `none`.
enum class ServerFault : std::uint8_t {
  none,
  reset,  // no byte of an answer, the connection is reset
  cut,    // the length of the whole body is announced, `cut_after` bytes of it are sent
};

struct ServerResponse {
  int status = 200;
  // Content-Length, Transfer-Encoding, Content-Encoding and Connection are the server's own; Date
  // too, unless it stands here.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // In place of `body`, for what is too long for memory: called for the next piece when the last
  // one is on its way, on a thread of the server; an empty piece ends the body. Sent in chunks.
  std::function<std::string()> pieces;
  bool gzip = false;                   // compress the body if the client accepts it
  bool chunked = false;                // send the body in chunks, without a length
  bool close = false;                  // close the connection behind the answer
  std::chrono::milliseconds delay{0};  // wait before the first byte; holds up this connection only
  ServerFault fault = ServerFault::none;
  std::size_t cut_after = 0;
};

// The right to answer one request, once. Cheap to copy, usable from any thread, also after the
// server has stopped (the answer is then dropped). When the last copy goes without an answer, the
// connection waits until the server stops: a handler must answer.
class Responder {
 public:
  class Target {
   public:
    virtual ~Target() = default;
    virtual void answer(ServerResponse response) = 0;
  };
  explicit Responder(std::shared_ptr<Target> target) : target_(std::move(target)) {}
  void send(ServerResponse response) const { target_->answer(std::move(response)); }

 private:
  std::shared_ptr<Target> target_;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  int threads = 2;         // how many handlers run at once
  std::size_t header_limit = std::size_t{64} << 10;
  std::size_t body_limit = std::size_t{16} << 20;
  std::chrono::seconds idle_limit{120};  // a connection without a byte for so long is closed
};

// A small HTTP/1.1 server: keep-alive, pipelining, chunked requests, 100-continue, no TLS (a
// reverse proxy's work). Requests beyond a limit are answered 413 or 431, what is no HTTP 400.
class HttpServer {
 public:
  // Called on one of the server's threads, for several connections at once. It may block while it
  // computes; to wait for something long, keep the responder and answer later.
  using Handler = std::function<void(ServerRequest, Responder)>;

  // Listens, and serves when it returns. Errors: `unavailable` (the port is taken), and
  // `invalid_config` (the address is none).
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, Handler handler);

  // Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // Closes every connection, also in the middle of an answer, and returns when no handler runs any
  // more. Not to be called from a handler.
  void stop();

 private:
  class Core;
  explicit HttpServer(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace weir
