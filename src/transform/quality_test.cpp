// SPDX-License-Identifier: Apache-2.0
#include "transform/quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

QualityRule asked(const std::string& field, const std::string& rule) {
  QualityRule made;
  made.field = field;
  made.rule = rule;
  made.at = {"p.yaml", 4};
  return made;
}

QualityRule of_type(const std::string& type) {
  QualityRule made = asked("a", "type");
  made.type = type;
  return made;
}

QualityRule bounded(const std::string& rule, Value min, Value max) {
  QualityRule made = asked("a", rule);
  made.min = std::move(min);
  made.max = std::move(max);
  return made;
}

QualityRule matching(const std::string& pattern) {
  QualityRule made = asked("a", "pattern");
  made.pattern = pattern;
  return made;
}

QualityVerdict verdict_on(const QualityRule& rule, const char* record) {
  Faults faults;
  const Quality quality = Quality::compile({rule}, "extend", faults);
  EXPECT_TRUE(faults.empty()) << to_string(faults.front());
  return quality.judge(*parse_json(record));
}

bool breaks(const QualityRule& rule, const std::string& value) {
  return !verdict_on(rule, ("{\"a\":" + value + "}").c_str()).rejected.empty();
}

Value digits(const char* text) { return Number{text}; }

TEST(Quality, WhatIsMissingOrEmptyBreaksRequiredAlone) {
  for (const char* empty : {"null", "\"\"", "[]", "{}"}) {
    EXPECT_TRUE(breaks(asked("a", "required"), empty)) << empty;
    EXPECT_FALSE(breaks(of_type("number"), empty)) << empty;
    EXPECT_FALSE(breaks(bounded("length", digits("3"), {}), empty)) << empty;
    EXPECT_FALSE(breaks(matching("x"), empty)) << empty;
  }
  EXPECT_FALSE(breaks(asked("a", "required"), "0"));
  EXPECT_FALSE(breaks(asked("a", "required"), "false"));
}

TEST(Quality, TypesAreWhatTheyHold) {
  const struct {
    const char* type;
    const char* good;
    const char* bad;
  } cases[] = {{"string", R"("x")", "1"},
               {"integer", "1e3", "1.5"},
               {"integer", R"("12")", "true"},
               {"number", R"("12.50")", R"("12,50")"},
               {"boolean", "true", "1"},
               {"date", "1767542400000", R"("soon")"},
               {"date", R"("2026-01-05")", R"("2026-02-30")"},
               {"list", "[1]", R"("[1]")"},
               {"object", R"({"x":1})", "[1]"}};
  for (const auto& [type, good, bad] : cases) {
    EXPECT_FALSE(breaks(of_type(type), good)) << type << " " << good;
    EXPECT_TRUE(breaks(of_type(type), bad)) << type << " " << bad;
  }
}

TEST(Quality, RangesAreExactAndHoldTheirEnds) {
  const QualityRule rule = bounded("range", digits("0.10"), digits("9007199254740993"));
  EXPECT_FALSE(breaks(rule, "0.1"));
  EXPECT_TRUE(breaks(rule, "0.0999999999999999999999"));
  EXPECT_FALSE(breaks(rule, "9007199254740993.0"));
  EXPECT_TRUE(breaks(rule, "9007199254740993.0000001"));
  EXPECT_FALSE(breaks(rule, R"("5")"));
  EXPECT_TRUE(breaks(rule, R"("a lot")"));
  EXPECT_TRUE(breaks(bounded("range", {}, digits("-1")), "0"));
}

TEST(Quality, LengthsCountCharactersAndElements) {
  const QualityRule rule = bounded("length", digits("2"), digits("3"));
  EXPECT_FALSE(breaks(rule, R"("收款单")"));
  EXPECT_TRUE(breaks(rule, R"("收")"));
  EXPECT_TRUE(breaks(rule, R"("abcd")"));
  EXPECT_FALSE(breaks(rule, "123"));
  EXPECT_FALSE(breaks(rule, "[1,2]"));
  EXPECT_TRUE(breaks(rule, "[1]"));
}

TEST(Quality, PatternsAreFoundAnywhereAndAreLinear) {
  EXPECT_FALSE(breaks(matching("[0-9]{2}"), R"("a12b")"));
  EXPECT_TRUE(breaks(matching("^[0-9]{2}$"), R"("a12b")"));
  EXPECT_FALSE(breaks(matching("^收.单$"), R"("收款单")"));
  EXPECT_TRUE(breaks(matching("^(a+)+$"), "\"" + std::string(100'000, 'a') + "!\""));
}

TEST(Quality, AnEnumMeetsTextsAsTextAndNumbersByValue) {
  QualityRule rule = asked("a", "enum");
  rule.values = List{"A", Value(digits("1.50"))};
  EXPECT_FALSE(breaks(rule, R"("A")"));
  EXPECT_TRUE(breaks(rule, R"("a")"));
  EXPECT_FALSE(breaks(rule, "1.5"));
  EXPECT_FALSE(breaks(rule, R"("1.500")"));
  EXPECT_TRUE(breaks(rule, "2"));
}

TEST(Quality, EachRowOfASubTableIsAsked) {
  const QualityRule rule = asked("items.q", "required");
  EXPECT_EQ(verdict_on(rule, R"({"items":[{"q":1},{"q":""},{},{"q":2}]})").rejected,
            "quality rule `items.q required` is broken by an empty value in row 2 of `items` and "
            "by 1 more");
  EXPECT_EQ(verdict_on(rule, R"({"items":[{"q":1}]})").rejected, "");
  EXPECT_EQ(verdict_on(rule, R"({"items":[]})").rejected, "");
  EXPECT_THAT(verdict_on(rule, "{}").rejected, HasSubstr("is broken by a missing value"));
}

TEST(Quality, WarnsWhereItIsToldTo) {
  QualityRule rule = bounded("range", digits("0"), {});
  rule.otherwise = "warn";
  const QualityVerdict verdict = verdict_on(rule, R"({"extend":{"a":-5}})");
  EXPECT_EQ(verdict.rejected, "");
  EXPECT_EQ(verdict.remark, "quality rule `a range 0..` is broken by `-5`");
  EXPECT_TRUE(names_broken_rule(verdict.remark));
  EXPECT_FALSE(names_broken_rule("Data too long for column"));
}

TEST(Quality, WhatARuleCannotMeanIsAFault) {
  QualityRule stray = asked("a", "required");
  stray.min = digits("1");
  QualityRule no_list = asked("a", "enum");
  no_list.values = "x";
  const std::pair<QualityRule, const char*> cases[] = {
      {stray, "p.yaml:4: error: quality of `a`: rule `required` does not know `min`"},
      {no_list, "`values` must be a list"},
      {asked("a", "enum"), "needs `values`"},
      {asked("a", "type"), "needs `type`"},
      {asked("a", "pattern"), "needs `pattern`"},
      {asked("a", "range"), "needs `min` or `max`"},
      {bounded("range", "soon", {}), "`soon` is no number"},
      {bounded("length", digits("1.5"), {}), "`1.5` is no whole, positive number"},
      {bounded("range", digits("2"), digits("1")), "`min` is greater than `max`"},
      {matching("(a"), "the pattern `(a` cannot be used: missing )"}};
  for (const auto& [rule, expected] : cases) {
    Faults faults;
    Quality::compile({rule}, "extend", faults);
    ASSERT_EQ(faults.size(), 1U) << expected;
    EXPECT_THAT(to_string(faults[0]), HasSubstr(expected));
  }
}

}  // namespace
}  // namespace weir
