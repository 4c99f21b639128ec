// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connectors/dingtalk/dingtalk.h"
#include "connectors/http/engine_fixture.h"

// For tests: the connector with a scripted DingTalk.

namespace weir {

using http_test::answer;
using http_test::at_seconds;
using http_test::Engine;
using http_test::header;
using http_test::page_request;
using http_test::ScriptedHttpClient;

inline constexpr std::string_view connection =
    "{connector: dingtalk, app_key: dingkey, app_secret: dingsecret}";
inline constexpr std::string_view strategy = R"(
connection: dingtalk
api: v1.0/yida/processes/instances
method: POST
id: processInstanceId
number: serialNumberField_lgorr6rv
request:
  - {field: pageNumber, value: "1"}
  - {field: pageSize, value: "100"}
  - {field: appType, value: APP_RECEIPTS}
  - {field: systemToken, value: hexxx}
  - {field: userId, value: "0112233445566778"}
  - {field: formUuid, value: FORM-SKD}
  - field: searchFieldJson
    type: object
    children:
      - {field: selectField_lgkgut7x, value: 销售收款}
      - {field: serialNumberField_lgorr6rv}
)";
inline constexpr std::string_view page_body =
    R"({"totalCount":1,"pageNumber":1,"data":[{"processInstanceId":"c1765d21","version":31,)"
    R"("data":{"serialNumberField_lgorr6rv":"SK1","checkboxField_a":["x","y"]}}]})";

class Dingtalk : public testing::Test {
 protected:
  Dingtalk() {
    client->script = [this](const HttpClient::Request& request) {
      if (request.url.ends_with("/v1.0/oauth2/accessToken")) {
        ++logins;
        return answer(
            200, R"({"accessToken":"token-)" + std::to_string(logins) + R"(","expireIn":7200})");
      }
      HttpClient::Response page = answer(status, body);
      page.headers.emplace_back("Date", "Mon, 05 Jan 2026 01:31:07 GMT");
      return page;
    };
  }

  Result<SourcePage> read() {
    if (source == nullptr) {
      source = engine.source(connection, strategy);
    }
    return source->read(page_request(WindowKind::modified, "2026-01-01", "2026-01-31"), {});
  }
  Error refused_with(int with_status, std::string with_body) {
    status = with_status;
    body = std::move(with_body);
    const auto page = read();
    return page ? Error{ErrorKind::internal, "no error", "", std::nullopt} : page.error();
  }

  std::shared_ptr<ScriptedHttpClient> client = std::make_shared<ScriptedHttpClient>();
  Engine engine{make_dingtalk_connector(client), client, at_seconds(1767576667)};
  std::unique_ptr<Source> source;
  int logins = 0;
  int status = 200;
  std::string body{page_body};
};

}  // namespace weir
