// SPDX-License-Identifier: Apache-2.0
#include "transform/request_map.h"

#include "core/record.h"
#include "spec/field_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

class SampleScope final : public Scope {
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
  return FieldReader("request", faults, {"parser", "mapping", "is_required"}).read(node);
}

std::string mapped(const std::string& yaml) {
  Faults faults;
  const RequestMap map = RequestMap::compile(fields(yaml, faults), RecordShape(), faults);
  EXPECT_TRUE(faults.empty()) << to_string(faults.front());
  const SampleScope scope;
  MappedRows rows(map.layout());
  const auto result = map.map({scope, TimeZone::utc(), Timestamp()}, rows);
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    return "rejected: " + result.error().message;
  }
  return to_json(rows.tree(0));
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
      {field: h, type: SQL, value: "{no}"}, {field: i, type: number, value: "+.5"}])"),
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

TEST(RequestMap, TypesOfTimeAreWallTimeOrCountFrom1970) {
  EXPECT_EQ(mapped(R"([{field: a, type: date, value: "1767576660000"},
      {field: b, type: datetime, value: "1767576660"}, {field: c, type: long datetime, value: "2026/1/5"},
      {field: d, type: timestamp, value: "2026-01-05 01:31:00"},
      {field: e, type: timestamp ms, value: "2026-01-05 01:31:00"}, {field: f, type: date, value: "{blank}"}])"),
            R"({"a":"2026-01-05","b":"2026-01-05 01:31:00","c":"2026-01-05 00:00:00",)"
            R"("d":1767576660,"e":1767576660000,"f":null})");
  EXPECT_EQ(mapped(R"([{field: a, type: datetime, value: "{no}"}])"),
            "rejected: field `a`: `SK1` is no time");
}

TEST(RequestMap, AStaticMappingComesBeforeTypeAndParser) {
  EXPECT_EQ(mapped(R"([{field: a, type: int, value: "{no}", mapping: {SK1: 7}},
      {field: b, value: "{zero}", mapping: [{a_value: 0, b_value: 草稿}, {a_value: 1, b_value: 已审}]},
      {field: c, value: "{no}", mapping: {SK2: x}},
      {field: d, value: "{nowhere}", mapping: {"": none}},
      {field: e, value: [x, y, z], mapping: {x: 1, z: 3}, parser: {name: ArrayToString, params: ";"}},
      {field: f, value: "{no}", mapping: {values: {one: SK1}, direction: reverse}}])"),
            R"({"a":7,"b":"草稿","c":"SK1","d":"none","e":"1;y;3","f":"one"})");
}

TEST(RequestMap, WhatIsRequiredAndMissingRejectsTheRecord) {
  EXPECT_EQ(mapped("[{field: a, value: \"{nowhere}\", is_required: true}]"),
            "rejected: field `a` is required and has no value: `{nowhere}` gave none");
  EXPECT_EQ(mapped("[{field: a, value: \"{blank}\", is_required: 1}]"),
            "rejected: field `a` is required and has no value: `{blank}` gave none");
  EXPECT_EQ(mapped("[{field: l, type: array, value: nowhere, is_required: true, "
                   "children: [{field: g, value: x}]}]"),
            "rejected: field `l` is required and has no value: `nowhere` gave none");
  EXPECT_EQ(mapped("[{field: a, value: \"{no}\", is_required: true}]"), R"({"a":"SK1"})");
}

TEST(RequestMap, ParsersTakeListsAndObjectsAsTheyAre) {
  EXPECT_EQ(
      mapped(R"([{field: a, type: string, value: "{details}", parser: ArrayToString},
      {field: b, type: array, value: details, parser: {name: ConvertObjectsParser, params: FLine}},
      {field: c, type: string, value: "{amount}", parser: {name: ConvertObjectParser, params: FNumber}},
      {field: d, parser: ConvertJson, children: [{field: "7", value: "{no}"}]}])"),
      R"({"a":"{\"goods\":\"g1\",\"qty\":1},{\"goods\":\"g2\"}",)"
      R"("b":[{"FLine":{"goods":"g1","qty":1}},{"FLine":{"goods":"g2"}}],"c":{"FNumber":"128000.50"},)"
      R"("d":[{"Key":7,"Value":"SK1"}]})");
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
    for (const auto& list : {value.names(), value.functions()}) {
      for (const std::string& name : list) {
        asked += name + ":" + std::to_string(at.line) + " ";
      }
    }
    for (const CollectionMention& mention : value.collections()) {
      asked += mention.pipeline + "." + mention.field + " by " + mention.where.front() + " ";
    }
  });
  EXPECT_EQ(asked, "x:1 f:1 y:4 p.F by A ");
}

}  // namespace
}  // namespace weir
