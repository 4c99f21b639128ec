// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/engine_fixture.h"

namespace weir {
namespace {

using http_test::answer;
using http_test::at_seconds;
using http_test::Engine;
using http_test::page_request;

// 聚水潭: a form signed by md5 over its exact values, JSON as a string inside it, errors in HTTP
// 200.
constexpr std::string_view jushuitan = R"(
version: 1
name: jushuitan
title: 聚水潭
timezone: Asia/Shanghai
spec:
  connection_specification:
    required: [app_key, app_secret]
    properties:
      base_url: {type: string, default: "https://openapi.jushuitan.com"}
      app_key: {type: string}
      app_secret: {type: string, airbyte_secret: true}
account: "{{ config.app_key }}"
api_budget: {rates: [{limit: 5, interval: PT1S}, {limit: 100, interval: PT1M}]}
authenticator:
  steps:
    - login_requester:
        url_base: "{{ config.base_url }}"
        path: openWeb/auth/getInitToken
        http_method: POST
        request_body_data:
          {app_key: "{{ config.app_key }}", timestamp: "{{ request.now_s }}", grant_type: authorization_code,
           charset: utf-8, code: weir01}
        signers: [{$ref: "#/definitions/sign"}]
        error_handler: {$ref: "#/definitions/errors"}
      extract: {token: data.access_token}
  expires_in_path: data.expires_in
definitions:
  sign:
    name: sign
    collect: {from: body_data}
    wrap: {prefix: "{{ config.app_secret }}"}
    digest: md5
    encode: hex
    place: {inject_into: body_data, field_name: sign}
  errors:
    success: {path: code, equals: 0}
    error_message_path: msg
    error_code_path: code
    response_filters:
      - {path: code, equals: [199, 200], action: RATE_LIMITED}
      - {path: code, equals: 100, action: REFRESH_TOKEN_THEN_RETRY}
      - {path: code, equals: [10, 110, 190], action: FAIL, failure_type: unauthorized}
streams:
  - name: open/orders/single/query
    requester:
      url_base: "{{ config.base_url }}"
      path: /open/orders/single/query
      http_method: POST
      request_body_data:
        access_token: "{{ login.token }}"
        app_key: "{{ config.app_key }}"
        biz: {}
        charset: utf-8
        timestamp: "{{ request.now_s }}"
        version: "2"
      json_strings: [biz]
      signers: [{$ref: "#/definitions/sign"}]
      error_handler: {$ref: "#/definitions/errors"}
    paginator:
      pagination_strategy: {type: PageIncrement, page_size: 50, page_size_max: 100}
      page_token_option: {inject_into: body_data, field_path: [biz, page_index]}
      page_size_option: {inject_into: body_data, field_path: [biz, page_size]}
      more_path: data.has_next
    incremental_sync:
      by: modified
      step: P7D
      datetime_format: "%Y-%m-%d %H:%M:%S"
      start_time_option: {inject_into: body_data, field_path: [biz, modified_begin]}
      end_time_option: {inject_into: body_data, field_path: [biz, modified_end]}
    parameters: {inject_into: body_data, field_path: [biz]}
    record_selector:
      extractor: {field_path: [data, orders]}
      total_path: data.data_count
)";
constexpr std::string_view jushuitan_connection =
    "{connector: jushuitan, app_key: app, app_secret: secret}";
constexpr std::string_view jushuitan_strategy = R"(
connection: j
api: /open/orders/single/query
method: POST
id: o_id
number: so_id
request: [{field: page_size, value: "50"}]
)";
constexpr std::string_view token_answer =
    R"({"code":0,"msg":"ok","data":{"access_token":"tok","expires_in":2592000}})";
constexpr std::string_view orders_answer =
    R"({"code":0,"msg":"执行成功","data":{"page_index":1,"page_size":50,"data_count":2,"has_next":false,)"
    R"("orders":[{"o_id":9007199254740993,"so_id":"S1"},{"o_id":2,"so_id":"S2"}]}})";

class Jushuitan : public testing::Test {
 protected:
  Jushuitan() {
    engine.http->script = [this](const HttpClient::Request& request) {
      const bool login = request.url.ends_with("getInitToken");
      return answer(200, std::string(login ? token_answer : orders));
    };
  }
  Engine engine{jushuitan, at_seconds(1700000000)};
  std::string orders{orders_answer};
};

TEST_F(Jushuitan, signs_the_exact_values_sent) {
  const auto source = engine.source(jushuitan_connection, jushuitan_strategy);
  ASSERT_TRUE(source) << engine.said();
  const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->page.records[0].id, "9007199254740993");
  EXPECT_EQ(page->total, 2);
  EXPECT_EQ(page->more, false);
  ASSERT_EQ(engine.http->requests.size(), 2U);
  EXPECT_EQ(engine.http->requests[1].url, "https://openapi.jushuitan.com/open/orders/single/query");
  EXPECT_EQ(engine.http->requests[1].body,
            "access_token=tok&app_key=app&"
            "biz=%7B%22page_index%22%3A1%2C%22page_size%22%3A50%7D&charset=utf-8&"
            "timestamp=1700000000&version=2&sign=20bd95683eba117f3bce6ea01eec3d16");
}

TEST_F(Jushuitan, a_window_is_signed_with_the_rest) {
  const auto source = engine.source(jushuitan_connection, jushuitan_strategy);
  ASSERT_TRUE(source->read(page_request(WindowKind::modified, "2026-01-01", "2026-01-07", 3), {}));
  EXPECT_THAT(engine.http->requests[1].body,
              testing::HasSubstr("biz=%7B%22page_index%22%3A3%2C%22page_size%22%3A50%2C%22modified_"
                                 "begin%22%3A%222026-01-01%2000%3A00%3A00%22%2C%22modified_end%22"
                                 "%3A%222026-01-07%2023%3A59%3A59%22%7D"));
  EXPECT_EQ(source->traits().widest_window, std::chrono::days(7));
  EXPECT_EQ(source->traits().calls_per_minute, 100);
}

TEST_F(Jushuitan, codes_in_the_body_decide) {
  const auto source = engine.source(jushuitan_connection, jushuitan_strategy);
  const auto kind_of = [&](std::string_view body) {
    orders = body;
    const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
    return page ? ErrorKind::internal : page.error().kind;
  };
  EXPECT_EQ(kind_of(R"({"code":199,"msg":"每秒超过5次"})"), ErrorKind::throttled);
  EXPECT_EQ(kind_of(R"({"code":"200","msg":"每分钟超过100次"})"), ErrorKind::throttled);
  EXPECT_EQ(kind_of(R"({"code":10,"msg":"bad sign"})"), ErrorKind::unauthorized);
  EXPECT_EQ(kind_of(R"({"code":77,"msg":"other"})"), ErrorKind::rejected);
  EXPECT_EQ(kind_of(R"({})"), ErrorKind::rejected);
  EXPECT_EQ(kind_of(R"({"code":0,"data":{}})"), ErrorKind::corrupt);
  EXPECT_EQ(kind_of("<html>"), ErrorKind::corrupt);
  EXPECT_EQ(kind_of(""), ErrorKind::corrupt);
  EXPECT_EQ(kind_of(R"({"code":0,"data":{"orders":null}})"), ErrorKind::corrupt);
}

TEST_F(Jushuitan, a_refused_token_is_fetched_anew_once) {
  const auto source = engine.source(jushuitan_connection, jushuitan_strategy);
  int refusals = 1;
  int logins = 0;
  engine.http->script = [&](const HttpClient::Request& request) {
    if (request.url.ends_with("getInitToken")) {
      ++logins;
      return answer(200, std::string(token_answer));
    }
    return refusals-- > 0 ? answer(200, R"({"code":100,"msg":"token"})")
                          : answer(200, std::string(orders_answer));
  };
  const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->calls, 2);
  EXPECT_EQ(logins, 2);
  refusals = 100;
  const auto refused = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(refused.error().code, "100");
  EXPECT_EQ(logins, 3);
}

TEST_F(Jushuitan, the_timestamp_is_taken_anew_for_every_attempt) {
  const auto source = engine.source(jushuitan_connection, jushuitan_strategy);
  engine.http->script = [&](const HttpClient::Request& request) {
    const bool login = request.url.ends_with("getInitToken");
    const bool first = request.body.find("timestamp=1700000000") != std::string::npos;
    if (!login && first) {
      engine.clock.advance(std::chrono::seconds(30));
      return answer(200, R"({"code":100,"msg":"token"})");
    }
    return answer(200, std::string(login ? token_answer : orders_answer));
  };
  ASSERT_TRUE(source->read(page_request(WindowKind::full, nullptr, nullptr), {}));
  EXPECT_THAT(engine.http->requests.back().body, testing::HasSubstr("timestamp=1700000030&"));
}

TEST_F(Jushuitan, a_page_size_above_the_limit_is_a_fault) {
  EXPECT_FALSE(engine.source(jushuitan_connection,
                             "{connection: j, api: open/orders/single/query, id: o_id, "
                             "request: [{field: page_size, value: \"101\"}]}"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("from 1 to 100, which is the most"));
}

}  // namespace
}  // namespace weir
