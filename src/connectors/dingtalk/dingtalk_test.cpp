// SPDX-License-Identifier: Apache-2.0
#include "connectors/dingtalk/dingtalk_fixture.h"

namespace weir {
namespace {

TEST_F(Dingtalk, asks_exactly_as_the_official_sdk_does) {
  ASSERT_TRUE(read());
  ASSERT_EQ(client->requests.size(), 2U);
  const auto& login = client->requests[0];
  EXPECT_EQ(login.method, "POST");
  EXPECT_EQ(login.url, "https://api.dingtalk.com/v1.0/oauth2/accessToken");
  EXPECT_EQ(login.body, R"({"appKey":"dingkey","appSecret":"dingsecret"})");
  EXPECT_EQ(header(login, "x-acs-dingtalk-access-token"), "(none)");
  const auto& request = client->requests[1];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url,
            "https://api.dingtalk.com/v1.0/yida/processes/instances?pageNumber=1&pageSize=100");
  EXPECT_EQ(request.headers,
            (HttpClient::Headers{{"x-acs-dingtalk-access-token", "token-1"},
                                 {"accept", "application/json"},
                                 {"content-type", "application/json; charset=utf-8"}}));
  EXPECT_EQ(request.body,
            R"({"orderConfigJson":"{\"gmt_create\":\"+\"}","appType":"APP_RECEIPTS",)"
            R"("systemToken":"hexxx","userId":"0112233445566778","formUuid":"FORM-SKD",)"
            R"("searchFieldJson":"{\"selectField_lgkgut7x\":\"销售收款\"}",)"
            R"("modifiedFromTimeGMT":"2026-01-01","modifiedToTimeGMT":"2026-01-31"})");
}

TEST_F(Dingtalk, a_page_becomes_records) {
  const auto page = read();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->total, 1);
  EXPECT_EQ(page->calls, 1);
  EXPECT_EQ(page->server_time, at_seconds(1767576667));
  ASSERT_EQ(page->page.records.size(), 1U);
  EXPECT_EQ(page->page.records[0].id, "c1765d21");
  EXPECT_EQ(page->page.records[0].number, "SK1");
}

TEST_F(Dingtalk, neither_a_new_form_version_nor_the_order_of_choices_is_a_change) {
  const auto first = read();
  body = R"({"totalCount":1,"data":[{"data":{"checkboxField_a":["y","x"],)"
         R"("serialNumberField_lgorr6rv":"SK1"},"version":32,"processInstanceId":"c1765d21"}]})";
  const auto second = read();
  EXPECT_EQ(first->page.records[0].content, second->page.records[0].content);
  body = R"({"totalCount":1,"data":[{"data":{"checkboxField_a":["y"],)"
         R"("serialNumberField_lgorr6rv":"SK1"},"version":32,"processInstanceId":"c1765d21"}]})";
  EXPECT_NE(first->page.records[0].content, read()->page.records[0].content);
}

TEST_F(Dingtalk, windows_by_creation_and_without_ends) {
  source = engine.source(connection, strategy);
  ASSERT_TRUE(source->read(page_request(WindowKind::created, nullptr, "2026-01-31", 7), {}));
  const auto& request = client->requests.back();
  EXPECT_THAT(request.url, testing::EndsWith("?pageNumber=7&pageSize=100"));
  EXPECT_THAT(request.body, testing::HasSubstr(R"("createToTimeGMT":"2026-01-31"})"));
  EXPECT_THAT(request.body, testing::Not(testing::HasSubstr("FromTimeGMT")));
}

TEST_F(Dingtalk, both_versions_and_a_leading_slash_are_understood) {
  std::string second(strategy);
  second.replace(second.find("v1.0"), 4, "/v2.0");
  source = engine.source(connection, second);
  ASSERT_TRUE(source) << engine.said();
  ASSERT_TRUE(read());
  EXPECT_THAT(client->requests.back().url,
              testing::StartsWith("https://api.dingtalk.com/v2.0/yida/processes/instances?"));
}

TEST_F(Dingtalk, form_rows_are_paged_in_the_body) {
  body = R"({"totalCount":1,"currentPage":1,"data":[{"formInstanceId":"FINST-1",)"
         R"("formData":{"textField_a":"x"},"title":"t"}]})";
  source = engine.source(connection, R"(
connection: dingtalk
api: v1.0/yida/forms/instances/search
id: formInstanceId
request: {appType: A, systemToken: S, userId: u, formUuid: F, pageSize: 50}
)");
  ASSERT_TRUE(source) << engine.said();
  const auto page = read();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->page.records[0].id, "FINST-1");
  EXPECT_EQ(client->requests.back().url,
            "https://api.dingtalk.com/v1.0/yida/forms/instances/search");
  EXPECT_THAT(client->requests.back().body, testing::HasSubstr(R"("currentPage":1,"pageSize":50)"));
  EXPECT_THAT(client->requests.back().body,
              testing::HasSubstr(R"("dynamicOrder":"{\"gmt_create\":\"+\"}")"));
}

TEST_F(Dingtalk, the_token_is_kept_and_renewed_before_its_end) {
  ASSERT_TRUE(read());
  engine.clock.advance(std::chrono::seconds(6899));
  ASSERT_TRUE(read());
  EXPECT_EQ(logins, 1);
  engine.clock.advance(std::chrono::seconds(2));
  ASSERT_TRUE(read());
  EXPECT_EQ(logins, 2);
  EXPECT_EQ(header(client->requests.back(), "x-acs-dingtalk-access-token"), "token-2");
}

TEST_F(Dingtalk, a_refused_token_is_fetched_anew_and_the_call_replayed_once) {
  for (const int refusal : {400, 401}) {
    int refusals = 1;
    client->script = [&](const HttpClient::Request& request) {
      if (request.url.ends_with("accessToken")) {
        return answer(200, R"({"accessToken":"t","expireIn":7200})");
      }
      return refusals-- > 0
                 ? answer(refusal, R"({"code":"InvalidAuthentication",)"
                                   R"("requestid":"1","message":"不合法的access_token"})")
                 : answer(200, std::string(page_body));
    };
    const auto page = read();
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->calls, 2);
  }
}

TEST_F(Dingtalk, every_refusal_has_its_kind) {
  const auto coded = [&](int with_status, const std::string& code) {
    return refused_with(with_status,
                        R"({"code":")" + code + R"(","requestid":"R","message":"说明"})");
  };
  const std::string forbidden = "Forbidden.AccessDenied.";
  EXPECT_EQ(coded(403, forbidden + "QpsLimitForAppkeyAndApi").kind, ErrorKind::throttled);
  EXPECT_EQ(coded(403, forbidden + "QpsLimitForApi").kind, ErrorKind::throttled);
  EXPECT_EQ(coded(403, forbidden + "ApiCountLimitForOrg").kind, ErrorKind::exhausted);
  EXPECT_EQ(coded(403, forbidden + "AccessTokenPermissionDenied").kind, ErrorKind::unauthorized);
  EXPECT_EQ(coded(403, forbidden + "IpNotInWhiteList").kind, ErrorKind::unauthorized);
  EXPECT_EQ(coded(200, "failure.operation.requestTooFast").kind, ErrorKind::throttled);
  EXPECT_EQ(coded(403, "failure.operation.tooManyVisitors").kind, ErrorKind::throttled);
  EXPECT_EQ(coded(400, "Throttling.User").kind, ErrorKind::throttled);
  EXPECT_EQ(coded(503, "ServiceUnavailable").kind, ErrorKind::unavailable);
  EXPECT_EQ(coded(400, "ServiceUnavailable").kind, ErrorKind::unavailable);
  EXPECT_EQ(coded(400, "Missingbody").kind, ErrorKind::rejected);
  EXPECT_EQ(coded(200, "somethingElse").kind, ErrorKind::rejected);
  EXPECT_EQ(coded(400, "InvalidAuthentication").kind, ErrorKind::unauthorized);
  EXPECT_EQ(coded(400, "InvalidAuthentication").code, "InvalidAuthentication");
  EXPECT_THAT(coded(400, "Missingbody").message, testing::HasSubstr("说明"));
  const Error blocked =
      refused_with(200, R"({"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"})");
  EXPECT_EQ(blocked.kind, ErrorKind::throttled);
  EXPECT_EQ(blocked.retry_after, std::chrono::minutes(5));
}

TEST_F(Dingtalk, what_is_no_page_is_never_an_empty_page) {
  for (const char* text : {"", "{}", "[]", "null", "<html>busy</html>", R"({"totalCount":0})",
                           R"({"totalCount":0,"data":null})", R"({"data":{}})"}) {
    EXPECT_EQ(refused_with(200, text).kind, ErrorKind::corrupt) << text;
  }
  EXPECT_EQ(refused_with(502, "<html>bad gateway</html>").kind, ErrorKind::unavailable);
  EXPECT_EQ(refused_with(302, "").kind, ErrorKind::rejected);
}

TEST_F(Dingtalk, wrong_credentials_are_unauthorized) {
  client->script = [](const HttpClient::Request&) {
    return answer(400, R"({"code":"invalidClientIdOrSecret","message":"无效的clientId"})");
  };
  const auto page = read();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unauthorized);
  EXPECT_THAT(page.error().message, testing::HasSubstr("login"));
  EXPECT_THAT(page.error().message, testing::Not(testing::HasSubstr("dingsecret")));
}

TEST_F(Dingtalk, a_page_beyond_the_old_cap_proves_the_new_one) {
  source = engine.source(connection, strategy);
  EXPECT_EQ(source->traits().result_cap, 5000);
  EXPECT_TRUE(source->traits().cap_may_rise);
  ASSERT_TRUE(source->read(page_request(WindowKind::modified, nullptr, nullptr, 51), {}));
  EXPECT_EQ(source->traits().result_cap, 30000);
  EXPECT_FALSE(source->traits().cap_may_rise);
  source = engine.source(
      "{connector: dingtalk, app_key: k, app_secret: s, result_cap: 700, clock: utc, "
      "budget: {per_second: 3, per_minute: 60}}",
      strategy);
  ASSERT_TRUE(source) << engine.said();
  EXPECT_EQ(source->traits().result_cap, 700);
  EXPECT_FALSE(source->traits().cap_may_rise);
  EXPECT_DOUBLE_EQ(source->traits().calls_per_second, 3);
  EXPECT_EQ(source->traits().calls_per_minute, 60);
  EXPECT_EQ(source->traits().calls_per_month, 5000);
}

TEST_F(Dingtalk, all_faults_are_told_at_once_with_their_places) {
  EXPECT_FALSE(engine.source("{connector: dingtalk, app_key: k, clock: moon, budgett: 1}", R"(
connection: dingtalk
api: v1.0/yida/proceses/instances
method: POST
id: processInstanceId
request: []
)"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("app_secret"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("clock"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("did you mean `budget`"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("did you mean `v1.0/yida/processes/instances`"));
}

TEST_F(Dingtalk, a_page_size_above_100_is_refused_with_its_line) {
  std::string large(strategy);
  large.replace(large.find("\"100\""), 5, "\"101\"");
  EXPECT_FALSE(engine.source(connection, large));
  EXPECT_THAT(engine.said(), testing::HasSubstr("test.yaml:9: error: `pageSize` must be a whole "
                                                "number from 1 to 100, which is the most"));
  large.replace(large.find("\"101\""), 5, "\"ten\"");
  EXPECT_FALSE(engine.source(connection, large));
}

TEST_F(Dingtalk, search_fields_that_are_no_json_are_a_fault) {
  EXPECT_FALSE(engine.source(connection, R"(
connection: dingtalk
api: v1.0/yida/processes/instances
method: GET
id: processInstanceId
request:
  - {field: appType, value: A}
  - {field: systemToken, value: S}
  - {field: userId, value: u}
  - {field: searchFieldJson, value: "{oops"}
)"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("`searchFieldJson` must hold JSON"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("formUuid"));
  EXPECT_THAT(engine.said(), testing::HasSubstr("`method` must be `POST`"));
}

TEST_F(Dingtalk, a_check_asks_for_one_row) {
  source = engine.source(connection, strategy);
  Faults found;
  EXPECT_TRUE(source->check(found));
  EXPECT_TRUE(found.empty());
  EXPECT_THAT(client->requests.back().url, testing::EndsWith("pageNumber=1&pageSize=1"));
  status = 403;
  body = R"({"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","message":"没有权限"})";
  EXPECT_TRUE(source->check(found));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].message, testing::HasSubstr("Yida.Process.Read"));
  status = 503;
  body = "";
  EXPECT_FALSE(source->check(found));
}

}  // namespace
}  // namespace weir
