// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace weir::bench {

// A request as far as a page server needs it.
struct PageRequest {
  std::string target;
  std::string body;
};

// The least HTTP server that benchmarks get by with: on 127.0.0.1, keep-alive, a thread a
// connection, bodies with a length only. Serves until the process ends.
class PageSocket {
 public:
  // Answers on the connection's socket, on its thread; false: close it.
  using Answer = std::function<bool(const PageRequest& request, int socket)>;
  explicit PageSocket(Answer answer);

  // Any free one; 0: none could be had.
  std::uint16_t port() const { return port_; }

 private:
  void accept_all();
  void serve(int socket) const;

  const Answer answer_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::vector<std::jthread> threads_;
  std::jthread accepting_;
};

}  // namespace weir::bench
