// SPDX-License-Identifier: Apache-2.0
#include "transform/value_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace weir {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string parsed(const std::string& name, const std::vector<std::string>& params,
                   const std::string& json) {
  Field field;
  field.field = "f";
  field.parser = Parser{name, params, {}};
  Faults faults;
  const ValueParser parser = ValueParser::compile(field, faults);
  EXPECT_TRUE(faults.empty()) << faults.front().message;
  return to_json(parser.apply(*parse_json(json)));
}

std::vector<std::string> told(const std::string& name, const std::vector<std::string>& params) {
  Field field;
  field.field = "f";
  field.parser = Parser{name, params, {}};
  Faults faults;
  ValueParser::compile(field, faults);
  std::vector<std::string> lines;
  for (const Fault& fault : faults) {
    lines.push_back(to_string(fault));
  }
  return lines;
}

TEST(ValueParser, ListsAndTextsBecomeEachOther) {
  EXPECT_EQ(parsed("ArrayToString", {","}, R"(["a",1.50,null,"b"])"), R"("a,1.50,,b")");
  EXPECT_EQ(parsed("ArrayToString", {}, R"(["a","b"])"), R"("a,b")");
  EXPECT_EQ(parsed("ArrayToString", {";"}, R"("a")"), R"("a")");
  EXPECT_EQ(parsed("ArrayToString", {","}, "[]"), R"("")");
  EXPECT_EQ(parsed("StringToArray", {"、"}, R"("甲、乙、")"), R"(["甲","乙",""])");
  EXPECT_EQ(parsed("StringToArray", {}, R"("a")"), R"(["a"])");
  EXPECT_EQ(parsed("StringToArray", {""}, R"("a,b")"), R"(["a,b"])");
  EXPECT_EQ(parsed("StringToArray", {","}, R"("")"), "[]");
  EXPECT_EQ(parsed("StringToArray", {","}, "12"), R"(["12"])");
  EXPECT_EQ(parsed("StringToArray, ArrayUnique", {}, R"("a,b,a")"), R"(["a","b"])");
  EXPECT_EQ(parsed("ArrayUnique", {}, R"([1,"1",1,{"a":1},{"a":1}])"), R"([1,"1",{"a":1}])");
}

TEST(ValueParser, ValuesAreWrappedIntoObjects) {
  EXPECT_EQ(parsed("ConvertObjectParser", {"FNumber"}, R"("01")"), R"({"FNumber":"01"})");
  EXPECT_EQ(parsed("ConvertTwoStageObjectParser", {"a", "b"}, "1.50"), R"({"a":{"b":1.50}})");
  EXPECT_EQ(parsed("ConvertObjectsParser", {"k"}, R"(["x",1])"), R"([{"k":"x"},{"k":1}])");
  EXPECT_EQ(parsed("ConvertObjectsParser", {"k"}, R"("x")"), R"([{"k":"x"}])");
  EXPECT_EQ(parsed("K3WiseHeiHuCustomParser", {"no"}, R"("v")"),
            R"([{"keyName":"no","keyValue":"v"}])");
  EXPECT_EQ(parsed("ConvertJson", {}, R"({"1033":"x","n":2,"007":3})"),
            R"([{"Key":1033,"Value":"x"},{"Key":"n","Value":2},{"Key":"007","Value":3}])");
  EXPECT_EQ(parsed("ConvertJson", {}, R"("{\"1033\":\"x\"}")"), R"([{"Key":1033,"Value":"x"}])");
  EXPECT_EQ(parsed("ConvertJson", {}, R"("a\r\nb")"), R"("ab")");
}

TEST(ValueParser, AWorkflowFieldCarriesItsNameAndRights) {
  Field field;
  field.field = "f";
  Faults faults;
  field.parser = Parser{"workflowRequestTableFields", {}, {}};
  EXPECT_EQ(to_json(ValueParser::compile(field, faults).apply("v")),
            R"({"fieldName":"f","fieldValue":"v","view":true,"edit":true,"fieldId":""})");
  field.parser->options = {{"edit", "false"}, {"fieldId", "12"}};
  EXPECT_EQ(to_json(ValueParser::compile(field, faults).apply("v")),
            R"({"fieldName":"f","fieldValue":"v","view":true,"edit":false,"fieldId":"12"})");
}

TEST(ValueParser, NullStaysNull) {
  for (const char* name : {"ArrayToString", "StringToArray", "ConvertObjectParser", "ConvertJson",
                           "K3WiseHeiHuCustomParser", "workflowRequestTableFields"}) {
    EXPECT_EQ(parsed(name, {"p"}, "null"), "null") << name;
  }
}

TEST(ValueParser, TellsOfUnknownNamesAndMissingParams) {
  EXPECT_THAT(told("ArrayToSting", {","}),
              ElementsAre(AllOf(
                  HasSubstr("warning"),
                  HasSubstr("field `f`: the value is left as it is: `ArrayToSting` is no parser"),
                  HasSubstr("did you mean `ArrayToString`?"))));
  EXPECT_THAT(told("ConvertObjectParser", {}),
              ElementsAre(AllOf(HasSubstr("error"), HasSubstr("needs `params`, the key"))));
  EXPECT_THAT(told("ConvertTwoStageObjectParser", {"a"}),
              ElementsAre(HasSubstr("needs `params1` and `params2`")));
}

}  // namespace
}  // namespace weir
