// SPDX-License-Identifier: Apache-2.0
#include "expr/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Environment record() {
  Environment scope;
  scope.set("x", "text");
  scope.set("n", Number{"128000.50"});
  scope.set("flag", true);
  scope.set("none", nullptr);
  scope.set("a.b", "dotted");
  scope.set("单号", "SK1");
  scope.set("list", List{Value("p"), Value(Number{"1.0"})});
  return scope;
}

Value evaluated_in(const Template& compiled, const Scope& scope) {
  const auto value = compiled.evaluate({scope, TimeZone::utc(), Timestamp()});
  EXPECT_TRUE(value) << value.error().message;
  return value.value_or(Value());
}

std::string evaluated(const Value& value) {
  const auto compiled = Template::compile(value);
  return compiled ? to_json(evaluated_in(*compiled, record()))
                  : "refused: " + compiled.error().message;
}

TEST(Template, AWholePlaceholderKeepsItsType) {
  for (const char* form : {"{n}", "{{n}}", "{{ n }}"}) {
    EXPECT_EQ(evaluated(form), "128000.50") << form;
  }
  EXPECT_EQ(evaluated("{flag}"), "true");
  EXPECT_EQ(evaluated("{list}"), R"(["p",1.0])");
  EXPECT_EQ(evaluated("{{a.b}}"), R"("dotted")");
  EXPECT_EQ(evaluated("{单号}"), R"("SK1")");
}

TEST(Template, InsideTextItBecomesText) {
  EXPECT_EQ(evaluated("a{n}b{{flag}}c"), R"("a128000.50btruec")");
  EXPECT_EQ(evaluated("{{n}}000"), R"("128000.50000")");
  EXPECT_EQ(evaluated("{x}{x}"), R"("texttext")");
  EXPECT_EQ(evaluated("={list}"), R"j("=[\"p\",1.0]")j");
}

TEST(Template, WhatIsUnknownIsNullAloneAndNothingInText) {
  EXPECT_EQ(evaluated("{nowhere}"), "null");
  EXPECT_EQ(evaluated("{none}"), "null");
  EXPECT_EQ(evaluated("<{nowhere}{none}>"), R"("<>")");
}

TEST(Template, BracesThatEncloseNoNameAreText) {
  for (const char* text : {"{}", "{{}}", "{", "}", "{{", "}}", "{ x }", "{1}", R"(\d{2,3})",
                           "{\"a\": 1}", "{x", "{x y}", "{ {", "{'x'}", "{-x}", "{.x}", "${}"}) {
    const auto compiled = Template::compile(text);
    ASSERT_TRUE(compiled) << text;
    EXPECT_EQ(evaluated_in(*compiled, record()), Value(text)) << text;
    EXPECT_TRUE(compiled->is_constant());
  }
  EXPECT_EQ(evaluated("{\"a\":{x}}"), R"j("{\"a\":text}")j");
  EXPECT_EQ(evaluated("{{x}}}"), R"("text}")");
  EXPECT_EQ(evaluated("{{{x}}}"), R"("{text}")");
}

TEST(Template, OtherValuesStandForThemselvesMemberByMember) {
  EXPECT_EQ(evaluated(Number{"1.50"}), "1.50");
  EXPECT_EQ(evaluated(nullptr), "null");
  EXPECT_EQ(evaluated(""), R"("")");
  EXPECT_EQ(evaluated(Object{{"k", List{Value("{n}"), Value("a{x}")}}, {"{x}", Value("{x}")}}),
            R"({"k":[128000.50,"atext"],"{x}":"text"})");
}

TEST(Template, APipeThatThereIsNotIsRefusedWithTheNearest) {
  EXPECT_THAT(evaluated("{{x|dat}}"), HasSubstr("`{{x|dat}}`: `dat` is no pipe; did you mean"));
  EXPECT_THAT(evaluated("{x|upside}"), HasSubstr("`upside` is no pipe; known are `date`, "));
  EXPECT_THAT(evaluated("{{x|number:y}}"), HasSubstr("a whole number is needed"));
  EXPECT_THAT(evaluated("{{x|replace('a')}}"), HasSubstr("takes 2 arguments, and there are 1"));
  EXPECT_THAT(evaluated("{{x|date('yyyy-qq')}}"), HasSubstr("stands for no part of a time"));
}

TEST(Template, PipesApplyInTheirOrder) {
  EXPECT_EQ(evaluated("{{n|number:1}}"), "128000.5");
  EXPECT_EQ(evaluated("{n|number:3}"), "128000.500");
  EXPECT_EQ(evaluated("a{{x | replace('t','}')}}b"), R"("a}ex}b")");
  EXPECT_EQ(evaluated("{{n|number:0|string}}"), R"("128001")");
  EXPECT_EQ(evaluated("{{list|json_encode}}"), R"j("[\"p\",1.0]")j");
  EXPECT_EQ(evaluated("{{none|date}}{{nowhere|number:2}}"), R"("")");
}

TEST(Template, UnderscoreWordsStandAtTheVeryBeginning) {
  EXPECT_EQ(evaluated("_function 1 + 1"), "2");
  EXPECT_THAT(evaluated(" _function 1"), HasSubstr("must stand at the very beginning"));
  EXPECT_THAT(evaluated("_mongoQuery u findField=content.F"), HasSubstr("is known by name only"));
  EXPECT_THAT(evaluated("_endFind"), HasSubstr("ends no `_findCollection`"));
  EXPECT_EQ(evaluated("_functional"), R"("_functional")");
  EXPECT_EQ(evaluated("a _function b"), R"("a _function b")");
  EXPECT_EQ(evaluated(Object{{"k", Value("_function 2 * {n}")}}), R"({"k":256001.00})");
}

TEST(Template, ADoubleBraceThatIsNoPlaceholderIsRefusedInPlaceOfBeingSent) {
  for (const char* text : {"{{x}", "{{x", "{{x y}}", "a {{x)}} b", "{{x||y}}"}) {
    EXPECT_THAT(evaluated(text), HasSubstr("is no placeholder: write `{{x}}`")) << text;
  }
}

TEST(Template, KnowsItsNames) {
  const auto compiled = Template::compile("{x}-{{a.b}}-{x}");
  EXPECT_THAT(compiled->names(), ElementsAre("x", "a.b", "x"));
  EXPECT_FALSE(compiled->is_constant());
  EXPECT_THAT(Template::compile("_function IF({x} = '{{a.b}}', MAX({list}), 1)")->names(),
              ElementsAre("x", "a.b", "list"));
  EXPECT_THAT(Template::compile("_findCollection find F from p where A={x}")->names(),
              ElementsAre("x"));
  EXPECT_THAT(Template::compile("_lua f({x}, '{n}')")->names(), ElementsAre("x", "n"));
  EXPECT_THAT(Template::compile("{{CURRENT_TIME|date}} {x}")->clocks(),
              ElementsAre("CURRENT_TIME"));
  EXPECT_THAT(Template::compile("_function IF({x}, NOW(), UNIX_TIMESTAMP({x}))")->clocks(),
              ElementsAre("NOW()"));
  EXPECT_FALSE(Template::compile("_function NOW()")->is_constant());
}

TEST(Template, ALiteralIsNeverTakenApart) {
  EXPECT_EQ(evaluated_in(Template::literal("{x}"), record()), Value("{x}"));
}

TEST(Template, SpansStandForThemselves) {
  const std::string text = "_lua {x} {x}";
  const std::vector<TextSpan> literal = {{0, 8}};
  EXPECT_EQ(evaluated_in(*Template::compile(text, {literal, nullptr}), record()),
            Value("_lua {x} text"));
}

TEST(Environment, KnowsTheVariablesOfTheVocabulary) {
  for (const char* name :
       {"LAST_SYNC_TIME", "CURRENT_TIME", "PAGINATION_START_ROW", "DAYS_AGO_12"}) {
    EXPECT_TRUE(Environment::is_variable(name)) << name;
  }
  for (const char* name : {"last_sync_time", "DAYS_AGO_", "DAYS_AGO_x", "processInstanceId", ""}) {
    EXPECT_FALSE(Environment::is_variable(name)) << name;
  }
}

}  // namespace
}  // namespace weir
