// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/engine_fixture.h"
#include "connectors/http/request_builder.h"

#include <string>

namespace weir {
namespace {

// Builds one request from a requester's text at a given second.
HttpClient::Request build(std::string_view requester_yaml, std::int64_t second) {
  Faults faults;
  const TemplateNames names{{"request", {}}, {"config", {}}};
  const Requester requester = read_requester(http_test::yaml(requester_yaml), names, faults);
  for (const auto& fault : faults) {
    ADD_FAILURE() << to_string(fault);
  }
  const ManualClock clock(http_test::at_seconds(second));
  RequestScope scope(TimeZone::utc());
  set_request_context(scope, clock);
  const auto request = build_request(requester, {}, scope);
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request.value_or(HttpClient::Request{});
}

// 旺店通旗舰版: the body counts among the values, the secret stands on both sides, its own epoch.
TEST(Signature, over_query_and_body_between_two_secrets) {
  const auto request = build(R"(
url_base: http://wdt.example.com
path: /openapi
http_method: POST
request_parameters:
  sid: sid
  key: key
  salt: testsalt
  timestamp: "{{ request.now_s | add(-1325347200) }}"
  v: "1.0"
  method: sales.TradeQuery.queryWithDetail
  page_no: 0
  page_size: 50
  calc_total: 1
request_body: '[{"start_time":"2024-01-01 00:00:00","end_time":"2024-01-01 01:00:00"}]'
signers:
  - name: sign
    collect: {from: request_parameter, body_as: body}
    wrap: {prefix: testsecret, suffix: testsecret}
    digest: md5
    encode: hex
    place: {inject_into: request_parameter, field_name: sign}
)",
                             1700000000);
  EXPECT_THAT(request.url, testing::HasSubstr("timestamp=374652800&"));
  EXPECT_THAT(request.url, testing::EndsWith("&sign=86c0ecd22bdf4bc6ad86c1788ac1c75c"));
}

// 旺店通企业版: names and values with their lengths.
TEST(Signature, over_values_with_their_lengths) {
  const auto request = build(R"(
url_base: https://sandbox.example.com/openapi2
path: stockin_order_query.php
http_method: POST
request_body_data: {sid: test2, appkey: test2-xx, timestamp: "{{ request.now_s }}", page_no: "0", page_size: "40",
  start_time: "2016-08-01 12:00:00", end_time: "2016-08-01 13:00:00"}
signers:
  - name: sign
    collect: {from: body_data}
    join: {pair: "{key_length:2}-{key}:{value_length:4}-{value}", separator: ";"}
    wrap: {suffix: "12345"}
    encode: hex
    place: {inject_into: body_data, field_name: sign}
)",
                             1470042310);
  EXPECT_THAT(request.body, testing::EndsWith("&sign=ad4e6fe037ea6e3ba4768317be9d1309"));
  EXPECT_EQ(request.url, "https://sandbox.example.com/openapi2/stockin_order_query.php");
}

// 吉客云: everything in lower case first.
TEST(Signature, over_text_in_lower_case) {
  const auto request = build(R"(
url_base: https://open.example.com
path: /gateway
http_method: POST
request_body_data: {B: "2", A: "1"}
signers:
  - name: sign
    collect: {from: body_data}
    wrap: {prefix: ABC, suffix: abc}
    lower: true
    encode: HEX
    place: {inject_into: body_data, field_name: sign}
)",
                             0);
  EXPECT_EQ(request.body, "B=2&A=1&sign=E77954332C159B0DEBE418AA512025D0");
}

// 聚水潭's public vector.
TEST(Signature, behind_a_secret) {
  const auto request = build(R"(
url_base: https://open.example.com
path: /
http_method: POST
request_body_data: {timestamp: "100", app_key: app, charset: utf-8, sign: ""}
signers:
  - name: sign
    collect: {from: body_data, exclude: sign}
    wrap: {prefix: secret}
    encode: hex
    place: {inject_into: body_data, field_name: sign}
)",
                             0);
  EXPECT_THAT(request.body, testing::HasSubstr("sign=706427ca94e342781ac36d501151cb10"));
}

// 金蝶's LoginBySign: values alone, sorted by themselves.
TEST(Signature, over_sorted_values) {
  const auto request = build(R"(
url_base: https://open.example.com
path: /
http_method: POST
request_body_json: {parameters: [62f3c9b0acct, tester]}
signers:
  - name: sign
    collect:
      values: {a: 62f3c9b0acct, b: tester, c: 204399_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX, d: topsecret, e: "{{ request.now_s }}"}
    sort: value
    join: {pair: "{value}"}
    digest: sha256
    encode: hex
    place: {inject_into: body_json, field_path: [parameters, 1]}
)",
                             1700000000);
  EXPECT_EQ(request.body,
            R"({"parameters":["62f3c9b0acct",)"
            R"("bfcdc7debe8bb764efa27d4e5eca501ba2bd86c5a106d951b4d7434e6f502614"]})");
}

TEST(Digest, encodings_go_there_and_back) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd", "\xff\x00\x80"}) {
    EXPECT_EQ(base64_decode(base64_encode(text)), text);
  }
  EXPECT_FALSE(base64_decode("a"));
  EXPECT_FALSE(base64_decode("****"));
  EXPECT_EQ(hex_encode("\x01\xfe"), "01fe");
  EXPECT_EQ(hex_encode(digest(DigestKind::sha1, "abc", "")),
            "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(RequestTemplate, faults_name_what_is_known) {
  const auto fault_of = [](std::string_view text) {
    Faults faults;
    RequestTemplate::compile(text, {"f.yaml", 3}, {{"config", {"app_key"}}}, faults);
    return faults.empty() ? std::string() : to_string(faults.front());
  };
  EXPECT_EQ(fault_of("{{ config.app_key | lower }}"), "");
  EXPECT_THAT(fault_of("{{ config.appkey }}"), testing::HasSubstr("app_key"));
  EXPECT_THAT(fault_of("{{ page.number }}"), testing::HasSubstr("unknown name `page`"));
  EXPECT_THAT(fault_of("{{ config.app_key | loud }}"), testing::HasSubstr("unknown filter"));
  EXPECT_THAT(fault_of("{{ config.app_key | hash }}"), testing::HasSubstr("arguments"));
  EXPECT_THAT(fault_of("{{ config.app_key"), testing::HasSubstr("not closed"));
  EXPECT_THAT(fault_of("{{ }}"), testing::HasSubstr("missing"));
  EXPECT_THAT(fault_of("{{ config.app_key lower }}"), testing::HasSubstr("does not belong"));
}

Value evaluate(std::string_view text, const Value& input) {
  Faults faults;
  const auto compiled = RequestTemplate::compile(text, {}, {{"x", {}}}, faults);
  EXPECT_TRUE(faults.empty());
  RequestScope scope(TimeZone::find("Asia/Shanghai").value());
  scope.set("x", input);
  return compiled.evaluate(scope).value_or(Value("(error)"));
}

TEST(RequestTemplate, one_placeholder_keeps_its_type) {
  EXPECT_EQ(evaluate("{{ x }}", Value(std::int64_t{7})), Value(std::int64_t{7}));
  EXPECT_EQ(evaluate("{{ x }}!", Value(std::int64_t{7})), Value("7!"));
  EXPECT_EQ(evaluate("{{ x.y }}", Value(Object{{"y", Value(true)}})), Value(true));
}

TEST(RequestTemplate, without_a_value_there_is_no_text) {
  EXPECT_EQ(evaluate("a {{ x.y }} b", Value(Object{})), Value());
  EXPECT_EQ(evaluate("a {{ x.y | default('z') }} b", Value(Object{})), Value("a z b"));
  EXPECT_EQ(evaluate("{{ x.y | lower | default('z') }}", Value(Object{})), Value("z"));
}

TEST(RequestTemplate, filters_of_time_take_the_zone_of_the_connection) {
  const Value day("2026-01-05 00:00:00");
  EXPECT_EQ(evaluate("{{ x | epoch_ms }}", day), Value(std::int64_t{1767542400000}));
  EXPECT_EQ(evaluate("{{ x | format('%Y/%m/%d %H:%M:%S') }}", day), Value("2026/01/05 00:00:00"));
  EXPECT_EQ(evaluate("{{ x | format('%s') }}", day), Value(std::int64_t{1767542400}));
  EXPECT_EQ(evaluate("{{ x | epoch_ms }}", Value("no day")), Value("(error)"));
}

}  // namespace
}  // namespace weir
