// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/run_metrics.h"
#include "core/error.h"
#include "net/http_server.h"

#include <atomic>
#include <memory>
#include <string>

namespace weir {

// "127.0.0.1:8787", "[::1]:0" -> what to listen on. Errors: `invalid_config`.
Result<HttpServerOptions> parse_listen(const std::string& listen);

// What other programs ask of a process that stays: `/healthz` (it lives), `/readyz` (it runs what
// is due: 200, else 503) and `/metrics`.
class ServeMonitor {
 public:
  // Serves when it returns. `metrics` outlives it. Errors: as HttpServer::start, naming `listen`.
  static Result<std::unique_ptr<ServeMonitor>> start(const std::string& listen,
                                                     const RunMetrics& metrics);

  std::string address() const;  // as chosen: "127.0.0.1:43211"
  void set_ready(bool ready) { ready_ = ready; }

 private:
  explicit ServeMonitor(const RunMetrics& metrics) : metrics_(metrics) {}
  ServerResponse answer(const ServerRequest& request) const;

  const RunMetrics& metrics_;
  std::atomic<bool> ready_ = false;
  std::string host_;
  std::unique_ptr<HttpServer> server_;  // last: its threads use what stands above
};

}  // namespace weir
