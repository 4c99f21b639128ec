// SPDX-License-Identifier: Apache-2.0
#include "transform/request_map.h"

#include "core/record.h"
#include "spec/field_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

class RecordScope final : public Scope {
 public:
  const Value* find(std::string_view name) const override { return find_in_record(record_, name); }

 private:
  Value record_ = *parse_json(R"({"no": "SK1", "amount": 128000.50, "big": "12345678901234567890",
      "fraction": "12.5", "blank": " ", "zero": 0, "whole": 12.00,
      "details": [{"goods": "g1", "qty": 1}, {"goods": "g2"}], "extend": {"id": "i"}})");
};

std::vector<Field> fields(const std::string& yaml, Faults& faults) {
  class NoReferences final : public References {
    Result<std::string> resolve(std::string_view, std::string_view name) const override {
      return name == "BRACES" ? "{no} {{amount" : std::string(name);
    }
  };
  const Node node = read_document(yaml, "p.yaml", NoReferences(), faults);
  return FieldReader("request", faults).read(node);
}

std::string mapped(const std::string& yaml) {
  Faults faults;
  const RequestMap map = RequestMap::compile(fields(yaml, faults), RecordShape(), faults);
  EXPECT_TRUE(faults.empty()) << to_string(faults.front());
  const RecordScope scope;
  const auto result = map.map({scope, TimeZone::utc(), Timestamp()});
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    return "rejected: " + result.error().message;
  }
  return to_json(*result);
}

TEST(RequestMap, KeepsOrderTypesAndNulls) {
  EXPECT_EQ(mapped("{z: \"{no}\", a: \"{amount}\", c: \"{nowhere}\", d: , e: \"1\", f: 1.50, "
                   "g: \"{{extend.id}}\", h: \"No {no}\"}"),
            R"({"z":"SK1","a":128000.50,"c":null,"d":null,"e":"1","f":1.50,"g":"i","h":"No SK1"})");
}

TEST(RequestMap, WhatAReferenceStandsForIsNoTemplate) {
  EXPECT_EQ(mapped("{alone: \"${env:BRACES}\", beside: \"{no}-${env:BRACES}-{amount}\"}"),
            R"({"alone":"{no} {{amount","beside":"SK1-{no} {{amount-128000.50"})");
}

TEST(RequestMap, ChildrenMakeObjects) {
  EXPECT_EQ(mapped("- {field: main, children: [{field: b, value: \"{no}\"}, {field: a}]}\n"
                   "- {field: free, value: {x: \"{no}\", y: [\"{amount}\"]}}\n"),
            R"({"main":{"b":"SK1","a":null},"free":{"x":"SK1","y":[128000.50]}})");
}

TEST(RequestMap, TypesConvert) {
  EXPECT_EQ(mapped(R"([{field: a, type: string, value: "{amount}"},
      {field: b, type: int, value: "{big}"}, {field: c, type: float, value: "{fraction}"},
      {field: d, type: int, value: "{whole}"}, {field: e, type: int, value: "{blank}"},
      {field: f, type: boolean, value: "{zero}"}, {field: g, type: string, value: "{nowhere}"},
      {field: h, type: long datetime, value: "{no}"}, {field: i, type: number, value: "+.5"}])"),
            R"({"a":"128000.50","b":12345678901234567890,"c":12.5,"d":12,"e":null,"f":false,)"
            R"("g":null,"h":"SK1","i":0.5})");
}

TEST(RequestMap, WhatDoesNotFitItsTypeRejectsTheRecord) {
  EXPECT_EQ(mapped(R"([{field: a, type: int, value: "{fraction}"}])"),
            "rejected: field `a`: `12.5` is no whole number");
  EXPECT_EQ(mapped(R"([{field: a, type: float, value: "{no}"}])"),
            "rejected: field `a`: `SK1` is no number");
  EXPECT_EQ(mapped(R"([{field: a, type: bool, value: "{no}"}])"),
            "rejected: field `a`: `SK1` is neither true nor false");
}

TEST(RequestMap, ArraysFollowTheListTheyName) {
  const std::string children =
      "children: [{field: g, value: \"{{details.goods}}\"}, {field: q, value: \"{details.qty}\"}, "
      "{field: no, value: \"{no}\"}]";
  const std::string expected =
      R"({"l":[{"g":"g1","q":1,"no":"SK1"},{"g":"g2","q":null,"no":"SK1"}]})";
  for (const char* name : {"details", "\"{{details}}\"", "\"{details}\""}) {
    EXPECT_EQ(
        mapped("[{field: l, type: array, value: " + std::string(name) + ", " + children + "}]"),
        expected)
        << name;
  }
  EXPECT_EQ(mapped("[{field: l, type: array, value: nowhere, " + children + "}]"), R"({"l":[]})");
  EXPECT_EQ(mapped("[{field: l, type: array, value: no, " + children + "}]"),
            "rejected: field `l` needs a list in `no`, and there is `SK1`");
  EXPECT_EQ(mapped("[{field: l, type: array, value: details}]"),
            R"({"l":[{"goods":"g1","qty":1},{"goods":"g2"}]})");
  EXPECT_EQ(mapped("[{field: l, type: array, value: \"a,b\"}]"), R"({"l":"a,b"})");
  EXPECT_EQ(mapped("[{field: l, type: array, children: [{field: a, value: \"{no}\"}]}]"),
            R"({"l":[{"a":"SK1"}]})");
}

TEST(RequestMap, TemplatesThatCannotBeCompiledAreFaultsWithTheirLines) {
  Faults faults;
  RequestMap::compile(fields("- {field: a, value: \"{{x|dat}}\"}\n- field: b\n  children:\n"
                             "    - field: c\n      value: _function {x} +\n",
                             faults),
                      RecordShape(), faults);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_THAT(
      to_string(faults[0]),
      HasSubstr("p.yaml:1: error: field `a`: `{{x|dat}}`: `dat` is no pipe; did you mean `date`?"));
  EXPECT_THAT(to_string(faults[1]),
              HasSubstr("p.yaml:5: error: field `c`: `_function {x} +`: at "));
}

TEST(RequestMap, AValueBesideChildrenIsWarnedAbout) {
  Faults faults;
  RequestMap::compile(fields("[{field: a, value: x, children: [{field: b}]}]", faults),
                      RecordShape(), faults);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].severity, Severity::warning);
}

TEST(RequestMap, TemplatesTellWhatTheyAskFor) {
  Faults faults;
  const RequestMap map = RequestMap::compile(
      fields("- {field: a, value: \"_function _lua f({x}) + 1\"}\n- field: b\n  children:\n"
             "    - {field: c, value: \"_findCollection find F from p where A={{y}}\"}\n",
             faults),
      RecordShape(), faults);
  std::string asked;
  map.visit_templates([&](const Template& value, const Location& at) {
    for (const auto& list : {value.names(), value.pipelines(), value.functions()}) {
      for (const std::string& name : list) {
        asked += name + ":" + std::to_string(at.line) + " ";
      }
    }
  });
  EXPECT_EQ(asked, "x:1 f:1 y:4 p:4 ");
}

}  // namespace
}  // namespace weir
