// SPDX-License-Identifier: Apache-2.0
#include "app/serve_monitor.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <utility>

namespace weir {
namespace {

ServerResponse text_answer(int status, std::string body) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

}  // namespace

Result<HttpServerOptions> parse_listen(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  HttpServerOptions options;
  bool well = colon != std::string::npos && colon > 0;
  if (well) {
    const char* end = listen.data() + listen.size();
    const auto [last, error] = std::from_chars(listen.data() + colon + 1, end, options.port);
    well = error == std::errc() && last == end;
    options.address = listen.substr(0, colon);
    if (options.address.starts_with('[') && options.address.ends_with(']')) {
      options.address = options.address.substr(1, options.address.size() - 2);
    }
  }
  if (!well) {
    return tl::unexpected(Error{
        ErrorKind::invalid_config,
        fmt::format("`listen: {}` of weir.yaml is no address and port, as 127.0.0.1:8787", listen),
        {},
        {}});
  }
  return options;
}

Result<std::unique_ptr<ServeMonitor>> ServeMonitor::start(const std::string& listen,
                                                          const RunMetrics& metrics) {
  const auto options = parse_listen(listen);
  if (!options) {
    return tl::unexpected(options.error());
  }
  std::unique_ptr<ServeMonitor> monitor(new ServeMonitor(metrics));
  monitor->host_ = listen.substr(0, listen.rfind(':'));
  auto server =
      HttpServer::start(*options, [at = monitor.get()](ServerRequest request, Responder responder) {
        responder.send(at->answer(request));
      });
  if (!server) {
    return tl::unexpected(server.error().within(fmt::format("`listen: {}` of weir.yaml", listen)));
  }
  monitor->server_ = std::move(*server);
  return monitor;
}

std::string ServeMonitor::address() const { return fmt::format("{}:{}", host_, server_->port()); }

ServerResponse ServeMonitor::answer(const ServerRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    return text_answer(405, "only GET\n");
  }
  const std::string_view path = request.path();
  if (path == "/healthz") {
    return text_answer(200, "ok\n");
  }
  if (path == "/readyz") {
    return ready_ ? text_answer(200, "ready\n") : text_answer(503, "not ready\n");
  }
  if (path == "/metrics") {
    ServerResponse response = text_answer(200, metrics_.text());
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    return response;
  }
  return text_answer(404, "there are /healthz, /readyz and /metrics\n");
}

}  // namespace weir
