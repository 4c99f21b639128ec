// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include "net/http_server_wire.h"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace weir {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

class HttpServer::Core : public std::enable_shared_from_this<HttpServer::Core> {
 public:
  Core(HttpServerOptions options, Handler handler)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        acceptor_(asio::make_strand(context_)),
        retry_(acceptor_.get_executor()) {}

  Result<void> listen();
  void serve();
  void stop();
  std::uint16_t port() const { return port_; }

 private:
  class Session;
  void accept();
  void greet(tcp::socket socket);
  void forget(const Session* session);
  // Runs `task` on the executor unless the threads are gone or about to go.
  template <typename Executor, typename Task>
  void post_while_running(const Executor& executor, Task task) {
    const std::lock_guard lock(mutex_);
    if (!stopped_) {
      asio::post(executor, std::move(task));
    }
  }

  const HttpServerOptions options_;
  const Handler handler_;
  std::uint16_t port_ = 0;
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::vector<std::jthread> threads_;
  std::mutex mutex_;  // sessions_, stopped_
  std::unordered_map<const Session*, std::weak_ptr<Session>> sessions_;
  bool stopped_ = false;
};

// One connection: reads a request, hands it out, writes the answer, and so on. Everything runs on
// the connection's strand; only answer() is called from elsewhere.
class HttpServer::Core::Session final : public Responder::Target,
                                        public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Core> core, tcp::socket socket)
      : core_(std::move(core)), stream_(std::move(socket)), timer_(stream_.get_executor()) {}
  ~Session() override { core_->forget(this); }

  void run() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->read_head(); });
  }

  void answer(ServerResponse response) override {
    core_->post_while_running(stream_.get_executor(), [self = shared_from_this(),
                                                       response = std::move(response)]() mutable {
      self->prepare(std::move(response));
    });
  }

  void close() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->drop(); });
  }

 private:
  void drop() {
    dropped_ = true;
    timer_.cancel();
    stream_.close();
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_->options_.header_limit));
    parser_->body_limit(core_->options_.body_limit);
    stream_.expires_after(core_->options_.idle_limit);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (error) {
                                self->refuse(error);
                              } else {
                                self->read_body();
                              }
                            });
  }

  void read_body() {
    if (!wire::same_name(parser_->get()[http::field::expect], "100-continue")) {
      return finish_body();
    }
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(kContinue),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!error) {
                          self->finish_body();
                        }
                      });
  }

  void finish_body() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (error) {
                         self->refuse(error);
                       } else {
                         self->hand_out();
                       }
                     });
  }

  void hand_out() {
    auto message = parser_->release();
    ServerRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    request.body = std::move(message.body());
    keep_alive_ = message.keep_alive();
    head_only_ = message.method() == http::verb::head;
    accepts_gzip_ = request.header("Accept-Encoding").find("gzip") != std::string_view::npos;
    answered_ = false;
    stream_.expires_never();
    core_->handler_(std::move(request), Responder(shared_from_this()));
  }

  void refuse(error_code error) {
    answered_ = false;
    keep_alive_ = false;
    head_only_ = false;
    accepts_gzip_ = false;
    if (error == http::error::header_limit) {
      prepare(wire::refusal(431, "the header is too long"));
    } else if (error == http::error::body_limit) {
      prepare(wire::refusal(413, "the body is too long"));
    } else if (error.category() == http::make_error_code(http::error::end_of_stream).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      prepare(wire::refusal(400, "this is no HTTP: " + error.message()));
    } else {
      drop();
    }
  }

  void prepare(ServerResponse response) {
    if (std::exchange(answered_, true) || dropped_) {
      return;
    }
    response_ = std::move(response);
    if (response_.delay.count() <= 0) {
      return write();
    }
    timer_.expires_after(response_.delay);
    timer_.async_wait([self = shared_from_this()](error_code) {
      if (!self->dropped_) {
        self->write();
      }
    });
  }

  void write() {
    if (response_.fault == ServerFault::reset) {
      error_code ignored;
      stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
      return drop();
    }
    keep_alive_ = keep_alive_ && !response_.close && response_.fault == ServerFault::none;
    const bool packed = response_.gzip && accepts_gzip_ && !response_.pieces;
    if (packed) {
      response_.body = wire::gzip(response_.body);
    }
    head_ = wire::head_of(response_, keep_alive_, packed ? "gzip" : "");
    if (head_only_) {
      response_.pieces = nullptr;
      response_.body.clear();
    } else if (response_.pieces) {
      response_.body.clear();
    } else if (response_.chunked) {
      response_.body = wire::in_chunks(response_.body);
    }
    if (response_.fault == ServerFault::cut) {
      response_.body.resize(std::min(response_.cut_after, response_.body.size()));
    }
    send();
  }

  void send() {
    stream_.expires_after(core_->options_.idle_limit);
    const std::array<asio::const_buffer, 2> wire{asio::buffer(head_), asio::buffer(response_.body)};
    asio::async_write(stream_, wire, [self = shared_from_this()](error_code error, std::size_t) {
      self->sent(error);
    });
  }

  void sent(error_code error) {
    if (error || dropped_) {
      return drop();
    }
    if (response_.pieces) {
      return send_piece();
    }
    response_ = {};
    if (keep_alive_) {
      return read_head();
    }
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    drop();
  }

  void send_piece() {
    const std::string piece = response_.pieces();
    head_.clear();
    response_.body.clear();
    wire::append_chunk(response_.body, piece);
    if (piece.empty()) {
      response_.pieces = nullptr;
    }
    send();
  }

  std::shared_ptr<Core> core_;
  beast::tcp_stream stream_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  ServerResponse response_;
  std::string head_;
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool accepts_gzip_ = false;
  bool answered_ = true;
  bool dropped_ = false;
};

Result<void> HttpServer::Core::listen() {
  error_code error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`{}` is no address to listen on; give an IP address such as 127.0.0.1",
                            options_.address));
  }
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) {
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  }
  if (!error) {
    acceptor_.bind(endpoint, error);
  }
  if (!error) {
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return fail(
        ErrorKind::unavailable,
        fmt::format("cannot listen on {}:{}: {}; choose another port, or 0 for any free one",
                    options_.address, options_.port, error.message()));
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void HttpServer::Core::serve() {
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] { self->accept(); });
  for (int i = 0; i < std::max(1, options_.threads); ++i) {
    threads_.emplace_back([this] { context_.run(); });
  }
}

void HttpServer::Core::accept() {
  acceptor_.async_accept(asio::make_strand(context_),
                         [self = shared_from_this()](error_code error, tcp::socket socket) {
                           if (!self->acceptor_.is_open()) {
                             return;
                           }
                           if (!error) {
                             self->greet(std::move(socket));
                             return self->accept();
                           }
                           // Out of descriptors, most likely: a pause, else this loop would eat a
                           // core.
                           self->retry_.expires_after(std::chrono::milliseconds(50));
                           self->retry_.async_wait([self](error_code cancelled) {
                             if (!cancelled && self->acceptor_.is_open()) {
                               self->accept();
                             }
                           });
                         });
}

void HttpServer::Core::greet(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto session = std::make_shared<Session>(shared_from_this(), std::move(socket));
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      return;
    }
    sessions_.emplace(session.get(), session);
  }
  session->run();
}

void HttpServer::Core::forget(const Session* session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session);
}

void HttpServer::Core::stop() {
  std::vector<std::shared_ptr<Session>> open;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) {
      return;
    }
    for (const auto& [address, session] : sessions_) {
      if (auto alive = session.lock()) {
        open.push_back(std::move(alive));
      }
    }
  }
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    error_code ignored;
    self->acceptor_.close(ignored);
    self->retry_.cancel();
  });
  for (const auto& session : open) {
    session->close();
  }
  open.clear();
  // The threads end when all of that is done: there is no work left then.
  work_.reset();
  for (std::jthread& thread : threads_) {
    thread.join();
  }
}

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}
HttpServer::~HttpServer() { stop(); }
std::uint16_t HttpServer::port() const { return core_->port(); }
void HttpServer::stop() { core_->stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, Handler handler) {
  auto core = std::make_shared<Core>(std::move(options), std::move(handler));
  WEIR_CHECK(core->listen());
  core->serve();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

}  // namespace weir
