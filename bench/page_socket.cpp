// SPDX-License-Identifier: Apache-2.0
#include "bench/page_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace weir::bench {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";

std::size_t length_of_body(std::string_view head) {
  constexpr std::string_view name = "content-length:";
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line)) {
    line += 2;
    const std::string_view rest = head.substr(line);
    if (rest.size() > name.size() && strncasecmp(rest.data(), name.data(), name.size()) == 0) {
      const std::size_t digits = rest.find_first_not_of(' ', name.size());
      std::size_t length = 0;
      std::from_chars(rest.data() + digits, rest.data() + rest.size(), length);
      return length;
    }
  }
  return 0;
}

class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  // Nothing: the other side has gone.
  std::optional<PageRequest> next() {
    std::size_t head = 0;
    while ((head = bytes_.find(end_of_head)) == std::string::npos) {
      if (!receive()) {
        return std::nullopt;
      }
    }
    const std::size_t body = head + end_of_head.size();
    const std::size_t length = length_of_body(std::string_view(bytes_).substr(0, body));
    while (bytes_.size() < body + length) {
      if (!receive()) {
        return std::nullopt;
      }
    }
    const std::size_t target = bytes_.find(' ') + 1;
    PageRequest request{bytes_.substr(target, bytes_.find(' ', target) - target),
                        bytes_.substr(body, length)};
    bytes_.erase(0, body + length);
    return request;
  }

 private:
  bool receive() {
    char piece[16384];
    const ssize_t count = recv(socket_, piece, sizeof piece, 0);
    bytes_.append(piece, count > 0 ? static_cast<std::size_t>(count) : 0);
    return count > 0;
  }

  const int socket_;
  std::string bytes_;
};

}  // namespace

PageSocket::PageSocket(Answer answer) : answer_(std::move(answer)) {
  listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* place = reinterpret_cast<sockaddr*>(&address);  // NOLINT: as the call wants it
  if (bind(listening_, place, size) == 0 && listen(listening_, 64) == 0 &&
      getsockname(listening_, place, &size) == 0) {
    port_ = ntohs(address.sin_port);
    accepting_ = std::jthread([this] { accept_all(); });
  }
}

void PageSocket::accept_all() {
  for (int socket = 0; (socket = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void PageSocket::serve(int socket) const {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection connection(socket);
  for (auto request = connection.next(); request; request = connection.next()) {
    if (!answer_(*request, socket)) {
      break;
    }
  }
  close(socket);
}

}  // namespace weir::bench
