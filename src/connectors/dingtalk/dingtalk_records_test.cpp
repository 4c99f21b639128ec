// SPDX-License-Identifier: Apache-2.0
#include "connectors/dingtalk/dingtalk_fixture.h"

#include <map>

namespace weir {
namespace {

// 2026-01-05 01:31:07 UTC, 09:31:07 in Shanghai; the fixture's answers carry it as their Date.
constexpr std::int64_t now_seconds = 1767576667;

std::string rows(int from, int to) {
  std::string list = "[";
  for (int row = from; row < to; ++row) {
    list += (row == from ? "" : ", ") + std::string(R"({"textField_r": "row )") +
            std::to_string(row) + R"("})";
  }
  return list + "]";
}

class DingtalkRecords : public Dingtalk {
 protected:
  // Answers innerTables with pages of `all` rows, and keeps the rest of the fixture's script.
  void serve_sub_table(int all) {
    const auto pages = client->script;
    client->script = [this, pages,
                      all](const HttpClient::Request& request) -> Result<HttpClient::Response> {
      if (request.url.find("/innerTables/") == std::string::npos) {
        return pages(request);
      }
      const auto at = request.url.find("pageNumber=");
      const int number = std::stoi(request.url.substr(at + 11));
      inner.push_back(request);
      return answer(200, R"({"totalCount":)" + std::to_string(all) + R"(,"data":)" +
                             rows(50 * (number - 1), std::min(50 * number, all)) + "}");
    };
  }
  void with_list(int length, const std::string& modified = "2026-01-04T10:00Z") {
    raw = R"({"processInstanceId":"c1765d21","modifiedTimeGMT":")" + modified +
          R"(", "data":{"numberField_a":1.50,"tableField_t":)" + rows(0, length) +
          R"( ,"textField_b":"x"}})";
    body = R"({"totalCount":2,"data":[)" + raw + R"(, {"processInstanceId":"b","data":{}}]})";
  }
  PageRecord only(const std::string& instance, const char* settings = "") {
    body = R"({"totalCount":1,"data":[)" + instance + "]}";
    source = engine.source(
        "{connector: dingtalk, app_key: k, app_secret: s" + std::string(settings) + "}", strategy);
    const auto page = read();
    EXPECT_TRUE(page) << page.error().message;
    return page ? page->page.records.at(0) : PageRecord();
  }

  std::string raw;
  std::vector<HttpClient::Request> inner;
};

TEST_F(DingtalkRecords, its_times_are_what_the_connections_clock_says) {
  const std::map<std::string, std::pair<std::int64_t, std::int64_t>> cases{
      // As local time of Shanghai, and as UTC.
      {"2026-01-05T09:31Z", {1767576660, 1767605460}},
      {"2026-01-05T09:31:07Z", {1767576667, 1767605467}},
      {"2026-01-05 09:31:07", {1767576667, 1767576667}},
      {"2026-01-05", {1767542400, 1767542400}}};
  for (const auto& [text, seconds] : cases) {
    const std::string instance = R"({"processInstanceId":"a","data":{},"modifiedTimeGMT":")" +
                                 text + R"(","createTimeGMT":")" + text + R"("})";
    for (const char* clock : {"", ", clock: local", ", clock: utc"}) {
      const bool utc = std::string_view(clock).ends_with("utc");
      const PageRecord record = only(instance, clock);
      const auto expected = at_seconds(utc ? seconds.second : seconds.first);
      EXPECT_EQ(record.changed_at, expected) << text << clock;
      EXPECT_EQ(record.created_at, expected) << text << clock;
      const std::vector<std::string> names{"extend.createTimeGMT", "extend.modifiedTimeGMT",
                                           "extend.createdTimeGMT"};
      EXPECT_EQ(source->shape().wall_times, utc ? std::vector<std::string>() : names);
    }
  }
  const PageRecord silent = only(R"({"processInstanceId":"a","modifiedTimeGMT":"soon"})");
  EXPECT_FALSE(silent.changed_at);
  EXPECT_FALSE(silent.created_at);
  EXPECT_TRUE(silent.fault.empty());
}

TEST_F(DingtalkRecords, the_newest_change_first_on_request) {
  source = engine.source(connection, strategy);
  EXPECT_TRUE(source->traits().newest_first);
  EXPECT_TRUE(source->traits().by_created);
  PageRequest request = page_request(WindowKind::modified, "2026-01-01", "2026-01-31");
  request.newest_first = true;
  ASSERT_TRUE(source->read(request, {}));
  EXPECT_THAT(client->requests.back().body,
              testing::HasSubstr(R"("orderConfigJson":"{\"gmt_modified\":\"-\"}")"));
  EXPECT_THAT(client->requests.back().body, testing::Not(testing::HasSubstr("gmt_create")));
  for (const auto& [api, option] :
       {std::pair{"v1.0/yida/forms/instances/search", "dynamicOrder"},
        std::pair{"v2.0/yida/forms/instances/advances/queryAll", "orderConfigJson"}}) {
    source =
        engine.source(connection, "{connection: c, id: formInstanceId, api: " + std::string(api) +
                                      ", request: {appType: A, systemToken: S, userId: u, "
                                      "formUuid: F}}");
    ASSERT_TRUE(source) << engine.said();
    ASSERT_TRUE(source->read(request, {}));
    EXPECT_THAT(client->requests.back().body,
                testing::HasSubstr("\"" + std::string(option) + R"(":"{\"gmt_modified\":\"-\"}")"));
    EXPECT_THAT(client->requests.back().body, testing::Not(testing::HasSubstr("gmt_create")));
  }
}

TEST_F(DingtalkRecords, ids_come_from_the_list_of_ids) {
  body = R"({"totalCount":4,"pageNumber":2,"data":["c1765d21", "b" ,7,{}]})";
  source = engine.source(connection, strategy);
  const auto ids = source->ids();
  ASSERT_NE(ids, nullptr);
  EXPECT_EQ(ids->traits().account, source->traits().account);
  EXPECT_EQ(ids->traits().page_size, 100);
  EXPECT_FALSE(ids->traits().newest_first);
  const auto page =
      ids->read(page_request(WindowKind::modified, "2026-01-01", "2026-01-31", 2), {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->total, 4);
  ASSERT_EQ(page->page.records.size(), 4U);
  EXPECT_EQ(page->page.records[0].id, "c1765d21");
  EXPECT_EQ(page->page.records[1].id, "b");
  EXPECT_EQ(page->page.records[2].id, "7");
  EXPECT_FALSE(page->page.records[3].fault.empty());
  const auto& request = client->requests.back();
  EXPECT_EQ(request.url,
            "https://api.dingtalk.com/v1.0/yida/processes/instanceIds?pageNumber=2&pageSize=100");
  EXPECT_EQ(request.body,
            R"({"appType":"APP_RECEIPTS","systemToken":"hexxx","userId":"0112233445566778",)"
            R"("formUuid":"FORM-SKD","searchFieldJson":"{\"selectField_lgkgut7x\":\"销售收款\"}",)"
            R"("modifiedFromTimeGMT":"2026-01-01","modifiedToTimeGMT":"2026-01-31"})");
}

TEST_F(DingtalkRecords, ids_of_forms_are_asked_for_in_the_path) {
  body = R"({"totalCount":1,"pageNumber":1,"data":["FINST-1"]})";
  source = engine.source(connection, R"(
connection: dingtalk
api: v2.0/yida/forms/instances/advances/queryAll
id: formInstanceId
request:
  - {field: appType, value: APP_A}
  - {field: systemToken, value: S}
  - {field: userId, value: u}
  - {field: formUuid, value: FORM-B}
  - {field: pageSize, value: "50"}
  - {field: orderConfigJson, value: '{"gmt_create":"-"}'}
  - {field: searchCondition, value: '[{"key":"textField_a","value":"x"}]'}
)");
  ASSERT_TRUE(source) << engine.said();
  const auto page = source->ids()->read(page_request(WindowKind::full, nullptr, nullptr), {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->page.records.at(0).id, "FINST-1");
  EXPECT_EQ(client->requests.back().url,
            "https://api.dingtalk.com/v1.0/yida/forms/instances/ids/APP_A/FORM-B?pageNumber=1&"
            "pageSize=50");
  EXPECT_EQ(client->requests.back().body,
            R"({"systemToken":"S","userId":"u",)"
            R"("searchFieldJson":"[{\"key\":\"textField_a\",\"value\":\"x\"}]"})");
}

TEST_F(DingtalkRecords, a_cut_list_is_completed_and_nothing_else_moves) {
  with_list(50);
  serve_sub_table(120);
  auto page = read();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->incomplete, std::vector<std::size_t>{0});
  const PageRecord listed = page->page.records[0];
  const std::size_t asked[] = {0};
  const auto whole = source->complete(*page, asked, nullptr, {});
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_TRUE(whole->incomplete.empty());
  EXPECT_EQ(whole->calls, 4);
  const std::string got(whole->page.raw(whole->page.records[0]));
  EXPECT_EQ(*parse_json(got)->member("data")->member("tableField_t"), *parse_json(rows(0, 120)));
  EXPECT_THAT(got, testing::StartsWith(raw.substr(0, raw.find(rows(0, 50)))));
  EXPECT_THAT(got, testing::EndsWith(R"( ,"textField_b":"x"}})"));
  EXPECT_EQ(whole->page.raw(whole->page.records[1]), R"({"processInstanceId":"b","data":{}})");
  EXPECT_EQ(whole->page.records[0].content, listed.content);
  ASSERT_EQ(inner.size(), 3U);
  EXPECT_EQ(inner[1].method, "GET");
  EXPECT_EQ(inner[1].url,
            "https://api.dingtalk.com/v1.0/yida/forms/innerTables/c1765d21?appType=APP_RECEIPTS&"
            "systemToken=hexxx&userId=0112233445566778&formUuid=FORM-SKD&"
            "tableFieldId=tableField_t&pageNumber=2&pageSize=50");
}

TEST_F(DingtalkRecords, every_call_for_a_cut_list_passes_the_gate) {
  class CountingGate final : public CallGate {
   public:
    Result<std::uint64_t> enter(std::stop_token) override {
      return entered < most ? Result<std::uint64_t>(++entered)
                            : fail(ErrorKind::exhausted, "no call left");
    }
    void leave(std::uint64_t, Monotonic) override { ++left; }
    std::uint64_t most = 3;
    std::uint64_t entered = 0;
    std::uint64_t left = 0;
  } gate;
  with_list(50);
  serve_sub_table(120);
  auto page = read();
  ASSERT_TRUE(page);
  const std::size_t asked[] = {0};
  ASSERT_TRUE(source->complete(*page, asked, &gate, {}));
  EXPECT_EQ(gate.entered, 3U);
  EXPECT_EQ(gate.left, 3U);
  const auto refused = source->complete(*page, asked, &gate, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::exhausted);
}

TEST_F(DingtalkRecords, a_list_of_another_length_is_whole_and_a_longer_one_shows_that_none_is_cut) {
  with_list(49);
  EXPECT_TRUE(read()->incomplete.empty());
  with_list(50);
  EXPECT_EQ(read()->incomplete.size(), 1U);
  with_list(51);
  EXPECT_TRUE(read()->incomplete.empty());
  with_list(50);
  EXPECT_TRUE(read()->incomplete.empty());
  source = engine.source("{connector: dingtalk, app_key: k, app_secret: s, sub_table_rows: 20}",
                         strategy);
  with_list(20);
  EXPECT_EQ(read()->incomplete.size(), 1U);
  source = engine.source("{connector: dingtalk, app_key: k, app_secret: s, sub_table_rows: 0}",
                         strategy);
  EXPECT_TRUE(read()->incomplete.empty());
}

TEST_F(DingtalkRecords, a_list_that_changes_while_it_is_read_is_asked_for_again) {
  with_list(50);
  auto page = read();
  ASSERT_TRUE(page);
  const auto pages = client->script;
  int calls = 0;
  client->script = [&](const HttpClient::Request& request) -> Result<HttpClient::Response> {
    if (request.url.find("/innerTables/") == std::string::npos) {
      return pages(request);
    }
    return answer(200, R"({"totalCount":)" + std::to_string(120 - calls++) + R"(,"data":)" +
                           rows(0, 50) + "}");
  };
  const std::size_t asked[] = {0};
  const auto changed = source->complete(*page, asked, nullptr, {});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(changed.error().message, testing::HasSubstr("tableField_t"));
}

TEST_F(DingtalkRecords, what_is_cut_and_changed_just_now_is_read_once_more) {
  with_list(50, "2026-01-05T09:25Z");  // local: six minutes ago
  const auto fresh = read()->page.records[0].content;
  body.replace(body.find("09:25Z"), 6, "09:21Z");  // ten minutes and seven seconds ago
  const auto settled = read()->page.records[0].content;
  body.replace(body.find("09:21Z"), 6, "09:25Z");
  EXPECT_EQ(fresh, read()->page.records[0].content);
  const auto before = client->script;
  client->script = [&](const HttpClient::Request& request) {
    auto response = before(request);
    for (auto& [name, value] : response->headers) {
      value = name == "Date" ? "Mon, 05 Jan 2026 01:32:00 GMT" : value;
    }
    return response;
  };
  EXPECT_NE(fresh, read()->page.records[0].content);
  with_list(50, "2026-01-05T09:21Z");
  EXPECT_EQ(settled, read()->page.records[0].content);
  // One that is not cut has all of its content in what is compared.
  with_list(49, "2026-01-05T09:31Z");
  const auto whole = read()->page.records[0].content;
  client->script = before;
  EXPECT_EQ(whole, read()->page.records[0].content);
}

TEST_F(DingtalkRecords, what_the_forms_author_changes_is_no_content) {
  const auto content = [&](const std::string& around) {
    return only(R"({"processInstanceId":"a","data":{"textField_a":"x"},)" + around + "}").content;
  };
  const auto before = content(
      R"("version":31,"title":"某人发起的收款单","formUuid":"F1","processCode":"T1","instanceStatus":"RUNNING")");
  EXPECT_EQ(before,
            content(R"("version":32,"title":"某人发起的到账单","formUuid":"F2","processCode":"T2",)"
                    R"("instanceStatus":"RUNNING")"));
  EXPECT_NE(before,
            content(R"("version":31,"title":"某人发起的收款单","formUuid":"F1","processCode":"T1",)"
                    R"("instanceStatus":"COMPLETED")"));
}

}  // namespace
}  // namespace weir
