// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include "net/http_date.h"
#include "net/http_server.h"
#include "net/url_encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace weir {
namespace {

class HttpClientTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = HttpServer::start({}, [this](ServerRequest request, Responder responder) {
      ++calls;
      ServerResponse response = handler(request);
      responder.send(std::move(response));
    });
    ASSERT_TRUE(started) << started.error().message;
    server = std::move(*started);
  }

  HttpClient::Request request(const std::string& path = "/") const {
    HttpClient::Request made;
    made.url = "http://127.0.0.1:" + std::to_string(server->port()) + path;
    return made;
  }
  static ServerResponse text(std::string body) {
    ServerResponse response;
    response.body = std::move(body);
    return response;
  }

  std::function<ServerResponse(const ServerRequest&)> handler = [](const ServerRequest& asked) {
    return text(asked.method + " " + asked.target + " " + asked.body);
  };
  std::atomic<int> calls{0};
  std::unique_ptr<HttpServer> server;
  CurlHttpClient client;
};

TEST_F(HttpClientTest, sends_what_it_is_given) {
  std::string seen;
  handler = [&](const ServerRequest& asked) {
    seen = std::string(asked.header("x-token")) + "|" + std::string(asked.header("expect")) + "|" +
           std::string(asked.header("content-type"));
    return text(asked.method + " " + asked.target + " " + asked.body);
  };
  auto post = request("/a%20b?x=1");
  post.method = "POST";
  post.headers = {{"x-token", "t"}, {"content-type", "application/json"}};
  post.body = "{\"名\":1}";
  const auto answered = client.send(post, {});
  ASSERT_TRUE(answered) << answered.error().message;
  EXPECT_EQ(answered->status, 200);
  EXPECT_EQ(answered->body, "POST /a%20b?x=1 {\"名\":1}");
  EXPECT_EQ(seen, "t||application/json");
  ASSERT_NE(answered->header("DATE"), nullptr);
  EXPECT_TRUE(parse_http_date(*answered->header("date")));
}

TEST_F(HttpClientTest, chunks_and_compression_are_undone) {
  const std::string large(1 << 20, 'x');
  handler = [&](const ServerRequest& asked) {
    ServerResponse response = text(large);
    response.chunked = asked.path() == "/chunked";
    response.gzip = asked.path() == "/gzip";
    return response;
  };
  for (const char* path : {"/plain", "/chunked", "/gzip"}) {
    const auto answered = client.send(request(path), {});
    ASSERT_TRUE(answered) << path;
    EXPECT_EQ(answered->body, large) << path;
  }
}

TEST_F(HttpClientTest, a_cut_body_is_corrupt_and_a_reset_is_unavailable) {
  handler = [](const ServerRequest& asked) {
    ServerResponse response = text(std::string(5000, 'x'));
    response.fault = asked.path() == "/cut" ? ServerFault::cut : ServerFault::reset;
    response.cut_after = 1000;
    return response;
  };
  EXPECT_EQ(client.send(request("/cut"), {}).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(client.send(request("/reset"), {}).error().kind, ErrorKind::unavailable);
}

TEST_F(HttpClientTest, nobody_there_is_unavailable) {
  auto gone = request("/secret?token=abc");
  server->stop();
  const auto refused = client.send(gone, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message, testing::Not(testing::HasSubstr("abc")));
  gone.url = "http://no-such-host.invalid/";
  EXPECT_EQ(client.send(gone, {}).error().kind, ErrorKind::unavailable);
}

TEST_F(HttpClientTest, no_answer_in_time_is_timed_out) {
  handler = [](const ServerRequest&) {
    ServerResponse response = text("late");
    response.delay = std::chrono::seconds(30);
    return response;
  };
  auto slow = request();
  slow.timeout = std::chrono::milliseconds(100);
  EXPECT_EQ(client.send(slow, {}).error().kind, ErrorKind::timed_out);
}

TEST_F(HttpClientTest, a_stop_ends_the_call) {
  std::stop_source stop;
  handler = [&](const ServerRequest&) {
    stop.request_stop();
    ServerResponse response = text("late");
    response.delay = std::chrono::seconds(30);
    return response;
  };
  EXPECT_EQ(client.send(request(), stop.get_token()).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(client.send(request(), stop.get_token()).error().kind, ErrorKind::cancelled);
}

TEST_F(HttpClientTest, a_request_is_not_sent_again_when_a_kept_connection_is_reset) {
  handler = [&](const ServerRequest&) {
    ServerResponse response = text("a");
    response.fault = calls == 1 ? ServerFault::none : ServerFault::reset;
    return response;
  };
  ASSERT_TRUE(client.send(request(), {}));
  const auto broken = client.send(request(), {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(calls, 2);
}

TEST_F(HttpClientTest, a_body_beyond_the_bound_is_refused) {
  handler = [](const ServerRequest&) {
    ServerResponse response = text(std::string(100000, 'x'));
    response.gzip = true;
    return response;
  };
  auto bounded = request();
  bounded.body_max = 1000;
  const auto refused = client.send(bounded, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("1000 bytes"));
}

TEST_F(HttpClientTest, redirects_are_answers) {
  handler = [](const ServerRequest&) {
    ServerResponse response = text("");
    response.status = 302;
    response.headers = {{"Location", "http://127.0.0.1:1/"}};
    return response;
  };
  EXPECT_EQ(client.send(request(), {})->status, 302);
}

TEST_F(HttpClientTest, only_http_is_spoken) {
  auto file = request();
  file.url = "file:///etc/hostname";
  EXPECT_EQ(client.send(file, {}).error().kind, ErrorKind::rejected);
  auto split = request();
  split.headers = {{"x", "a\r\ny: b"}};
  EXPECT_EQ(client.send(split, {}).error().kind, ErrorKind::rejected);
}

TEST_F(HttpClientTest, many_threads_share_one_client) {
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 25; ++call) {
        good += client.send(request("/x"), {}) ? 1 : 0;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 200);
  EXPECT_EQ(calls, 200);
}

TEST(HttpDate, takes_what_servers_must_send) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Timestamp(std::chrono::seconds(784111777)));
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 28:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(UrlEncoding, everything_but_the_unreserved) {
  EXPECT_EQ(percent_encode("aZ0-._~ +/=&销"), "aZ0-._~%20%2B%2F%3D%26%E9%94%80");
}

}  // namespace
}  // namespace weir
