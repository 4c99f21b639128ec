// SPDX-License-Identifier: Apache-2.0
#include "spec/strategy_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class StrategyImport : public ::testing::Test {
 protected:
  Result<ImportedPipeline> import(const std::vector<std::string>& exports) {
    std::vector<Value> documents;
    for (const std::string& json : exports) {
      documents.push_back(parse_json(json).value());
    }
    return import_strategies(documents, context_);
  }
  std::string document(const std::vector<std::string>& exports) {
    const auto imported = import(exports);
    EXPECT_TRUE(imported) << imported.error().message;
    return imported ? to_json(imported->document) : "";
  }

  ImportContext context_;
};

constexpr const char* query =
    R"({"api":"v1.0/yida/processes/instances","effect":"QUERY","id":"i","request":[]})";
constexpr const char* execute = R"({"api":"execute","type":"EXECUTE","request":[]})";

TEST_F(StrategyImport, two_strategies_find_their_sides_in_any_order) {
  for (const auto& exports : std::vector<std::vector<std::string>>{
           {query, execute},
           {execute, query},
           {"[" + std::string(execute) + "," + query + "]"},
           {R"({"target":)" + std::string(execute) + R"(,"source":)" + query + "}"}}) {
    EXPECT_EQ(document(exports),
              R"({"source":{"connection":"dingtalk","api":"v1.0/yida/processes/instances",)"
              R"("id":"i","effect":"QUERY","request":[]},)"
              R"("target":{"connection":"mysql","api":"execute","type":"EXECUTE","request":[]}})");
  }
}

TEST_F(StrategyImport, fragments_of_one_side_are_put_together) {
  const auto imported =
      import({R"({"api":"a","effect":"QUERY","id":"i","requestParams":{"x":"1"}})",
              R"({"api":"b","effect":"QUERY","request":[{"field":"x","value":"2"},{"field":"y"}]})",
              execute});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(to_json(*imported->document.member("source")),
            R"({"connection":"source","api":"a","id":"i","effect":"QUERY",)"
            R"("request":[{"field":"x","value":"1"},{"field":"y"}]})");
  EXPECT_THAT(imported->notes, ElementsAre(HasSubstr("`api` stands twice, as \"a\" and as \"b\""),
                                           HasSubstr("no connector here is known to speak `a`")));
}

TEST_F(StrategyImport, plain_secrets_become_references_at_any_depth) {
  context_.secret_fields = [](std::string_view connector) {
    return connector == "dingtalk" ? std::vector<std::string>{"corpKey"}
                                   : std::vector<std::string>();
  };
  const auto imported = import({
      R"({"api":"v1.0/yida/x","effect":"QUERY","id":"i","request":[
        {"field":"systemToken","value":"abc"},{"field":"corpKey","value":7},
        {"field":"token","value":"{{t}}"},{"field":"password"},
        {"field":"o","children":[{"field":"appSecret","value":"s"}]}],
        "otherRequest":{"systemToken":"abc","open":"abc"}})",
      execute});
  ASSERT_TRUE(imported) << imported.error().message;
  const std::string source = to_json(*imported->document.member("source"));
  EXPECT_THAT(source,
              HasSubstr(R"({"field":"systemToken","value":"${env:DINGTALK_SYSTEM_TOKEN}"})"));
  EXPECT_THAT(source, HasSubstr(R"({"field":"corpKey","value":"${env:DINGTALK_CORP_KEY}"})"));
  EXPECT_THAT(source, HasSubstr(R"({"field":"token","value":"{{t}}"},{"field":"password"})"));
  EXPECT_THAT(source, HasSubstr(R"({"field":"appSecret","value":"${env:DINGTALK_APP_SECRET}"})"));
  EXPECT_THAT(source, HasSubstr(R"({"systemToken":"${env:DINGTALK_SYSTEM_TOKEN}","open":"abc"})"));
  EXPECT_THAT(imported->references, ElementsAre(Pair("DINGTALK_SYSTEM_TOKEN", "systemToken"),
                                                Pair("DINGTALK_CORP_KEY", "corpKey"),
                                                Pair("DINGTALK_APP_SECRET", "appSecret")));
}

TEST_F(StrategyImport, what_looks_like_a_reference_stays_text) {
  EXPECT_THAT(document({R"({"api":"v1.0/yida/x","effect":"QUERY","id":"i",
                            "request":[{"field":"a","value":"${env:HOME} ${system.x}"}]})",
                        execute}),
              HasSubstr(R"("value":"$${env:HOME} ${system.x}")"));
}

TEST_F(StrategyImport, schedules_find_their_places) {
  const std::string both = R"({"name":"a-->b","crontab":"1 2 * * *","source":)" +
                           std::string(query) + R"(,"target":)" + execute + "}";
  EXPECT_THAT(document({both}), HasSubstr(R"({"name":"a-->b","schedule":{"cron":"1 2 * * *"},)"));
  const std::string own =
      document({R"({"api":"v1.0/yida/x","effect":"QUERY","id":"i","crontab":"3 2 * * *"})",
                R"({"api":"execute","effect":"EXECUTE","crontab":"23 2 * * *"})"});
  EXPECT_THAT(own, HasSubstr(R"("id":"i","schedule":{"cron":"3 2 * * *"},"effect":"QUERY")"));
  EXPECT_THAT(own, HasSubstr(R"("schedule":{"cron":"23 2 * * *"},"effect":"EXECUTE")"));
  EXPECT_THAT(own, testing::StartsWith(R"({"source":)"));
  const auto one =
      import({R"({"api":"v1.0/yida/x","effect":"QUERY","id":"i","crontab":"3 2 * * *"})", execute});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_THAT(to_json(one->document), HasSubstr(R"({"schedule":{"cron":"3 2 * * *"},"source":)"));
  EXPECT_THAT(one->notes, ElementsAre(HasSubstr("only the source has a `crontab`")));
}

TEST_F(StrategyImport, a_second_schedule_is_carried_over_without_its_secrets) {
  EXPECT_THAT(
      document({R"({"api":"v1.0/yida/x","effect":"QUERY","id":"i","omissionRemedy":{)"
                R"("crontab":"10 3 * * *","takeOverRequest":[{"field":"from","value":"{{a}}"},)"
                R"({"field":"systemToken","value":"plain"}]}})",
                execute}),
      HasSubstr(R"("omissionRemedy":{"crontab":"10 3 * * *","takeOverRequest":[)"
                R"({"field":"from","value":"{{a}}"},)"
                R"({"field":"systemToken","value":"${env:DINGTALK_SYSTEM_TOKEN}"}]})"));
}

TEST_F(StrategyImport, what_has_no_place_is_said) {
  const auto imported =
      import({R"({"queue":5,"source":)" + std::string(query) + R"(,"target":)" + execute + "}"});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_THAT(imported->notes, ElementsAre(HasSubstr("`queue` beside `source` and `target`")));
}

TEST_F(StrategyImport, the_connections_names_can_be_given) {
  context_.source_connection = "yida_main";
  context_.target_connection = "finance";
  const auto imported = import({query, execute});
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->source.connection, "yida_main");
  EXPECT_EQ(imported->source.connector, "dingtalk");
  EXPECT_EQ(imported->target.connection, "finance");
  EXPECT_THAT(imported->notes, IsEmpty());
}

TEST_F(StrategyImport, what_is_no_strategy_is_refused) {
  for (const char* json : {"[1]", R"({"a":1})", "{}", R"({"source":1})", R"("text")"}) {
    const auto imported = import({json});
    ASSERT_FALSE(imported) << json;
    EXPECT_EQ(imported.error().kind, ErrorKind::invalid_config);
  }
  EXPECT_THAT(import({query}).error().message, HasSubstr("no strategy of a target"));
  EXPECT_THAT(import({execute}).error().message, HasSubstr("no strategy of a source"));
}

}  // namespace
}  // namespace weir
