// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/engine_fixture.h"
#include "core/word_meaning.h"
#include "expr/scope.h"
#include "spec/omission_remedy.h"

namespace weir {
namespace {

using http_test::answer;
using http_test::at_seconds;
using http_test::Engine;
using http_test::page_request;
using ::testing::HasSubstr;

constexpr std::string_view ledger = R"(
version: 1
name: ledger
title: a ledger
timezone: Asia/Shanghai
spec:
  connection_specification:
    required: [base_url]
    properties:
      base_url: {type: string}
account: "{{ config.base_url }}"
definitions:
  requester:
    url_base: "{{ config.base_url }}"
    http_method: POST
    request_body_json: {}
streams:
  - name: entries
    requester:
      $ref: "#/definitions/requester"
      path: entries
    paginator:
      pagination_strategy: {type: PageIncrement, start_from_page: 1, page_size: 50}
      page_token_option: {inject_into: body_json, field_path: [page]}
      page_size_option: {inject_into: body_json, field_path: [page_size]}
    incremental_sync:
      by: modified
      inject:
        - {inject_into: body_json, field_path: [filter], value: "{{ parameters.query }} until {{ window.until }}"}
    parameters: {inject_into: body_json, field_path: []}
    record_selector: {extractor: {field_path: [rows]}}
)";

std::string source_body(const std::string& request, std::string& said) {
  Engine engine(ledger, at_seconds(1770654600));  // 2026-02-10 00:30 in Shanghai
  auto source = engine.source("{connector: ledger, base_url: http://ledger}",
                              "{connection: l, api: entries, id: id, request: " + request + "}");
  said = engine.said();
  if (source == nullptr) {
    return {};
  }
  engine.http->script = [](const HttpClient::Request&) {
    return answer(200, R"({"rows": [], "total": 0})");
  };
  const auto page =
      source->read(page_request(WindowKind::modified, "2026-01-05", "2026-01-05", 3), {});
  EXPECT_TRUE(page) << page.error().message;
  return engine.http->requests.back().body;
}

std::string body_of(const std::string& request) {
  std::string said;
  std::string body = source_body(request, said);
  EXPECT_EQ(said, "");
  return body;
}

TEST(FieldTemplate, VariablesAndPipesAreWorkedOutForEachCall) {
  EXPECT_THAT(body_of("[{field: a, value: \"{{LAST_SYNC_TIME|dateTime}}\"}]"),
              HasSubstr(R"({"a":"2026-01-05 00:00:00")"));
  EXPECT_THAT(body_of("[{field: a, value: \"{{LAST_SYNC_TIME}}000\"}]"),
              HasSubstr(R"({"a":"1767542400000")"));
  EXPECT_THAT(body_of("[{field: a, value: \"{{DAYS_AGO_2|datetime}}\"}]"),
              HasSubstr(R"({"a":"2026-02-08 00:30:00")"));
  EXPECT_THAT(body_of("[{field: a, value: \"{PAGINATION_START_ROW}/{{PAGINATION_PAGE_SIZE}}/"
                      "{{PAGE_NO}}\"}]"),
              HasSubstr(R"({"a":"100/50/3")"));
}

// Each variable's table says what it is on a page like this one.
TEST(FieldTemplate, VariablesGiveWhatTheirExamplesSay) {
  for (const WordMeaning& word : Environment::meanings()) {
    ASSERT_EQ(word.of, R"({"from": "2026-01-05", "size": 100, "page": 3})");
    const std::string written = "[{field: a, value: \"" + std::string(word.example) + "\"}, " +
                                "{field: page_size, value: 100}]";
    EXPECT_THAT(body_of(written), HasSubstr("{\"a\":" + std::string(word.gives) + ","))
        << word.written;
  }
}

TEST(FieldTemplate, TypesApplyToWhatATemplateGives) {
  EXPECT_THAT(body_of("[{field: a, type: int, value: \"{{CURRENT_TIME}}000\"}]"),
              HasSubstr(R"({"a":1770654600000,)"));
  EXPECT_THAT(body_of("[{field: a, type: string, value: \"{{CURRENT_TIME}}\"}]"),
              HasSubstr(R"({"a":"1770654600",)"));
  EXPECT_THAT(body_of("[{field: a, type: object, children: [{field: since, value: "
                      "\"{{LAST_SYNC_TIME}}\"}, {field: none}]}]"),
              HasSubstr(R"({"a":{"since":1767542400},)"));
}

TEST(FieldTemplate, TheFilesOwnTemplatesSeeWhatCameOfIt) {
  EXPECT_THAT(body_of("[{field: query, value: \"since {{LAST_SYNC_TIME|date}}\"}]"),
              HasSubstr(R"("filter":"since 2026-01-05 until 2026-01-06 00:00:00")"));
}

// A window's own fields belong to no `request`, so only a remedy may name them.
TEST(FieldTemplate, WhatARemedyAddsToARequestIsAskedAfter) {
  const auto said_of = [](const std::string& entry) {
    Engine engine(ledger, at_seconds(1770654600));
    const Strategy strategy = read_strategy(
        http_test::yaml("{connection: l, api: entries, id: id, request: {kind: sale}, "
                        "omissionRemedy: {crontab: \"1 1 * * *\", takeOverRequest: {" +
                        entry + "}}}"),
        true, engine.faults);
    const ConnectorContext context{"Asia/Shanghai", "p", "", &engine.clock};
    EXPECT_TRUE(engine.connector.make_source(
        http_test::yaml("{connector: ledger, base_url: http://ledger}"),
        remedy_strategy(strategy, *strategy.omission_remedy), context, engine.faults));
    return engine.said();
  };
  EXPECT_EQ(said_of("kind: all"), "");
  EXPECT_EQ(said_of("filter: \"{{DAYS_AGO_2|datetime}}\""), "");
  EXPECT_THAT(said_of("kin: all"), HasSubstr("`kin` of `takeOverRequest` replaces nothing, for "
                                             "`request` has no field of that name; it is sent "
                                             "besides; did you mean `kind`?"));
}

TEST(FieldTemplate, AnythingElseBetweenBracesIsAFault) {
  std::string said;
  source_body("[{field: a, value: \"{{LAST_SYNK_TIME}}\"}]", said);
  EXPECT_THAT(said, HasSubstr("test.yaml:1: error: field `a`: `LAST_SYNK_TIME` is no variable of a "
                              "request; did you mean `LAST_SYNC_TIME`?"));
  source_body("[{field: a, value: \"{{LAST_SYNC_TIME|datime}}\"}]", said);
  EXPECT_THAT(said, HasSubstr("`datime` is no pipe; did you mean `date`?"));
  source_body("[{field: a, value: \"_findCollection find b from p where c='1'\"}]", said);
  EXPECT_THAT(said, HasSubstr("field `a`: `_findCollection` has no record to ask for in a source's "
                              "request"));
}

}  // namespace
}  // namespace weir
