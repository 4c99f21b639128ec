// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/yida_fixture.h"

// The API as its vendor documents it.

namespace weir::yida_sandbox {
namespace {

class YidaApiTest : public YidaStandIn {};

TEST_F(YidaApiTest, GivesTokensAsDocumented) {
  const std::string path = "/v1.0/oauth2/accessToken";
  expect_error(send("POST", path, "appKey=a&appSecret=b", "application/x-www-form-urlencoded"), 400,
               "Missingbody");
  expect_error(send("POST", path, "{}"), 400, "MissingappKey");
  expect_error(send("POST", path, R"({"appKey":"a","appSecret":"wrong"})"), 400,
               "invalidClientIdOrSecret");
  const auto good = Json::parse(send("POST", path, R"({"appKey":"a","appSecret":"b"})").body);
  EXPECT_EQ(good["expireIn"], 7200);
  const auto again = Json::parse(send("POST", path, R"({"appKey":"a","appSecret":"b"})").body);
  EXPECT_EQ(good["accessToken"], again["accessToken"]);
  const auto old = Json::parse(send("GET", "/gettoken?appkey=a&appsecret=b", "").body);
  EXPECT_EQ(old["access_token"], good["accessToken"]);
  EXPECT_EQ(old["errcode"], 0);
  EXPECT_EQ(Json::parse(send("GET", "/gettoken?appkey=a&appsecret=wrong", "").body)["errcode"],
            40096);
}

TEST_F(YidaApiTest, RefusesATokenThatIsNoneOrWasRevoked) {
  expect_error(list(), 400, "InvalidAuthentication");
  log_in();
  EXPECT_EQ(list().status, 200);
  control("faults", {{"revoke_tokens", true}});
  expect_error(list(), 400, "InvalidAuthentication");
  log_in();
  EXPECT_EQ(list().status, 200);
}

TEST_F(YidaApiTest, ATokenEnds) {
  Settings settings = unlimited();
  settings.token_life = std::chrono::seconds(0);
  world_.settings.write(settings);
  log_in();
  expect_error(list(), 400, "InvalidAuthentication");
}

TEST_F(YidaApiTest, PagingStandsInTheQueryAndNotInTheBody) {
  log_in();
  const Json page =
      Json::parse(list("?pageNumber=3&pageSize=7", {{"pageNumber", 1}, {"pageSize", 100}}).body);
  EXPECT_EQ(page["pageNumber"], 3);
  EXPECT_EQ(page["data"].size(), 7U);
  EXPECT_EQ(page["totalCount"], 1000);
  EXPECT_EQ(page.size(), 3U);
  EXPECT_EQ(Json::parse(list("").body)["data"].size(), 10U);
  expect_error(list("?pageNumber=1&pageSize=101"), 400, "invalidParameter.pageSize");
  expect_error(list("?pageNumber=0&pageSize=10"), 400, "invalidParameter.pageNumber");
  EXPECT_EQ(Json::parse(list("?pageNumber=11&pageSize=100").body)["data"].size(), 0U);
}

TEST_F(YidaApiTest, NamesWhatIsMissing) {
  log_in();
  expect_error(send("POST", kInstances, "{}"), 400, "MissingappType");
  expect_error(send("POST", kInstances, "no json"), 400, "Missingbody");
  expect_error(list("", {{"formUuid", nullptr}}), 400, "MissingformUuid");
  EXPECT_EQ(send("POST", "/v1.0/yida/nothing", "{}").status, 404);
  expect_error(list("", {{"searchFieldJson", R"({"nosuch":"x"})"}}), 400,
               "invalidParameter.searchFieldJson");
  expect_error(list("", {{"createFromTimeGMT", "yesterday"}}), 400,
               "invalidParameter.createFromTimeGMT");
  expect_error(list("", {{"instanceStatus", "DONE"}}), 400, "invalidParameter.instanceStatus");
}

TEST_F(YidaApiTest, ASearchThatIsAnObjectHasNoEffect) {
  log_in();
  const Json page = Json::parse(list("", {{"searchFieldJson", Json{{"nosuch", "x"}}}}).body);
  EXPECT_EQ(page["totalCount"], 1000);
}

TEST_F(YidaApiTest, BothClocksShowTheSameMoment) {
  log_in();
  const Json order{{"orderConfigJson", R"({"gmt_create":"+"})"}};
  const std::string local = Json::parse(list("", order).body)["data"][0]["createTimeGMT"];
  control("settings", {{"clock", "utc"}});
  const std::string utc = Json::parse(list("", order).body)["data"][0]["createTimeGMT"];
  EXPECT_EQ(parse_moment(utc)->moment, parse_moment(local.substr(0, 16))->moment);
  EXPECT_NE(utc, local);
}

TEST_F(YidaApiTest, TheCapBehavesAsSet) {
  log_in();
  control("settings", {{"result_cap", 250}});
  const auto rows = [&](int page) {
    return Json::parse(list("?pageSize=100&pageNumber=" + std::to_string(page)).body);
  };
  EXPECT_EQ(rows(3)["data"].size(), 50U);
  EXPECT_EQ(rows(4)["data"].size(), 0U);
  EXPECT_EQ(rows(4)["totalCount"], 1000);
  control("settings", {{"beyond_cap", "clip"}});
  EXPECT_EQ(rows(1)["totalCount"], 250);
  control("settings", {{"beyond_cap", "error"}});
  expect_error(list("?pageSize=100&pageNumber=4"), 400, "invalidParameter.pageNumber");
}

TEST_F(YidaApiTest, ThrottlesByAppAndApiAndByMonth) {
  log_in();
  expect_error(list("", {{"formUuid", "FORM-QPS"}}), 403,
               "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi");
  expect_error(list("", {{"formUuid", "FORM-DENIED"}}), 403,
               "Forbidden.AccessDenied.AccessTokenPermissionDenied");
  Limiter limiter;
  EXPECT_FALSE(limiter.admit("a", "x", 1, 2, 0, true).has_value());
  EXPECT_FALSE(limiter.admit("a", "x", 1, 2, 0, true).has_value());
  EXPECT_TRUE(limiter.admit("a", "x", 1, 2, 0, true).has_value());
  EXPECT_FALSE(limiter.admit("b", "x", 1, 2, 0, true).has_value());
  EXPECT_FALSE(limiter.admit("a", "y", 1, 2, 0, true).has_value());
  EXPECT_FALSE(limiter.admit("a", "x", 2, 2, 0, true).has_value());
  EXPECT_EQ(limiter.month_count(), 5);
  EXPECT_EQ(limiter.admit("a", "x", 3, 2, 5, true)->code,
            "Forbidden.AccessDenied.ApiCountLimitForOrg");
  EXPECT_FALSE(limiter.admit("a", "token", 3, 2, 5, false).has_value());
}

TEST_F(YidaApiTest, AliasesReplaceTheBaseKeyOnly) {
  log_in();
  const Json wanted{{"useAlias", true}};
  const Json first = Json::parse(list("", wanted).body)["data"][0]["data"];
  EXPECT_TRUE(first.contains("selectField_lgkgut7x"));
  const Json second =
      Json::parse(list("", wanted, "/v2.0/yida/processes/instances").body)["data"][0]["data"];
  EXPECT_TRUE(second.contains("ReceiptType"));
  EXPECT_FALSE(second.contains("selectField_lgkgut7x"));
  EXPECT_TRUE(second.contains("selectField_lgkgut7x_id"));
}

TEST_F(YidaApiTest, TheSisterApisHaveTheirShapes) {
  log_in();
  const Json ids =
      Json::parse(list("?pageSize=5", Json::object(), "/v2.0/yida/processes/instanceIds").body);
  ASSERT_EQ(ids["data"].size(), 5U);
  const std::string context = "?appType=a&systemToken=t&userId=u&formUuid=FORM-SKD";
  const std::string id = ids["data"][0];
  const Json form = Json::parse(send("GET", "/v1.0/yida/forms/instances/" + id + context, "").body);
  EXPECT_EQ(form["formInstId"], id);
  const Json paging{{"currentPage", 2}, {"pageSize", 5}, {"pageNumber", 2}};
  const Json search = Json::parse(list("", paging, "/v1.0/yida/forms/instances/search").body);
  EXPECT_EQ(search["currentPage"], 2);
  EXPECT_TRUE(search["data"][0].contains("createdTimeGMT"));
  const Json all =
      Json::parse(list("", paging, "/v1.0/yida/forms/instances/advances/queryAll").body);
  EXPECT_TRUE(all["data"][0].contains("createTimeGMT"));
  EXPECT_TRUE(all["data"][0].contains("serialNumber"));
  const auto bare = list("", {{"pageSize", 100}}, "/v1.0/yida/forms/instances/advances/query");
  EXPECT_EQ(bare.body.find("tableField_"), std::string::npos);
  const Json batch = Json::parse(send("GET",
                                      "/v1.0/yida/processes/instances/searchWithIds" + context +
                                          "&processInstanceIds=" + id + ",nosuch",
                                      "")
                                     .body);
  ASSERT_EQ(batch["result"].size(), 1U);
  EXPECT_FALSE(batch["result"][0].contains("createTimeGMT"));
  const Json fields =
      Json::parse(send("GET", "/v1.0/yida/forms/definitions/APP/FORM-SKD" + context, "").body);
  EXPECT_GT(fields["result"].size(), 25U);
}

TEST_F(YidaApiTest, InnerTablesPageThroughAllRows) {
  log_in();
  const std::string id = world_.store.generator().id(23);
  const std::string path = "/v1.0/yida/forms/innerTables/" + id +
                           "?appType=a&systemToken=t&userId=u&formUuid=F&tableFieldId=";
  const Json page =
      Json::parse(send("GET", path + "tableField_lgkgut8m&pageNumber=2&pageSize=50", "").body);
  EXPECT_GT(page["totalCount"].get<int>(), 50);
  EXPECT_EQ(page["data"].size(), page["totalCount"].get<std::size_t>() - 50);
  expect_error(send("GET", path + "textField_lgkgut82", ""), 400, "invalidParameter.tableFieldId");
}

}  // namespace
}  // namespace weir::yida_sandbox
