// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/yida_api.h"

#include "sandbox/dingtalk/control_api.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace weir::yida_sandbox {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kInstances = "/v1.0/yida/processes/instances";

GeneratorOptions api_options_of(std::uint32_t records) {
  GeneratorOptions options;
  options.records = records;
  options.from = parse_moment("2026-01-01")->moment;
  options.to = parse_moment("2026-02-10")->moment;
  return options;
}

Settings unlimited() {
  Settings settings;
  settings.qps = 0;
  return settings;
}

// A stand-in without its network.
class YidaApiTest : public testing::Test {
 protected:
  ServerResponse send(std::string method, std::string target, const std::string& body,
                      const std::string& type = "application/json; charset=utf-8") {
    ServerRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = body;
    request.headers = {{"Content-Type", type}, {"X-Acs-Dingtalk-Access-Token", token_}};
    return request.target.starts_with(ControlApi::kPrefix) ? control_.answer(request)
                                                           : api_.answer(request);
  }
  void log_in() {
    const auto answer =
        send("POST", "/v1.0/oauth2/accessToken", R"({"appKey":"key","appSecret":"secret"})");
    token_ = Json::parse(answer.body).value("accessToken", "");
    EXPECT_EQ(token_.size(), 32U);
  }
  ServerResponse list(const std::string& paging = "?pageNumber=1&pageSize=10",
                      const Json& more = Json::object(), const std::string& path = kInstances) {
    Json body{{"appType", "APP"}, {"systemToken", "t"}, {"userId", "u"}, {"formUuid", "FORM-SKD"}};
    body.update(more);
    return send("POST", path + paging, body.dump());
  }
  Json control(const std::string& what, const Json& body) {
    const auto answer = send("POST", std::string(ControlApi::kPrefix) + what, body.dump());
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::parse(answer.body);
  }
  static void expect_error(const ServerResponse& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body;
    const Json body = Json::parse(answer.body, nullptr, false);
    ASSERT_TRUE(body.is_object()) << answer.body;
    EXPECT_EQ(body.value("code", ""), code);
    EXPECT_TRUE(body.contains("message"));
    EXPECT_TRUE(body.contains("requestid"));
  }
  static std::string drain(const ServerResponse& answer) {
    std::string all;
    for (std::string piece = answer.pieces(); !piece.empty(); piece = answer.pieces()) {
      all += piece;
    }
    return all;
  }

  World world_{api_options_of(1000), unlimited(), {}};
  YidaApi api_{world_};
  ControlApi control_{world_};
  std::string token_;
};

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

TEST_F(YidaApiTest, EveryFaultStrikesAsItsNameSays) {
  log_in();
  const auto next = [&](const char* kind) {
    control("faults", {{kind, Json{{"next", 1}}}});
    return list();
  };
  expect_error(next("token"), 400, "InvalidAuthentication");
  expect_error(next("qps"), 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi");
  expect_error(next("api_qps"), 403, "Forbidden.AccessDenied.QpsLimitForApi");
  expect_error(next("quota"), 403, "Forbidden.AccessDenied.ApiCountLimitForOrg");
  expect_error(next("too_fast"), 403, "failure.operation.requestTooFast");
  expect_error(next("too_many"), 403, "failure.operation.tooManyVisitors");
  expect_error(next("permission"), 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied");
  expect_error(next("address"), 403, "Forbidden.AccessDenied.IpNotInWhiteList");
  expect_error(next("unavailable"), 503, "ServiceUnavailable");
  expect_error(next("code_200"), 200, "ServiceUnavailable");
  EXPECT_EQ(next("http500").status, 500);
  EXPECT_EQ(next("http502").status, 502);
  EXPECT_NE(next("html").body.find("<html>"), std::string::npos);
  EXPECT_EQ(next("empty_body").body, "");
  EXPECT_EQ(next("empty_object").body, "{}");
  EXPECT_NE(next("punish").body.find("\"status\":1111"), std::string::npos);
  EXPECT_NE(next("punish_html").body.find("\"status\":1111"), std::string::npos);
  EXPECT_EQ(next("punish_html").body.rfind("<!DOCTYPE html>", 0), 0U);
  EXPECT_EQ(next("reset").fault, ServerFault::reset);
  EXPECT_GT(next("hang").delay, std::chrono::hours(1));
  const auto endless = next("endless");
  EXPECT_EQ(endless.pieces(), R"({"totalCount":1,"data":[)");
  EXPECT_EQ(endless.pieces(), std::string(65536, ' '));
  EXPECT_EQ(next("cut").fault, ServerFault::cut);
  EXPECT_EQ(next("slow").delay, std::chrono::milliseconds(5000));
  EXPECT_TRUE(Json::parse(next("bad_json").body, nullptr, false).is_discarded());
  EXPECT_EQ(Json::parse(next("empty_page").body)["data"].size(), 0U);
  control("faults", {{"repeat_page", Json{{"next", 1}}}});
  const Json repeated = Json::parse(list("?pageNumber=2&pageSize=10").body);
  EXPECT_EQ(repeated["data"], Json::parse(list().body)["data"]);
  control("faults", {{"previous_page", Json{{"next", 1}}}});
  const Json previous = Json::parse(list("?pageNumber=3&pageSize=10").body);
  EXPECT_EQ(previous["data"], Json::parse(list("?pageNumber=2&pageSize=10").body)["data"]);
  EXPECT_EQ(Json::parse(next("total_high").body)["totalCount"], 1101);
  EXPECT_FALSE(Json::parse(next("no_data").body).contains("data"));
  EXPECT_EQ(list().status, 200);
}

TEST_F(YidaApiTest, AFaultWaitsItsTurnAndKnowsItsApi) {
  log_in();
  control("faults", {{"http500", Json{{"next", 2}, {"skip", 1}, {"api", "processes/instances"}}}});
  EXPECT_EQ(list("", Json::object(), "/v1.0/yida/processes/instanceIds").status, 200);
  EXPECT_EQ(list().status, 200);
  EXPECT_EQ(list().status, 500);
  EXPECT_EQ(list().status, 500);
  EXPECT_EQ(list().status, 200);
  control("faults", {{"http502", 1.0}});
  EXPECT_EQ(list().status, 502);
  control("faults", {{"clear", true}});
  EXPECT_EQ(list().status, 200);
}

TEST_F(YidaApiTest, CredentialsAreRevokedAndGivenBack) {
  log_in();
  EXPECT_EQ(control("faults", {{"revoke_credentials", true}})["revoke_credentials"], true);
  expect_error(list(), 400, "InvalidAuthentication");
  const std::string path = "/v1.0/oauth2/accessToken";
  const std::string keys = R"({"appKey":"key","appSecret":"secret"})";
  expect_error(send("POST", path, keys), 400, "invalidClientIdOrSecret");
  control("faults", {{"http500", nullptr}});
  expect_error(send("POST", path, keys), 400, "invalidClientIdOrSecret");
  control("faults", {{"revoke_credentials", false}});
  expect_error(list(), 400, "InvalidAuthentication");
  log_in();
  EXPECT_EQ(list().status, 200);
  control("faults", {{"revoke_credentials", true}});
  EXPECT_EQ(control("faults", {{"clear", true}})["revoke_credentials"], false);
}

TEST_F(YidaApiTest, AFormIsRenamedAndItsRowsKeepTheirTimes) {
  log_in();
  const Json before = Json::parse(list().body)["data"];
  control("settings", {{"form_name", "回款单"}, {"form_version", 77}});
  const Json after = Json::parse(list().body)["data"];
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(after[i]["title"].get<std::string>().ends_with("回款单"));
    EXPECT_EQ(after[i]["version"], 77);
    EXPECT_EQ(after[i]["modifiedTimeGMT"], before[i]["modifiedTimeGMT"]);
    EXPECT_EQ(after[i]["data"], before[i]["data"]);
  }
  EXPECT_NE(drain(send("GET", "/_sandbox/truth", "")).find("回款单"), std::string::npos);
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

TEST_F(YidaApiTest, TheTruthIsWhatTheApiGives) {
  log_in();
  const Json page = Json::parse(
      list("?pageSize=100", {{"orderConfigJson", R"({"gmt_create":"+"})"}}).body)["data"];
  std::istringstream lines(drain(send("GET", "/_sandbox/truth?form=FORM-SKD", "")));
  std::string line;
  for (const Json& row : page) {
    ASSERT_TRUE(std::getline(lines, line));
    EXPECT_EQ(Json::parse(line), row);
  }
  const std::string ids = drain(send("GET", "/_sandbox/truth?ids_only=1&status=COMPLETED", ""));
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(ids.begin(), ids.end(), '\n')),
            world_.store.counts().completed);
}

TEST_F(YidaApiTest, ReceiptsAreChangedOverTheControlAddress) {
  log_in();
  const Json added =
      control("add", {{"count", 2}, {"fields", {{"numberField_lgkgut81", "128000.50"}}}});
  EXPECT_EQ(added["count"], 2);
  const std::string id = added["ids"][0];
  const std::string one =
      "/v1.0/yida/processes/instancesInfos/" + id + "?appType=a&systemToken=t&userId=u";
  const auto body = send("GET", one, "").body;
  EXPECT_NE(body.find(R"("numberField_lgkgut81":128000.5,)"), std::string::npos);
  EXPECT_NE(body.find(R"("numberField_lgkgut81_value":"128000.50")"), std::string::npos);
  control("change", {{"ids", {id}}, {"fields", {{"selectField_lgkgut7x", "退款"}}}});
  const Json changed = Json::parse(send("GET", one, "").body)["data"];
  EXPECT_EQ(changed["selectField_lgkgut7x"], "退款");
  EXPECT_EQ(changed["selectField_lgkgut7x_id"], "退款");
  control("delete", {{"ids", {id}}});
  EXPECT_EQ(send("GET", one, "").status, 400);
  EXPECT_EQ(control("approve", {{"count", 3}})["count"], 3);
  EXPECT_EQ(send("POST", "/_sandbox/change", R"({"counts":1})").status, 400);
  EXPECT_EQ(send("POST", "/_sandbox/settings", R"({"clock":"mars"})").status, 400);
  EXPECT_EQ(send("POST", "/_sandbox/faults", R"({"fire":1})").status, 400);
}

TEST_F(YidaApiTest, ReceiptsChangeWhilePagesAreRead) {
  log_in();
  control("faults", {{"live", {{"every_calls", 2}, {"add", 3}, {"delete", 1}, {"change", 1}}}});
  EXPECT_EQ(Json::parse(list().body)["totalCount"], 1000);
  EXPECT_EQ(Json::parse(list().body)["totalCount"], 1000);
  EXPECT_EQ(Json::parse(list().body)["totalCount"], 1002);
}

TEST_F(YidaApiTest, CountsWhatWasCalled) {
  log_in();
  list();
  list("", {{"formUuid", "FORM-QPS"}});
  const Json stats = Json::parse(send("GET", "/_sandbox/stats", "").body);
  EXPECT_EQ(stats["calls"], 3);
  EXPECT_EQ(stats["throttled"], 1);
  EXPECT_EQ(stats["tokens_issued"], 1);
  EXPECT_EQ(stats["month_calls"], 1);
  const Json api = stats["apis"]["POST /v1.0/yida/processes/instances"];
  EXPECT_EQ(api["calls"], 2);
  EXPECT_EQ(api["statuses"]["403"], 1);
  EXPECT_GE(api["max_per_second"].get<int>(), 1);
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
