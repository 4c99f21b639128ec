// SPDX-License-Identifier: Apache-2.0
#include "transform/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

const char* const record_json = R"({
  "name": "上海示例", "empty": "", "none": null, "amount": 128000.50, "digits": "0100",
  "big": 9007199254740993, "day": 1767542400000, "iso": "2026-01-05T09:31Z", "flag": true,
  "tags": ["a", "b"], "no_tags": [],
  "items": [{"qty": 1, "n": "x"}, {"qty": 5, "n": "y", "sub": [{"k": 7}]}, {"n": "z"}],
  "extend": {"instanceStatus": "RUNNING", "lines": [{"s": "p"}]}
})";

Condition condition(const std::string& field, const std::string& logic, Value value = nullptr,
                    bool strict = false) {
  Condition made;
  made.field = field;
  made.logic = logic;
  made.value.value = std::move(value);
  made.strict = strict;
  made.at = {"p.yaml", 3};
  return made;
}

Filter compiled(std::vector<std::vector<Condition>> groups) {
  Faults faults;
  Filter filter = Filter::compile(groups, RecordShape(), *TimeZone::find("Asia/Shanghai"), faults);
  EXPECT_TRUE(faults.empty()) << to_string(faults.front());
  return filter;
}

std::string reason(std::vector<std::vector<Condition>> groups) {
  return compiled(std::move(groups)).reason(*parse_json(record_json));
}

bool kept(const std::string& field, const std::string& logic, Value value = nullptr,
          bool strict = false) {
  return reason({{condition(field, logic, std::move(value), strict)}}).empty();
}

Value number(const char* digits) { return Number{digits}; }

TEST(Filter, NothingAskedKeepsAll) { EXPECT_EQ(reason({}), ""); }

TEST(Filter, EqualIsByTextOrByNumber) {
  EXPECT_TRUE(kept("name", "eq", "上海示例"));
  EXPECT_FALSE(kept("name", "eq", "上海"));
  EXPECT_TRUE(kept("extend.instanceStatus", "eq", "RUNNING"));
  EXPECT_TRUE(kept("instanceStatus", "eq", "RUNNING"));
  EXPECT_TRUE(kept("amount", "eq", "128000.5"));
  EXPECT_TRUE(kept("amount", "eq", number("1.280005e5")));
  EXPECT_FALSE(kept("digits", "eq", "100"));
  EXPECT_TRUE(kept("digits", "eq", number("100")));
  EXPECT_TRUE(kept("flag", "eq", "true"));
  EXPECT_TRUE(kept("flag", "eq", true));
  EXPECT_FALSE(kept("big", "eq", number("9007199254740992")));
  EXPECT_TRUE(kept("missing", "eq", ""));
  EXPECT_FALSE(kept("missing", "eq", "x"));
  EXPECT_TRUE(kept("missing", "neq", "x"));
  EXPECT_FALSE(kept("name", "neq", "上海示例"));
}

TEST(Filter, OrderIsExactOrByText) {
  EXPECT_TRUE(kept("amount", "gt", "128000.49"));
  EXPECT_FALSE(kept("amount", "gt", "128000.50"));
  EXPECT_TRUE(kept("amount", "egt", "128000.500"));
  EXPECT_TRUE(kept("amount", "lt", "1e6"));
  EXPECT_TRUE(kept("amount", "elt", "128000.5"));
  EXPECT_TRUE(kept("big", "gt", "9007199254740992"));
  EXPECT_TRUE(kept("digits", "lt", "101"));
  EXPECT_TRUE(kept("iso", "gt", "2026-01-04"));
  EXPECT_FALSE(kept("name", "gt", "5"));
  EXPECT_FALSE(kept("missing", "lt", "5"));
  EXPECT_FALSE(kept("empty", "lt", "5"));
}

TEST(Filter, BetweenTakesBothEndsIn) {
  EXPECT_TRUE(kept("amount", "between", "128000.5, 200000"));
  EXPECT_TRUE(kept("amount", "between", List{number("1"), number("128000.50")}));
  EXPECT_FALSE(kept("amount", "between", "100,500"));
  EXPECT_TRUE(kept("day", "between", "timestamp:1767542400,timestamp:1767542400"));
}

TEST(Filter, TimesAreComparedAsTimes) {
  EXPECT_TRUE(kept("day", "eq", "timestamp:1767542400"));
  EXPECT_TRUE(kept("day", "egt", "timestamp:1767542400"));
  EXPECT_FALSE(kept("day", "gt", "timestamp:1767542400"));
  EXPECT_TRUE(kept("iso", "gt", "timestamp:1767542400"));
  EXPECT_FALSE(kept("name", "gt", "timestamp:0"));
}

TEST(Filter, LikeHoldsTextOrMatchesSqlPatterns) {
  EXPECT_TRUE(kept("name", "like", "示例"));
  EXPECT_TRUE(kept("name", "like", "上海%"));
  EXPECT_TRUE(kept("name", "like", "%示%例"));
  EXPECT_FALSE(kept("name", "like", "示%"));
  EXPECT_FALSE(kept("name", "like", "%上"));
  EXPECT_FALSE(kept("name", "notlike", "示例"));
  EXPECT_TRUE(kept("missing", "notlike", "x"));
}

TEST(Filter, InAndNothing) {
  EXPECT_TRUE(kept("instanceStatus", "in", "COMPLETED, RUNNING"));
  EXPECT_FALSE(kept("instanceStatus", "notin", "COMPLETED,RUNNING"));
  EXPECT_TRUE(kept("amount", "in", List{number("1"), number("128000.5")}));
  for (const char* field : {"empty", "none", "missing", "no_tags"}) {
    EXPECT_TRUE(kept(field, "isnull")) << field;
    EXPECT_FALSE(kept(field, "notnull")) << field;
  }
  EXPECT_TRUE(kept("name", "notnull"));
  EXPECT_TRUE(kept("items", "notnull"));
}

TEST(Filter, AListIsMetByAnyElementStrictlyByAll) {
  EXPECT_TRUE(kept("tags", "eq", "b"));
  EXPECT_FALSE(kept("tags", "eq", "c"));
  EXPECT_FALSE(kept("tags", "eq", "b", true));
  EXPECT_TRUE(kept("tags", "in", "a,b,c", true));
  EXPECT_TRUE(kept("items.qty", "egt", "5"));
  EXPECT_FALSE(kept("items.qty", "gt", "5"));
  EXPECT_TRUE(kept("items.n", "notnull", nullptr, true));
  EXPECT_TRUE(kept("items.sub.k", "eq", "7"));
  EXPECT_TRUE(kept("items.1.n", "eq", "y"));
  EXPECT_TRUE(kept("lines.s", "eq", "p"));
  EXPECT_TRUE(kept("extend.lines.s", "eq", "p"));
}

TEST(Filter, OuterIsOrInnerIsAnd) {
  const auto yes = condition("name", "notnull");
  const auto no = condition("name", "isnull");
  EXPECT_EQ(reason({{no}, {yes, yes}}), "");
  EXPECT_NE(reason({{yes, no}, {no}}), "");
}

TEST(Filter, SaysWhichConditionIsNotMetAndByWhat) {
  EXPECT_EQ(reason({{condition("extend.instanceStatus", "eq", "COMPLETED")}}),
            "condition `extend.instanceStatus eq COMPLETED` is not met by `RUNNING`");
  EXPECT_EQ(reason({{condition("name", "notnull"), condition("missing", "gt", "1")},
                    {condition("empty", "notnull")}}),
            "condition `missing gt 1` is not met by a missing value; condition `empty notnull` is "
            "not met by an empty value");
  EXPECT_EQ(reason({{condition("tags", "eq", "c")}}),
            "condition `tags eq c` is not met by `[\"a\",\"b\"]`");
  Condition secret = condition("name", "eq", "hunter2");
  secret.value.secret = true;
  EXPECT_THAT(reason({{secret}}), HasSubstr("`name eq ***`"));
}

TEST(Filter, WhatCannotBeAskedIsAFault) {
  const std::pair<Condition, const char*> cases[] = {
      {condition("a", "equals", "x"), "p.yaml:3: error: `equals` is no logic of a condition"},
      {condition("a", "notnul"), "did you mean `notnull`?"},
      {condition("a", "between", "5"), "takes two ends"},
      {condition("a", "between", "1,2,3"), "takes two ends"},
      {condition("a", "gt"), "has no value to compare with"},
      {condition("a", "gt", "timestamp:soon"), "timestamp:<unix seconds>"},
      {condition("a", "eq", Object{{"x", Value(1L)}}), "must be text"}};
  for (const auto& [bad, expected] : cases) {
    Faults faults;
    Filter::compile({{bad}}, RecordShape(), TimeZone::utc(), faults);
    ASSERT_EQ(faults.size(), 1U) << expected;
    EXPECT_THAT(to_string(faults[0]), HasSubstr(expected));
  }
}

}  // namespace
}  // namespace weir
