// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/engine_fixture.h"

namespace weir {
namespace {

using http_test::answer;
using http_test::Engine;
using http_test::header;
using http_test::page_request;

// 用友 YonBIP: where to call is asked first, the token's call is signed, the token goes into the
// query, codes are texts, one endpoint answers in plain text.
constexpr std::string_view yonbip = R"(
version: 1
name: yonbip
spec:
  connection_specification:
    required: [app_key, app_secret, tenant]
    properties:
      base_url: {type: string, default: "https://apigateway.yonyoucloud.com"}
      app_key: {type: string}
      app_secret: {type: string, airbyte_secret: true}
      tenant: {type: string}
account: "{{ config.tenant }} {{ config.app_key }}"
authenticator:
  steps:
    - login_requester:
        url_base: "{{ config.base_url }}"
        path: /open-auth/dataCenter/getGatewayAddress
        request_parameters: {tenantId: "{{ config.tenant }}"}
        error_handler: {success: {path: code, equals: "00000"}, error_message_path: message, error_code_path: code}
      extract: {gateway: data.gatewayUrl, token_url: data.tokenUrl}
    - login_requester:
        url_base: "{{ login.token_url }}"
        path: /open-auth/selfAppAuth/base/v1/getAccessToken
        request_parameters: {appKey: "{{ config.app_key }}", timestamp: "{{ request.now_ms }}"}
        signers:
          - name: signature
            collect: {from: request_parameter}
            digest: hmac-sha256
            key: "{{ config.app_secret }}"
            encode: base64
            place: {inject_into: request_parameter, field_name: signature}
        error_handler: {success: {path: code, equals: "00000"}, error_message_path: message, error_code_path: code}
      extract: {token: data.access_token}
  expires_in_path: data.expire
streams:
  - name: yonbip/sd/voucherorder/list
    requester:
      url_base: "{{ login.gateway }}"
      path: /yonbip/sd/voucherorder/list
      http_method: POST
      request_parameters: {access_token: "{{ login.token }}"}
      request_body_json: {isSum: false, queryOrders: [{field: id, order: asc}]}
      error_handler:
        success: {path: code, equals: 200}
        error_message_path: message
        error_code_path: code
        response_filters:
          - {path: code, equals: [310001, 310036, 310037], action: REFRESH_TOKEN_THEN_RETRY}
          - {error_message_contains: 非法token, action: REFRESH_TOKEN_THEN_RETRY}
    paginator:
      pagination_strategy: {type: PageIncrement, page_size: 200}
      page_token_option: {inject_into: body_json, field_name: pageIndex}
      page_size_option: {inject_into: body_json, field_name: pageSize}
    incremental_sync:
      by: modified
      inject:
        - inject_into: body_json
          field_name: simpleVOs
          value:
            - {field: pubts, op: between, value1: "{{ window.from | default('1990-01-01 00:00:00') }}",
               value2: "{{ window.to }}", logicOp: and}
    record_selector: {extractor: {field_path: [data, recordList]}, total_path: data.recordCount}
)";
constexpr std::string_view yonbip_connection =
    "{connector: yonbip, app_key: test, app_secret: test, tenant: t1}";
constexpr std::string_view yonbip_strategy =
    "{connection: y, api: yonbip/sd/voucherorder/list, id: id, request: []}";

class Yonbip : public testing::Test {
 protected:
  Yonbip() {
    engine.http->script = [this](const HttpClient::Request& request) {
      if (request.url.find("getGatewayAddress") != std::string::npos) {
        return answer(200, R"({"code":"00000","data":{"gatewayUrl":"https://c2.example.com/gw",)"
                           R"("tokenUrl":"https://c2.example.com/auth"}})");
      }
      if (request.url.find("getAccessToken") != std::string::npos) {
        return answer(200, R"({"code":"00000","data":{"access_token":"t/k=","expire":7200}})");
      }
      return refusals-- > 0
                 ? answer(refusal_status, refusal)
                 : answer(200, R"({"code":"200","message":"操作成功","data":{"pageIndex":1,)"
                               R"("recordCount":1,"recordList":[{"id":"1"}]}})");
    };
  }
  Engine engine{yonbip, Timestamp(std::chrono::milliseconds(1789123783390))};
  int refusals = 0;
  int refusal_status = 200;
  std::string refusal;
};

TEST_F(Yonbip, the_login_is_signed_and_leads_to_the_gateway) {
  const auto source = engine.source(yonbip_connection, yonbip_strategy);
  ASSERT_TRUE(source) << engine.said();
  const auto page =
      source->read(page_request(WindowKind::modified, "2026-09-01", "2026-09-30"), {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->total, 1);
  ASSERT_EQ(engine.http->requests.size(), 3U);
  EXPECT_EQ(engine.http->requests[1].url,
            "https://c2.example.com/auth/open-auth/selfAppAuth/base/v1/getAccessToken?appKey=test&"
            "timestamp=1789123783390&signature=y5DMe%2BUkjSqbPVWsMvGUjfeX6gfCbXnvP0tAU1ZI0jw%3D");
  EXPECT_EQ(engine.http->requests[2].url,
            "https://c2.example.com/gw/yonbip/sd/voucherorder/list?access_token=t%2Fk%3D");
  EXPECT_EQ(engine.http->requests[2].body,
            R"({"isSum":false,"queryOrders":[{"field":"id","order":"asc"}],"pageIndex":1,)"
            R"("pageSize":200,"simpleVOs":[{"field":"pubts","op":"between",)"
            R"("value1":"2026-09-01 00:00:00","value2":"2026-09-30 23:59:59","logicOp":"and"}]})");
}

TEST_F(Yonbip, a_refusal_in_plain_text_fetches_a_token) {
  const auto source = engine.source(yonbip_connection, yonbip_strategy);
  refusals = 1;
  refusal = "非法token";
  const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(engine.http->requests.size(), 6U);
  refusals = 1;
  refusal = R"({"code":"310036","message":"非法token"})";
  EXPECT_TRUE(source->read(page_request(WindowKind::full, nullptr, nullptr), {}));
}

TEST_F(Yonbip, a_login_that_is_refused_is_unauthorized) {
  engine.http->script = [](const HttpClient::Request&) {
    return answer(200, R"({"code":"10018","message":"应用不存在或appKey已停用"})");
  };
  const auto source = engine.source(yonbip_connection, yonbip_strategy);
  const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unauthorized);
  EXPECT_THAT(page.error().message, testing::HasSubstr("应用不存在"));
}

// 纷享销客: several values from one login, offsets, times in epoch milliseconds.
constexpr std::string_view fxiaoke = R"(
version: 1
name: fxiaoke
timezone: Asia/Shanghai
spec:
  connection_specification:
    required: [app_id, app_secret, permanent_code, user]
    properties:
      base_url: {type: string, default: "https://open.fxiaoke.com"}
      app_id: {type: string}
      app_secret: {type: string, airbyte_secret: true}
      permanent_code: {type: string, airbyte_secret: true}
      user: {type: string}
account: "{{ config.app_id }}"
authenticator:
  steps:
    - login_requester:
        url_base: "{{ config.base_url }}"
        path: /oauth2.0/token
        http_method: POST
        request_parameters: {thirdTraceId: "{{ request.uuid }}"}
        request_body_json:
          {appId: "{{ config.app_id }}", appSecret: "{{ config.app_secret }}",
           permanentCode: "{{ config.permanent_code }}", grantType: app_secret}
        error_handler: {success: {path: errorCode, equals: 0}, error_message_path: errorMessage, error_code_path: errorCode}
      extract: {token: accessToken, ea: ea}
  expires_in_path: expiresIn
streams:
  - name: cgi/crm/v2/data/query
    requester:
      url_base: "{{ config.base_url }}"
      path: /cgi/crm/v2/data/query
      http_method: POST
      request_headers: {authorization: "Bearer {{ login.token }}", x-fs-ea: "{{ login.ea }}", x-fs-userid: "{{ config.user }}"}
      request_parameters: {thirdTraceId: "{{ request.uuid }}"}
      request_body_json:
        data: {find_explicit_total_num: true, search_query_info: {orders: [{fieldName: last_modified_time, isAsc: true}]}}
      error_handler:
        success: {path: errorCode, equals: 0}
        error_message_path: errorMessage
        error_code_path: errorCode
        response_filters:
          - {path: errorCode, equals: 20016, action: REFRESH_TOKEN_THEN_RETRY}
          - {path: errorCode, equals: [14001, 30004], action: RATE_LIMITED}
          - {path: errorCode, equals: [30002, 30003], action: FAIL, failure_type: exhausted}
    paginator:
      pagination_strategy: {type: OffsetIncrement, page_size: 100, page_size_max: 100}
      page_token_option: {inject_into: body_json, field_path: [data, search_query_info, offset]}
      page_size_option: {inject_into: body_json, field_path: [data, search_query_info, limit]}
      result_cap: 10000
    incremental_sync:
      by: modified
      inject:
        - inject_into: body_json
          field_path: [data, search_query_info, filters]
          value:
            - field_name: last_modified_time
              field_values: ["{{ window.from | default('1990-01-01') | epoch_ms }}", "{{ window.until | epoch_ms | add(-1) }}"]
              operator: BETWEEN
    parameters: {inject_into: body_json, field_path: [data]}
    record_selector: {extractor: {field_path: [data, dataList]}, total_path: data.total}
)";

TEST(Fxiaoke, several_values_from_one_login_and_a_window_in_milliseconds) {
  Engine engine(fxiaoke, http_test::at_seconds(1700000000));
  engine.http->script = [](const HttpClient::Request& request) {
    return request.url.find("/oauth2.0/") != std::string::npos
               ? answer(200, R"({"accessToken":"T","ea":"ea1","expiresIn":7084,"errorCode":0})")
               : answer(200, R"({"errorCode":0,"data":{"total":1,"dataList":[{"_id":"x"}]}})");
  };
  const auto source = engine.source(
      "{connector: fxiaoke, app_id: a, app_secret: b, permanent_code: c, user: FSUID_1}",
      "{connection: f, api: cgi/crm/v2/data/query, id: _id, request: "
      "[{field: dataObjectApiName, value: AccountObj}]}");
  ASSERT_TRUE(source) << engine.said();
  const auto page =
      source->read(page_request(WindowKind::modified, "2023-07-22", "2023-07-22", 4), {});
  ASSERT_TRUE(page) << page.error().message;
  const auto& request = engine.http->requests[1];
  EXPECT_EQ(header(request, "authorization"), "Bearer T");
  EXPECT_EQ(header(request, "x-fs-ea"), "ea1");
  EXPECT_EQ(request.body,
            R"({"data":{"find_explicit_total_num":true,"search_query_info":{"orders":)"
            R"([{"fieldName":"last_modified_time","isAsc":true}],"offset":300,"limit":100,)"
            R"("filters":[{"field_name":"last_modified_time",)"
            R"("field_values":[1689955200000,1690041599999],"operator":"BETWEEN"}]},)"
            R"("dataObjectApiName":"AccountObj"}})");
  EXPECT_EQ(source->traits().result_cap, 10000);
  EXPECT_FALSE(source->traits().cap_may_rise);
}

}  // namespace
}  // namespace weir
