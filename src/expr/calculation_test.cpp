// SPDX-License-Identifier: Apache-2.0
#include "core/record.h"
#include "expr/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OrderScope final : public Scope {
 public:
  const Value* find(std::string_view name) const override { return find_in_record(record_, name); }

 private:
  Value record_ = *parse_json(R"({"name": "O'Neil', 'x", "n": 128000.50, "big": 1e3,
      "lines": [{"qty": 2, "price": 1.25, "good": "b"}, {"qty": 3, "price": 0.10, "good": "A"},
                {"price": 7}],
      "prices": [1.5, 2.25, null], "empty": [], "head": {"lines": [{"qty": 7}]}})");
};

Result<Value> calculated(const std::string& text, std::span<const TextSpan> literal = {}) {
  const auto compiled = Template::compile(text, {literal, nullptr});
  if (!compiled) {
    return tl::unexpected(compiled.error());
  }
  const OrderScope scope;
  return compiled->evaluate({scope, TimeZone::utc(), Timestamp()});
}

std::string result_of(const std::string& text) {
  const auto value = calculated("_function " + text);
  return value ? to_json(*value) : value.error().message;
}

TEST(Calculation, AQuoteInAValueChangesNothing) {
  EXPECT_EQ(result_of("{{name}}"), R"("O'Neil', 'x")");
  EXPECT_EQ(result_of("'{{name}}'"), R"("O'Neil', 'x")");
  EXPECT_EQ(result_of("CONCAT('<{{name}}>', \"{name}\")"), R"("<O'Neil', 'x>O'Neil', 'x")");
  EXPECT_EQ(result_of("case '{{name}}' when 'O''Neil\\', \\'x' then 1 else 2 end"), "1");
}

TEST(Calculation, KeepsTypesAndDigits) {
  EXPECT_EQ(result_of("{{n}}"), "128000.50");
  EXPECT_EQ(result_of("{{n}} * 3"), "384001.50");
  EXPECT_EQ(result_of("{{n}} / 3"), "42666.833333");
  EXPECT_EQ(result_of("'0.1' + '0.2'"), "0.3");
  EXPECT_EQ(result_of("{{nowhere}} + 1"), "null");
  EXPECT_EQ(result_of("{{big}} + 1"), "1001");
  EXPECT_EQ(result_of("'{{n|number:0}}'"), R"("128001")");
}

TEST(Calculation, AggregatesGoThroughTheListThatTheyName) {
  EXPECT_EQ(result_of("SUM({{lines.qty}})"), "5");
  EXPECT_EQ(result_of("SUM({{lines.qty}} * {{lines.price}})"), "2.80");
  EXPECT_EQ(result_of("AVG({{lines.price}})"), "2.783333");
  EXPECT_EQ(result_of("MAX({{lines.price}}) - MIN({{lines.price}})"), "6.90");
  EXPECT_EQ(result_of("COUNT({{lines.qty}})"), "2");
  EXPECT_EQ(result_of("MIN({{lines.good}})"), R"("A")");
  EXPECT_EQ(result_of("SUM({{prices}})"), "3.75");
  EXPECT_EQ(result_of("SUM({{head.lines.qty}})"), "7");
  EXPECT_EQ(result_of("SUM({{empty}})"), "null");
  EXPECT_EQ(result_of("COUNT({{empty}})"), "0");
  EXPECT_EQ(result_of("SUM({{n}})"), "128000.50");
}

TEST(Calculation, InsideAListAnAggregateStillSeesAllOfIt) {
  const OrderScope order;
  const Value element = *parse_json(R"({"qty": 2})");
  const std::string list = "lines";
  const ElementScope inside(order, list, element);
  const auto share = Template::compile("_function {{lines.qty}} / SUM({{lines.qty}})");
  EXPECT_EQ(to_json(*share->evaluate({inside, TimeZone::utc(), Timestamp()})), "0.4000");
}

TEST(Calculation, FaultsNameThePlaceAndTheNearestFunction) {
  EXPECT_THAT(result_of("LOCAT('a', {{name}})"),
              HasSubstr("at character 11: `LOCAT` is no function; did you mean `LOCATE`?"));
  EXPECT_THAT(result_of("金额 + 1"),
              HasSubstr("at character 11: `金额` is no value; write `'金额'` "
                        "for the text, or `{{金额}}` for the field"));
  EXPECT_THAT(result_of("'销售' + "), HasSubstr("at character 18: the expression ends"));
  EXPECT_THAT(result_of("(1 + 2"), HasSubstr("at character 17: `)` is expected"));
  EXPECT_THAT(result_of("1 2"), HasSubstr("at character 13: this is more than one expression"));
  EXPECT_THAT(result_of("'open"), HasSubstr("at character 11: the quote is not closed"));
  EXPECT_THAT(result_of("IF(1, 2)"), HasSubstr("`IF` takes just 3 arguments, and there are 2"));
  EXPECT_THAT(result_of("CASE WHEN 1 THEN 2"), HasSubstr("`END` is expected"));
  EXPECT_THAT(result_of("DATE_ADD('2026-01-01', INTERVAL 1 DAYS)"),
              HasSubstr("`DAYS` is no unit of INTERVAL"));
  EXPECT_THAT(result_of("(SELECT 1)"), HasSubstr("`SELECT` is no value"));
  EXPECT_THAT(result_of("{x|dat}"), HasSubstr("`dat` is no pipe; did you mean `date`?"));
  EXPECT_THAT(result_of(std::string(200, '(') + "1"), HasSubstr("nested too deeply"));
}

TEST(Calculation, WhatCannotBeWorkedOutRejectsWithExpressionAndValues) {
  const auto value = calculated("_function {{lines}} + {{n}}");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind, ErrorKind::rejected);
  EXPECT_THAT(value.error().message,
              HasSubstr("`_function {{lines}} + {{n}}` (lines = [{\"qty\":2,\"price\":1.25"));
  EXPECT_THAT(value.error().message, HasSubstr("a list is no single value"));
  EXPECT_THAT(result_of("{{n}} * 1e99"), HasSubstr("more than 65 digits"));
  std::string growing = "'aaaaaaaaaaaaaaaa'";
  for (int times = 0; times < 7; ++times) {
    growing = "REPLACE(" + growing + ", 'a', 'aaaaaaaaaaaaaaaa')";
  }
  EXPECT_THAT(result_of(growing), HasSubstr("longer than 16 MiB"));
}

TEST(Calculation, WhatCameFromAReferenceIsDataAndIsNotShown) {
  const std::string text = "_function CONCAT('a\'b', {{lines}})";
  const std::size_t at = text.find("a\'b");
  const std::vector<TextSpan> secret = {{at, 3}};
  const auto refused = calculated(text, secret);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("CONCAT('***', {{lines}})"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("a'b")));
  const std::string bare = "_function LENGTH(1 + 1)";
  const std::vector<TextSpan> sum = {{bare.find("1 + 1"), 5}};
  EXPECT_EQ(to_json(*calculated(bare, sum)), "5");
  const std::string broken = "_function NOSUCH(secret)";
  EXPECT_THAT(calculated(broken, std::vector<TextSpan>{{17, 6}}).error().message,
              Not(HasSubstr("secret")));
}

TEST(Calculation, ASecretThatWasTypedPlainlyIsNotShown) {
  const TemplateOptions options{{}, nullptr, true};
  const auto broken = Template::compile("_function CONCAT('hunter2'", options);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, Not(HasSubstr("hunter2")));
  const OrderScope scope;
  const auto value = Template::compile("_function CONCAT('hunter2', {{lines}})", options)
                         ->evaluate({scope, TimeZone::utc(), Timestamp()});
  ASSERT_FALSE(value);
  EXPECT_THAT(value.error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace weir
