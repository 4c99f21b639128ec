// SPDX-License-Identifier: Apache-2.0
#include "core/business_time.h"
#include "expr/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

// Half past nine on 5 January 2026 in Shanghai, in every form that a source may write it.
std::string piped(const std::string& text, const RecordShape* shape = nullptr) {
  const auto compiled = Template::compile(text, {{}, shape});
  if (!compiled) {
    return compiled.error().message;
  }
  Environment scope;
  scope.set("ms", Number{"1767576660000"});
  scope.set("s", Number{"1767576660"});
  scope.set("text", "2026-01-05 09:31:00");
  scope.set("day", "2026-01-05");
  scope.set("iso", "2026-01-05T09:31Z");
  scope.set("word", "soon");
  scope.set("empty", " ");
  const auto zone = TimeZone::find("Asia/Shanghai").value();
  // 2026-02-10 00:30 in Shanghai, still the day before in UTC.
  const auto value =
      compiled->evaluate({scope, zone, parse_utc("2026-02-09T16:30:00.000Z").value()});
  return value ? to_json(*value) : value.error().message;
}

TEST(Pipe, ReadsEveryFormOfATimeInTheZone) {
  for (const char* name : {"ms", "s", "text"}) {
    const std::string open = std::string("{{") + name;
    EXPECT_EQ(piped(open + "|date}}"), R"("2026-01-05")") << name;
    EXPECT_EQ(piped(open + "|dateTime}}"), R"("2026-01-05 09:31:00")") << name;
    EXPECT_EQ(piped(open + "|DATETIME}}"), R"("2026-01-05 09:31:00")") << name;
    EXPECT_EQ(piped(open + "|timestamp}}"), "1767576660") << name;
    EXPECT_EQ(piped(open + "|timestamp_ms}}"), "1767576660000") << name;
  }
  EXPECT_EQ(piped("{{iso|datetime}}"), R"("2026-01-05 17:31:00")");
  EXPECT_EQ(piped("{{empty|date}}"), "null");
  EXPECT_THAT(piped("{{word|date}}"),
              HasSubstr("`{word}`: pipe `date`: `soon` is no point in time"));
}

TEST(Pipe, LeavesTheDigitsOfAWallTimeWhereTheyStand) {
  RecordShape shape;
  shape.wall_times = {"iso"};
  EXPECT_EQ(piped("{{iso|datetime}}", &shape), R"("2026-01-05 09:31:00")");
  EXPECT_EQ(piped("{{iso|timestamp}}", &shape), "1767576660");
}

TEST(Pipe, SpellsATimeInEitherNotation) {
  EXPECT_EQ(piped("{{ms|format:'yyyy-MM-dd'}}"), R"("2026-01-05")");
  EXPECT_EQ(piped("{{ms|date('yyyyMMdd')}}"), R"("20260105")");
  EXPECT_EQ(piped("{{ms|datetime('Y-m-d H:i:s')}}"), R"("2026-01-05 09:31:00")");
  EXPECT_EQ(piped("{{ms|format:'yyyy年M月d日 HH:mm:ss.SSS'}}"), R"("2026年1月5日 09:31:00.000")");
  EXPECT_EQ(piped("{{ms|date('n/j G:i')}}"), R"("1/5 9:31")");
  EXPECT_EQ(piped("{{ms|format:'yyyy-MM-ddTHH:mm:ss'}}"), R"("2026-01-05T09:31:00")");
}

TEST(Pipe, AddsDaysInTheFormThatTheTimeHas) {
  EXPECT_EQ(piped("{{ms|addDays:1}}"), "1767663060000");
  EXPECT_EQ(piped("{{s|addDays:-1}}"), "1767490260");
  EXPECT_EQ(piped("{{text|addDays:30}}"), R"("2026-02-04 09:31:00")");
  EXPECT_EQ(piped("{{day|addDays:1}}"), R"("2026-01-06")");
  EXPECT_EQ(piped("{{ms|addDays:1|date}}"), R"("2026-01-06")");
}

TEST(Pipe, VariablesOfTimeAreSecondsOfTheZone) {
  EXPECT_EQ(piped("{CURRENT_TIME}"), "1770654600");
  EXPECT_EQ(piped("{{CURRENT_TIME}}000"), R"("1770654600000")");
  EXPECT_EQ(piped("{{CURRENT_TIME|datetime}}"), R"("2026-02-10 00:30:00")");
  EXPECT_EQ(piped("{{DAYS_AGO_2|datetime}}"), R"("2026-02-08 00:30:00")");
  EXPECT_EQ(piped("{{MONTH_FIRST_DAY|datetime}}"), R"("2026-02-01 00:00:00")");
  EXPECT_EQ(piped("{{MONTH_LAST_DAY|date}}"), R"("2026-02-28")");
  EXPECT_EQ(piped("{DAYS_AGO_x}"), "null");
}

}  // namespace
}  // namespace weir
