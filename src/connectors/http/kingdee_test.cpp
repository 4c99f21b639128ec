// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/engine_fixture.h"

namespace weir {
namespace {

using http_test::answer;
using http_test::at_seconds;
using http_test::Engine;
using http_test::header;
using http_test::page_request;

// 金蝶云星空: signed headers, no login; offsets; rows that are lists; errors in a list in a list.
constexpr std::string_view kingdee = R"(
version: 1
name: k3cloud
title: 金蝶云星空
timezone: Asia/Shanghai
spec:
  connection_specification:
    required: [base_url, acct_id, username, app_id, app_secret]
    properties:
      base_url: {type: string}
      acct_id: {type: string}
      username: {type: string}
      app_id: {type: string}
      app_secret: {type: string, airbyte_secret: true}
      lcid: {type: integer, default: 2052}
      org: {type: integer, default: 0}
account: "{{ config.base_url }} {{ config.username }}"
variables:
  appdata: "{{ config.acct_id }},{{ config.username }},{{ config.lcid }},{{ config.org }}"
  client_secret: >-
    {{ config.app_id | split('_', 1) | base64decode | xor('0054f397c6234378b09ca7d3e5debce7') | base64encode }}
definitions:
  requester:
    url_base: "{{ config.base_url }}"
    http_method: POST
    request_headers:
      X-Api-ClientID: "{{ config.app_id | split('_', 0) }}"
      X-Api-Auth-Version: "2.0"
      x-api-timestamp: "{{ request.now_s }}"
      x-api-nonce: "{{ request.now_s }}"
      x-api-signheaders: x-api-timestamp,x-api-nonce
      X-Kd-Appkey: "{{ config.app_id }}"
      X-Kd-Appdata: "{{ variables.appdata | base64encode }}"
    request_body_json:
      data: {TopRowCount: 0, OrderString: "FModifyDate,FID"}
    signers:
      - name: api
        text: "POST\n{{ request.path | urlencode }}\n\nx-api-nonce:{{ request.now_s }}\nx-api-timestamp:{{ request.now_s }}\n"
        digest: hmac-sha256
        key: "{{ variables.client_secret }}"
        encode: base64_of_hex
        place: {inject_into: header, field_name: X-Api-Signature}
      - name: kd
        text: "{{ config.app_id }}{{ variables.appdata }}"
        digest: hmac-sha256
        key: "{{ config.app_secret }}"
        encode: base64_of_hex
        place: {inject_into: header, field_name: X-Kd-Signature}
  paginator:
    pagination_strategy: {type: OffsetIncrement, page_size: 2000, page_size_max: 10000}
    page_token_option: {inject_into: body_json, field_path: [data, StartRow]}
    page_size_option: {inject_into: body_json, field_path: [data, Limit]}
  window:
    by: modified
    inject:
      - inject_into: body_json
        field_path: [data, FilterString]
        value: >-
          {{ parameters.FilterString | default('1=1') }} and FModifyDate >= '{{ window.from | default('1990-01-01 00:00:00') }}'
          and FModifyDate < '{{ window.until }}'
streams:
  - name: ExecuteBillQuery
    requester:
      $ref: "#/definitions/requester"
      path: Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc
      error_handler:
        error_message_path: "0.0.Result.ResponseStatus.Errors.0.Message"
        error_code_path: "0.0.Result.ResponseStatus.MsgCode"
        response_filters:
          - {path: "0.0.Result.ResponseStatus.MsgCode", equals: [1, 2], action: FAIL, failure_type: unauthorized}
          - {path: "0.0.Result.ResponseStatus.MsgCode", equals: 14, action: RATE_LIMITED}
          - {path: "0.0.Result.ResponseStatus", action: FAIL}
    paginator: {$ref: "#/definitions/paginator"}
    incremental_sync: {$ref: "#/definitions/window"}
    parameters: {inject_into: body_json, field_path: [data], fields: [{name: FieldKeys, required: true}]}
    record_selector: {extractor: {field_path: []}, columns: "{{ parameters.FieldKeys }}"}
  - name: BillQuery
    requester:
      $ref: "#/definitions/requester"
      path: Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.BillQuery.common.kdsvc
      error_handler:
        error_message_path: Result.ResponseStatus.Errors.0.Message
        error_code_path: Result.ResponseStatus.MsgCode
        response_filters:
          - {path: Result.ResponseStatus.MsgCode, equals: 1, action: FAIL, failure_type: unauthorized}
          - {path: Result.ResponseStatus, action: FAIL}
    paginator: {$ref: "#/definitions/paginator"}
    incremental_sync: {$ref: "#/definitions/window"}
    parameters: {inject_into: body_json, field_path: [data]}
    record_selector: {extractor: {field_path: []}}
)";
constexpr std::string_view kingdee_connection = R"(
connector: k3cloud
base_url: https://erp.example.com/k3cloud/
acct_id: 62f3c9b0acct
username: tester
app_id: 204399_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX
app_secret: topsecret
)";
constexpr std::string_view rows_strategy = R"(
connection: k
api: ExecuteBillQuery
id: FID
number: FBillNo
request:
  - {field: FormId, value: SAL_SaleOrder}
  - {field: FieldKeys, value: "FID,FBillNo, FAmount"}
)";

class Kingdee : public testing::Test {
 protected:
  Kingdee() {
    engine.http->script = [this](const HttpClient::Request&) { return answer(200, body); };
  }
  Engine engine{kingdee, at_seconds(1700000000)};
  std::string body = R"([[100001,"XS001",12.50],[100002,"XS002",null]])";
};

TEST_F(Kingdee, signs_headers_as_the_official_clients_do) {
  const auto source = engine.source(kingdee_connection, rows_strategy);
  ASSERT_TRUE(source) << engine.said();
  ASSERT_TRUE(source->read(page_request(WindowKind::full, nullptr, nullptr), {}));
  const auto& request = engine.http->requests[0];
  EXPECT_EQ(header(request, "X-Api-ClientID"), "204399");
  EXPECT_EQ(header(request, "X-Api-Signature"),
            "N2M1YmZlZTUyZjc5YTRjMzU0MjkxMWVjODQ0YWEwZjQ0NzQyNWZjZjcwNGFhNzg0MzMxOGI5ZmI4YjNlMzUxOA"
            "==");
  EXPECT_EQ(header(request, "X-Kd-Appdata"), "NjJmM2M5YjBhY2N0LHRlc3RlciwyMDUyLDA=");
  EXPECT_EQ(header(request, "X-Kd-Signature"),
            "MmIwNjEzMjE3NzdlN2NmNjk3MDJkMGNkZGE1ZmFhYmM1OGNlMjA2MDljMjMxN2E1ZWYxOWZhNjQzOWU3MGQwNQ"
            "==");
}

TEST_F(Kingdee, rows_get_the_names_of_their_columns) {
  const auto source = engine.source(kingdee_connection, rows_strategy);
  const auto page =
      source->read(page_request(WindowKind::modified, "2026-01-01", "2026-01-31", 3), {});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->page.records.size(), 2U);
  EXPECT_EQ(page->page.records[0].id, "100001");
  EXPECT_EQ(page->page.records[0].number, "XS001");
  EXPECT_EQ(page->page.raw(page->page.records[0]),
            R"({"FID":100001,"FBillNo":"XS001","FAmount":12.50})");
  EXPECT_FALSE(page->total);
  EXPECT_EQ(engine.http->requests[0].body,
            R"({"data":{"TopRowCount":0,"OrderString":"FModifyDate,FID","FormId":"SAL_SaleOrder",)"
            R"("FieldKeys":"FID,FBillNo, FAmount","StartRow":4000,"Limit":2000,)"
            R"("FilterString":"1=1 and FModifyDate >= '2026-01-01 00:00:00' and )"
            R"(FModifyDate < '2026-02-01 00:00:00'"}})");
}

TEST_F(Kingdee, a_list_of_columns_is_joined_by_its_parser) {
  const auto source = engine.source(kingdee_connection, R"(
connection: k
api: ExecuteBillQuery
id: FID
request:
  - {field: FieldKeys, value: [FID, FBillNo, FAmount], parser: {name: ArrayToString, params: ","}}
)");
  ASSERT_TRUE(source) << engine.said();
  const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->page.records[1].id, "100002");
  EXPECT_THAT(engine.http->requests[0].body,
              testing::HasSubstr(R"("FieldKeys":"FID,FBillNo,FAmount")"));
}

TEST_F(Kingdee, errors_are_found_inside_the_rows) {
  const auto source = engine.source(kingdee_connection, rows_strategy);
  const auto error_of = [&](std::string text) {
    body = std::move(text);
    const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
    return page ? Error{} : page.error();
  };
  const Error lost = error_of(
      R"([[{"Result":{"ResponseStatus":{"ErrorCode":500,"IsSuccess":false,"Errors":[{"FieldName":null,)"
      R"("Message":"会话信息已丢失，请重新登录","DIndex":0}],"SuccessEntitys":[],"SuccessMessages":[],)"
      R"("MsgCode":1}}}]])");
  EXPECT_EQ(lost.kind, ErrorKind::unauthorized);
  EXPECT_EQ(lost.code, "1");
  EXPECT_THAT(lost.message, testing::HasSubstr("会话信息已丢失"));
  EXPECT_EQ(error_of(R"([[{"Result":{"ResponseStatus":{"MsgCode":14,"Errors":[]}}}]])").kind,
            ErrorKind::throttled);
  EXPECT_EQ(error_of(R"([[{"Result":{"ResponseStatus":{"MsgCode":9,"Errors":[]}}}]])").kind,
            ErrorKind::rejected);
  EXPECT_EQ(error_of(R"([[1,2]])").kind, ErrorKind::corrupt);
}

TEST_F(Kingdee, an_empty_answer_is_the_last_page) {
  const auto source = engine.source(kingdee_connection, rows_strategy);
  body = "[]";
  const auto page = source->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->page.records.empty());
}

TEST_F(Kingdee, objects_come_as_they_are) {
  const auto source =
      engine.source(kingdee_connection, "{connection: k, api: BillQuery, id: FID, request: []}");
  ASSERT_TRUE(source) << engine.said();
  body = R"([{"FID":7,"FBillNo":"A"}])";
  EXPECT_EQ(source->read(page_request(WindowKind::full, nullptr, nullptr), {})->page.records[0].id,
            "7");
  body = R"({"Result":{"ResponseStatus":{"MsgCode":4,"Errors":[{"Message":"标识"}]}}})";
  EXPECT_EQ(source->read(page_request(WindowKind::full, nullptr, nullptr), {}).error().kind,
            ErrorKind::rejected);
}

TEST_F(Kingdee, a_required_field_that_is_missing_is_a_fault) {
  EXPECT_FALSE(engine.source(kingdee_connection,
                             "{connection: k, api: ExecuteBillQuery, id: FID, request: []}"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("FieldKeys"));
}

}  // namespace
}  // namespace weir
