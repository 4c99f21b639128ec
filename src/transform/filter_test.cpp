// SPDX-License-Identifier: Apache-2.0
#include "transform/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
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
  Value record = *parse_json(record_json);
  return compiled(std::move(groups)).sift(record);
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

struct Sifted {
  std::string reason;
  std::string left;  // the record, as JSON
  std::vector<std::string> left_out;
};

Sifted sifted(const char* record, std::vector<std::vector<Condition>> groups) {
  Sifted result;
  Value value = *parse_json(record);
  result.reason = compiled(std::move(groups)).sift(value, &result.left_out);
  result.left = to_json(value);
  return result;
}

const char* const tables_json =
    R"({"a":[{"n":1,"s":"x"},{"n":5,"s":"x"},{"n":9,"s":"y"}],"b":[{"m":1},{"m":2}]})";

TEST(FilterSubTables, OnlyTheRowsThatDoNotMeetItAreLeftOut) {
  const Sifted result = sifted(tables_json, {{condition("a.n", "gt", "4")}});
  EXPECT_EQ(result.reason, "");
  EXPECT_EQ(result.left, R"({"a":[{"n":5,"s":"x"},{"n":9,"s":"y"}],"b":[{"m":1},{"m":2}]})");
  EXPECT_THAT(result.left_out, ElementsAre("row 1 of `a`: condition `a.n gt 4` is not met by `1`"));
}

TEST(FilterSubTables, SeveralConditionsMustBeMetByTheSameRow) {
  const auto large = condition("a.n", "gt", "4");
  const auto first = condition("a.s", "eq", "x");
  EXPECT_EQ(sifted(tables_json, {{large, first}}).left,
            R"({"a":[{"n":5,"s":"x"}],"b":[{"m":1},{"m":2}]})");
  const Sifted none = sifted(tables_json, {{condition("a.n", "gt", "5"), first}});
  EXPECT_EQ(none.reason,
            "condition `a.s eq x` is not met by any of the 3 rows of `a` that the conditions "
            "before it leave");
  EXPECT_EQ(none.left, tables_json);
  EXPECT_EQ(sifted(tables_json, {{large, condition("b.m", "elt", "1")}}).left,
            R"({"a":[{"n":5,"s":"x"},{"n":9,"s":"y"}],"b":[{"m":1}]})");
}

TEST(FilterSubTables, StrictlyOneRowTakesTheRecordOut) {
  const auto strict = [](const char* value) { return condition("a.n", "egt", value, true); };
  EXPECT_EQ(sifted(tables_json, {{strict("1")}}).left, tables_json);
  EXPECT_EQ(sifted(tables_json, {{strict("2")}}).reason,
            "condition `a.n egt 2` is not met by `1` in row 1 of `a`");
  // Also a row that another condition leaves out.
  EXPECT_EQ(sifted(tables_json, {{condition("a.n", "gt", "4"), strict("2")}}).reason,
            "condition `a.n egt 2` is not met by `1` in row 1 of `a`");
}

TEST(FilterSubTables, OfSeveralGroupsThatHoldEachKeepsItsRows) {
  const auto one = condition("a.n", "eq", "1");
  const auto nine = condition("a.n", "eq", "9");
  const Sifted both = sifted(tables_json, {{one}, {nine}});
  EXPECT_EQ(both.left, R"({"a":[{"n":1,"s":"x"},{"n":9,"s":"y"}],"b":[{"m":1},{"m":2}]})");
  EXPECT_THAT(both.left_out, ElementsAre("row 2 of `a`: condition `a.n eq 1` is not met by `5`; "
                                         "condition `a.n eq 9` is not met by `5`"));
  const auto other = condition("b.m", "eq", "1");
  EXPECT_EQ(sifted(tables_json, {{one}, {other}}).left, tables_json);
  EXPECT_EQ(sifted(tables_json, {{one}, {condition("b", "notnull")}}).left, tables_json);
  const auto never = condition("b.m", "eq", "7");
  EXPECT_EQ(sifted(tables_json, {{never}, {one}}).left,
            R"({"a":[{"n":1,"s":"x"}],"b":[{"m":1},{"m":2}]})");
  EXPECT_EQ(sifted(tables_json, {{never}, {condition("a.n", "eq", "7")}}).reason,
            "condition `b.m eq 7` is not met by any of the 2 rows of `b`; condition `a.n eq 7` is "
            "not met by any of the 3 rows of `a`");
}

TEST(FilterSubTables, WithoutRowsItIsAskedAsAMissingValue) {
  for (const char* record : {R"({"a":[]})", R"({})"}) {
    EXPECT_EQ(sifted(record, {{condition("a.n", "gt", "4")}}).reason,
              "condition `a.n gt 4` is not met by a missing value");
    EXPECT_EQ(sifted(record, {{condition("a.n", "isnull")}}).left, record);
  }
}

TEST(FilterSubTables, ListsInsideARowStayWhole) {
  const char* const deep = R"({"a":[{"l":[{"k":1},{"k":2}]},{"l":[]}],"extend":{"e":[{"k":3}]}})";
  EXPECT_EQ(sifted(deep, {{condition("a.l.k", "eq", "2")}}).left,
            R"({"a":[{"l":[{"k":1},{"k":2}]}],"extend":{"e":[{"k":3}]}})");
  EXPECT_EQ(sifted(deep, {{condition("extend.e.k", "eq", "2")}}).reason,
            "condition `extend.e.k eq 2` is not met by `3` in row 1 of `extend.e`");
}

}  // namespace
}  // namespace weir
