// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace weir {
namespace {

// A client of bytes: what it sends and reads is what is on the wire.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Reads until `mark` has come, or the connection has ended.
  std::string read_until(std::string_view mark) {
    std::size_t found = std::string::npos;
    while ((found = buffer_.find(mark)) == std::string::npos && read_some()) {
    }
    const std::size_t end = found == std::string::npos ? buffer_.size() : found + mark.size();
    std::string text = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return text;
  }
  std::string read_bytes(std::size_t count) {
    while (buffer_.size() < count && read_some()) {
    }
    std::string text = buffer_.substr(0, count);
    buffer_.erase(0, text.size());
    return text;
  }
  std::string read_to_end() {
    while (read_some()) {
    }
    return std::exchange(buffer_, {});
  }
  // A whole answer that has a Content-Length.
  std::string read_answer() {
    const std::string head = read_until("\r\n\r\n");
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? head : head + read_bytes(std::stoul(head.substr(at + 16)));
  }
  bool was_reset() const { return reset_; }

 private:
  bool read_some() {
    char bytes[4096];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    reset_ = reset_ || (count < 0 && errno == ECONNRESET);
    if (count <= 0) {
      return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool reset_ = false;
  std::string buffer_;
};

ServerResponse text(std::string body) {
  ServerResponse response;
  response.body = std::move(body);
  return response;
}

std::unique_ptr<HttpServer> serve(HttpServer::Handler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::start(options, std::move(handler));
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

// Answers with what was asked.
void echo(const ServerRequest& request, const Responder& responder) {
  responder.send(text(request.method + " " + request.target + " " + request.body));
}

std::string inflated(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string source = packed;
  std::string plain(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(source.data());
  stream.avail_in = static_cast<uInt>(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

TEST(HttpServer, KeepsAConnectionAndAnswersPipelinedRequestsInOrder) {
  const auto server = serve(echo);
  RawClient client(server->port());
  client.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two?a=b HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.read_answer().find("GET /one "), std::string::npos);
  EXPECT_NE(client.read_answer().find("GET /two?a=b "), std::string::npos);
  client.send("GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string last = client.read_to_end();
  EXPECT_NE(last.find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(last.find("GET /three "), std::string::npos);
}

TEST(HttpServer, ReadsABodyThatComesInChunks) {
  const auto server = serve(echo);
  RawClient client(server->port());
  client.send("POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  client.send("6\r\n world\r\n0\r\n\r\n");
  EXPECT_NE(client.read_answer().find("POST /p hello world"), std::string::npos);
}

TEST(HttpServer, AsksForABodyThatIsHeldBack) {
  const auto server = serve(echo);
  RawClient client(server->port());
  client.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_NE(client.read_answer().find("POST /p ok"), std::string::npos);
}

TEST(HttpServer, CompressesOnlyForClientsThatAcceptIt) {
  const std::string body(100'000, 'x');
  const auto server = serve([&](const ServerRequest&, const Responder& responder) {
    ServerResponse response = text(body);
    response.gzip = true;
    responder.send(std::move(response));
  });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: deflate, gzip\r\n\r\n");
  const std::string packed = client.read_answer();
  EXPECT_NE(packed.find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_EQ(inflated(packed.substr(packed.find("\r\n\r\n") + 4)), body);
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string plain = client.read_answer();
  EXPECT_EQ(plain.find("Content-Encoding"), std::string::npos);
  EXPECT_EQ(plain.substr(plain.find("\r\n\r\n") + 4), body);
}

TEST(HttpServer, SendsChunksAndPieces) {
  const auto server = serve([](const ServerRequest& request, const Responder& responder) {
    ServerResponse response = text("abc");
    response.chunked = true;
    if (request.target == "/pieces") {
      response.pieces = [left = 3]() mutable { return std::string(left-- > 0 ? "piece" : ""); };
    }
    responder.send(std::move(response));
  });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_until("0\r\n\r\n");
  EXPECT_NE(answer.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
  EXPECT_NE(answer.find("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), std::string::npos);
  client.send("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.read_until("0\r\n\r\n").find("5\r\npiece\r\n5\r\npiece\r\n5\r\npiece\r\n"),
            std::string::npos);
}

TEST(HttpServer, AHeldAnswerHoldsUpNobodyElse) {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<Responder> held;
  const auto server = serve([&](const ServerRequest& request, const Responder& responder) {
    if (request.target != "/wait") {
      return responder.send(text("quick"));
    }
    const std::lock_guard lock(mutex);
    held.push_back(responder);
    came.notify_all();
  });
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 8; ++i) {  // more than there are threads
    waiting.push_back(std::make_unique<RawClient>(server->port()));
    waiting.back()->send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  RawClient other(server->port());
  other.send("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(other.read_answer().find("quick"), std::string::npos);
  std::unique_lock lock(mutex);
  came.wait(lock, [&] { return held.size() == 8; });
  for (const Responder& responder : held) {
    responder.send(text("late"));
    responder.send(text("twice"));  // only the first answer counts
  }
  for (const auto& client : waiting) {
    EXPECT_NE(client->read_answer().find("late"), std::string::npos);
  }
}

TEST(HttpServer, AnswersLateWhenTold) {
  const auto server = serve([](const ServerRequest& request, const Responder& responder) {
    ServerResponse response = text(request.target);
    response.delay = std::chrono::milliseconds(request.target == "/late" ? 100 : 0);
    responder.send(std::move(response));
  });
  RawClient late(server->port());
  RawClient quick(server->port());
  const auto start = std::chrono::steady_clock::now();
  late.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  quick.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(quick.read_answer().find("/quick"), std::string::npos);
  EXPECT_NE(late.read_answer().find("/late"), std::string::npos);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
}

TEST(HttpServer, CutsABodyAndResetsAConnectionOnPurpose) {
  const auto server = serve([](const ServerRequest& request, const Responder& responder) {
    ServerResponse response = text("0123456789");
    response.fault = request.target == "/cut" ? ServerFault::cut : ServerFault::reset;
    response.cut_after = 4;
    responder.send(std::move(response));
  });
  RawClient cut(server->port());
  cut.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = cut.read_to_end();
  EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos);
  EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), "0123");
  RawClient reset(server->port());
  reset.send("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reset.read_to_end(), "");
  EXPECT_TRUE(reset.was_reset());
}

TEST(HttpServer, RefusesWhatIsTooLongOrNoHttp) {
  HttpServerOptions options;
  options.header_limit = 1024;
  options.body_limit = 1024;
  const auto server = serve(echo, options);
  RawClient body(server->port());
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n");
  EXPECT_EQ(body.read_to_end().substr(0, 12), "HTTP/1.1 413");
  RawClient header(server->port());
  header.send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(5000, 'x') + "\r\n\r\n");
  EXPECT_EQ(header.read_until("\r\n").substr(0, 12), "HTTP/1.1 431");
  RawClient nonsense(server->port());
  nonsense.send("this is no http\r\n\r\n");
  EXPECT_EQ(nonsense.read_to_end().substr(0, 12), "HTTP/1.1 400");
  RawClient good(server->port());
  good.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_NE(good.read_answer().find("POST / ok"), std::string::npos);
}

TEST(HttpServer, StopsWithRequestsUnansweredAndDropsTheirAnswers) {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<Responder> held;
  auto server = serve([&](const ServerRequest&, const Responder& responder) {
    const std::lock_guard lock(mutex);
    held.push_back(responder);
    came.notify_all();
  });
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return held.size() == 1; });
  }
  server->stop();
  EXPECT_EQ(client.read_to_end(), "");
  server.reset();
  held[0].send(text("to nobody"));
}

TEST(HttpServer, AnswersManyConnectionsAtOnce) {
  std::atomic<int> answered{0};
  const auto server = serve([&](const ServerRequest& request, const Responder& responder) {
    ++answered;
    responder.send(text(request.body));
  });
  std::vector<std::jthread> clients;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      RawClient client(server->port());
      for (int n = 0; n < 50; ++n) {
        const std::string body = std::to_string(i * 1000 + n);
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
        const std::string answer = client.read_answer();
        right += answer.substr(answer.find("\r\n\r\n") + 4) == body ? 1 : 0;
      }
    });
  }
  for (std::jthread& client : clients) {
    client.join();
  }
  EXPECT_EQ(right.load(), 400);
  EXPECT_EQ(answered.load(), 400);
}

TEST(HttpServer, SaysWhenItCannotListen) {
  const auto server = serve(echo);
  HttpServerOptions taken;
  taken.port = server->port();
  const auto second = HttpServer::start(taken, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  HttpServerOptions nonsense;
  nonsense.address = "localhost.";
  const auto third = HttpServer::start(nonsense, echo);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().kind, ErrorKind::invalid_config);
}

TEST(ServerRequest, ReadsParametersAndHeaders) {
  ServerRequest request;
  request.target = "/a/b?x=1&name=%E6%94%B6+%2B&empty=&flag&bad=%zz%4";
  request.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.parameter("x"), "1");
  EXPECT_EQ(request.parameter("name"), "收 +");
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_EQ(request.parameter("flag"), "");
  EXPECT_EQ(request.parameter("bad"), "%zz%4");
  EXPECT_FALSE(request.parameter("y").has_value());
  EXPECT_EQ(request.header("content-TYPE"), "application/json");
  EXPECT_EQ(request.header("Accept"), "");
}

}  // namespace
}  // namespace weir
