// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/yida_fixture.h"

#include <algorithm>
#include <sstream>

// What a test asks over the control address, and what the API then gives.

namespace weir::yida_sandbox {
namespace {

class ControlApiTest : public YidaStandIn {};

TEST_F(ControlApiTest, EveryFaultStrikesAsItsNameSays) {
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

TEST_F(ControlApiTest, AFaultWaitsItsTurnAndKnowsItsApi) {
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

TEST_F(ControlApiTest, CredentialsAreRevokedAndGivenBack) {
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

TEST_F(ControlApiTest, AFormIsRenamedAndItsRowsKeepTheirTimes) {
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

TEST_F(ControlApiTest, TheTruthIsWhatTheApiGives) {
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

TEST_F(ControlApiTest, ReceiptsAreChangedOverTheControlAddress) {
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

TEST_F(ControlApiTest, ReceiptsChangeWhilePagesAreRead) {
  log_in();
  control("faults", {{"live", {{"every_calls", 2}, {"add", 3}, {"delete", 1}, {"change", 1}}}});
  EXPECT_EQ(Json::parse(list().body)["totalCount"], 1000);
  EXPECT_EQ(Json::parse(list().body)["totalCount"], 1000);
  EXPECT_EQ(Json::parse(list().body)["totalCount"], 1002);
}

TEST_F(ControlApiTest, CountsWhatWasCalled) {
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

}  // namespace
}  // namespace weir::yida_sandbox
