// SPDX-License-Identifier: Apache-2.0
#include "spec/strategy_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class EchoReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

struct StrategyReading {
  Strategy strategy;
  std::vector<std::string> faults;
};

StrategyReading read_side(const std::string& rest, bool is_source = true) {
  Faults faults;
  const Node node =
      read_document("connection: c\napi: a\n" + rest, "p.yaml", EchoReferences(), faults);
  StrategyReading reading;
  reading.strategy = read_strategy(node, is_source, faults);
  for (const Fault& fault : faults) {
    reading.faults.push_back(to_string(fault));
  }
  return reading;
}

// "a=1 b{c=2}": names, values as JSON, children.
std::string outline(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) {
    text += (text.empty() ? "" : " ") + field.field;
    if (field.value) {
      text += "=" + to_json(field.value->value);
    }
    if (!field.children.empty()) {
      text += "{" + outline(field.children) + "}";
    }
  }
  return text;
}

TEST(StrategyReader, ReadsTheCommonKeys) {
  const StrategyReading reading =
      read_side("method: POST\nid: processInstanceId\nnumber: no\nidCheck: false\neffect: QUERY\n");
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_EQ(reading.strategy.connection, "c");
  EXPECT_EQ(reading.strategy.api, "a");
  EXPECT_EQ(reading.strategy.method, "POST");
  EXPECT_EQ(reading.strategy.id, "processInstanceId");
  EXPECT_EQ(reading.strategy.number, "no");
  EXPECT_FALSE(reading.strategy.id_check);
  EXPECT_EQ(reading.strategy.unknown.front().first, "effect");
}

TEST(StrategyReader, MissingOrWrongPartsAreErrorsWithTheirLines) {
  Faults faults;
  const Node node = read_document("method: [1]\napi:\nidCheck: perhaps\nrequest: text\n", "p.yaml",
                                  EchoReferences(), faults);
  read_strategy(node, false, faults);
  std::vector<std::string> texts;
  for (const Fault& fault : faults) {
    texts.push_back(to_string(fault));
  }
  EXPECT_THAT(
      texts,
      UnorderedElementsAre(
          HasSubstr("p.yaml:1: error: `target.connection` is missing"),
          HasSubstr("p.yaml:2: error: `target.api` is missing"),
          HasSubstr("p.yaml:1: error: `method` must be text, and is a list"),
          HasSubstr("p.yaml:3: error: `idCheck` must be `true` or `false`, and is `\"perhaps\"`"),
          HasSubstr("p.yaml:4: error: `request` must be a list of fields, and is `\"text\"`")));
}

TEST(StrategyReader, AllStorageFormsGiveTheSameTree) {
  const std::string tree = R"(a="1" b{c="x" d{e=true}} f)";
  const std::pair<const char*, const char*> forms[] = {
      {"children", R"(
request:
  - {field: a, value: "1"}
  - field: b
    type: object
    children:
      - {field: c, value: x}
      - {field: d, children: [{field: e, value: true}]}
  - {field: f}
)"},
      {"flat list by names", R"(
request:
  - {field: a, value: "1", parent: ""}
  - {field: e, value: true, parent: d}
  - {field: b, type: object}
  - {field: c, value: x, parent: b}
  - {field: d, type: object, parent: b}
  - {field: f, parent: null, value: null}
)"},
      {"flat list by ids", R"(
request:
  - {id: 5c1d2a7e-0000-4000-8000-000000000001, field: a, value: "1", parent_id: null}
  - {id: 5c1d2a7e-0000-4000-8000-000000000002, field: b}
  - {id: 5c1d2a7e-0000-4000-8000-000000000003, field: c, value: x,
     parent_id: 5c1d2a7e-0000-4000-8000-000000000002}
  - {id: 5c1d2a7e-0000-4000-8000-000000000004, field: d, parent: b,
     parent_id: 5c1d2a7e-0000-4000-8000-000000000002}
  - {id: 5c1d2a7e-0000-4000-8000-000000000005, field: e, value: true,
     parent_id: 5c1d2a7e-0000-4000-8000-000000000004}
  - {id: 5c1d2a7e-0000-4000-8000-000000000006, field: f}
)"},
      {"children and parents at once", R"(
request:
  - {field: a, value: "1"}
  - field: b
    children:
      - {field: c, value: x, parent: b}
      - {field: d, parent: b, children: [{field: e, value: true, parent: d}]}
  - {field: c, value: x, parent: b}
  - {field: f}
)"},
      {"short form", "request: {a: \"1\", b: {c: x, d: {e: true}}, f: }\n"},
      {"the alias", "requestParams: {a: \"1\", b: {c: x, d: {e: true}}, f: }\n"},
      {"children in short form", R"(
request:
  - {field: a, value: "1"}
  - {field: b, children: {c: x, d: {e: true}}}
  - {field: f}
)"}};
  for (const auto& [name, text] : forms) {
    const StrategyReading reading = read_side(text);
    EXPECT_THAT(reading.faults, IsEmpty()) << name;
    EXPECT_EQ(outline(reading.strategy.request), tree) << name;
  }
}

TEST(StrategyReader, AFlatListThatCannotBeTiedIsAnError) {
  EXPECT_THAT(read_side("request:\n  - {field: a, parent: mian}\n  - {field: main}\n").faults,
              ElementsAre(HasSubstr("p.yaml:4: error: the parent `mian` of field `a` is not in "
                                    "`request`; did you mean `main`?")));
  EXPECT_THAT(read_side("request:\n  - {field: a, parent: b}\n  - {field: b, parent: a}\n").faults,
              ElementsAre(HasSubstr("is its own parent")));
  EXPECT_THAT(read_side("request:\n  - {field: a, parent: a}\n").faults,
              ElementsAre(HasSubstr("is its own parent")));
}

TEST(StrategyReader, AFieldNeedsAName) {
  EXPECT_THAT(read_side("request:\n  - {value: 1}\n  - plain\n  - {field: [1]}\n").faults,
              ElementsAre(HasSubstr("p.yaml:4: error: an entry of `request` has no `field`"),
                          HasSubstr("p.yaml:5: error: an entry of `request` must be a field"),
                          HasSubstr("p.yaml:6: error: an entry of `request` has no `field`")));
}

TEST(StrategyReader, AFieldThatStandsTwiceIsWarnedAboutAndTheLastCounts) {
  const StrategyReading reading =
      read_side("request:\n  - {field: a, value: 1}\n  - {field: a, value: 2}\n");
  EXPECT_EQ(outline(reading.strategy.request), "a=2");
  EXPECT_THAT(reading.faults, ElementsAre(HasSubstr("p.yaml:5: warning: field `a` stands twice")));
}

TEST(StrategyReader, ValuesKeepTheirTypesAndSecretsAreMarked) {
  const StrategyReading reading = read_side(
      "request:\n  - {field: a, value: 1.50}\n  - {field: token, value: \"${env:T}\"}\n"
      "  - {field: l, value: [1, \"${env:U}\"]}\notherRequest: {systemToken: plain}\n");
  const Strategy& strategy = reading.strategy;
  EXPECT_EQ(strategy.find("a")->value->value, Value(Number{"1.50"}));
  EXPECT_FALSE(strategy.find("a")->value->secret);
  EXPECT_EQ(strategy.find("token")->value->value, Value("T"));
  EXPECT_TRUE(strategy.find("token")->value->secret);
  EXPECT_TRUE(strategy.find("l")->value->secret);
  EXPECT_FALSE(strategy.find("systemToken")->value->secret);
  EXPECT_EQ(strategy.find("nothing"), nullptr);
}

TEST(StrategyReader, ParsersAndMappingsAreReadAndWarnedAboutWhereTheyHaveNoEffect) {
  const std::string request = R"(request:
  - {field: a, parser: ArrayToString}
  - {field: b, parser: {name: ConvertTwoStageObjectParser, params1: x, params2: y}}
  - {field: c, parser: {name: ArrayToString, params: ","}, mapping: {0: 草稿, 1: 已审}}
  - {field: d, mapping: [{a_value: 0, b_value: no}]}
  - {field: e, parser: [], mapping: [], is_required: false, label: 名}
  - {field: f, is_required: true, widht: 5}
  - {field: g, mapping: {direction: reverse, values: [{a_value: 0, b_value: no}]}}
  - {field: h, parser: {name: workflowRequestTableFields, view: false, fieldId: 12}}
)";
  const auto widht = HasSubstr("p.yaml:9: warning: `widht` (of `f` in `request`) is not known");
  const auto reading = read_side(request);
  EXPECT_THAT(
      reading.faults,
      UnorderedElementsAre(
          "p.yaml:6: warning: `mapping` (of `c`, `d`, `g` in `request`) is kept, and has no effect "
          "yet",
          "p.yaml:9: warning: `is_required` (of `f` in `request`) is kept, and has no effect yet",
          widht));
  EXPECT_THAT(read_side(request, false).faults, ElementsAre(widht));
  const Strategy& strategy = reading.strategy;
  EXPECT_THAT(strategy.find("b")->parser->params, ElementsAre("x", "y"));
  EXPECT_EQ(strategy.find("c")->mapping[1], (std::pair<std::string, std::string>("1", "已审")));
  EXPECT_EQ(strategy.find("d")->mapping[0].second, "no");
  EXPECT_EQ(strategy.find("g")->mapping[0], (std::pair<std::string, std::string>("no", "0")));
  EXPECT_TRUE(strategy.find("f")->required);
  EXPECT_FALSE(strategy.find("e")->required);
  EXPECT_THAT(strategy.find("h")->parser->options,
              ElementsAre(Pair("view", "false"), Pair("fieldId", "12")));
}

TEST(StrategyReader, AMappingThatNamesATableOfThePlatformIsToldOf) {
  const auto reading =
      read_side("request: [{field: a, mapping: {target: 5f3a, direction: positive}}]", false);
  EXPECT_THAT(reading.faults, ElementsAre(HasSubstr("names a table that the platform keeps")));
  EXPECT_TRUE(reading.strategy.find("a")->mapping.empty());
  EXPECT_THAT(
      read_side("request: [{field: a, mapping: {values: {x: y}, direction: back}}]", false).faults,
      ElementsAre(HasSubstr("must be `forward` or `reverse`, and is `\"back\"`")));
}

TEST(StrategyReader, ATargetThatWritesNothingNeedsNoConnection) {
  for (const std::string api : {"写入空操作", "none"}) {
    for (const bool is_source : {false, true}) {
      Faults faults;
      const Node node = read_document("api: " + api, "p.yaml", EchoReferences(), faults);
      const Strategy strategy = read_strategy(node, is_source, faults);
      EXPECT_TRUE(strategy.writes_nothing());
      EXPECT_EQ(faults.empty(), !is_source) << api;
    }
  }
}

TEST(StrategyReader, WhatHasNoEffectYetIsNeverSilent) {
  const char* keys[] = {
      "groupCalculate: {headerGroup: [a]}",
      "operation: {method: merge, field: a}",
      "pagination: {pageSize: 50}",
      "response: {primaryWriteback: {id: x}}",
  };
  for (const char* key : keys) {
    EXPECT_THAT(read_side(std::string(key) + "\n").faults,
                ElementsAre(HasSubstr("is kept, and has no effect yet: ")))
        << key;
  }
}

TEST(StrategyReader, BeatFlatStandsBesideOrAmongTheFieldsOfOtherRequest) {
  const char* ways[] = {"beatFlat: [a, b]", "beatFlat: \"a, b\"",
                        "otherRequest: [{field: beatFlat, value: [a, b]}, {field: x, value: y}]",
                        "otherRequestParams: {beatFlat: [a, b], x: y}",
                        "otherRequest: [{field: beatFlat, value: \"a,b\"}]"};
  for (const char* way : ways) {
    const StrategyReading reading = read_side(std::string(way) + "\n");
    EXPECT_THAT(reading.faults, IsEmpty()) << way;
    ASSERT_THAT(reading.strategy.beat_flat, SizeIs(2)) << way;
    EXPECT_EQ(reading.strategy.beat_flat[0].name, "a");
    EXPECT_EQ(reading.strategy.beat_flat[1].name, "b");
    EXPECT_EQ(reading.strategy.beat_flat[1].at.line, 3);
    EXPECT_EQ(reading.strategy.find("beatFlat"), nullptr) << "it would be sent";
  }
}

TEST(StrategyReader, WhatBeatFlatCannotMeanIsAFault) {
  const std::pair<const char*, const char*> cases[] = {
      {"beatFlat: {a: b}", "must be a list of names"},
      {"beatFlat: [[a]]", "must be a list of names"},
      {"beatFlat: [a, a]", "`a` stands in `beatFlat` twice"},
      {"beatFlat: \"a,\"", "an entry of `beatFlat` is empty"},
      {"beatFlat: [a]\notherRequest: {beatFlat: [a]}", "both here and in `otherRequest`"}};
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(read_side(std::string(text) + "\n").faults,
                ElementsAre(HasSubstr(std::string("p.yaml:3: error: "))))
        << text;
    EXPECT_THAT(read_side(std::string(text) + "\n").faults, ElementsAre(HasSubstr(expected)));
  }
  EXPECT_THAT(read_side("beatFlat: [a]\n", false).faults,
              ElementsAre(HasSubstr("it has an effect in `source` only")));
}

TEST(StrategyReader, WhatAsksForNothingIsKeptWithoutAWord) {
  const StrategyReading reading = read_side(
      "operation: {method: none}\nbeatFlat: []\nautoFillResponse: true\nbuildModel: true\n"
      "condition_bk: [[{field: a}]]\ntype: QUERY\nname: x\n");
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_EQ(reading.strategy.unknown.size(), 6U);
}

TEST(StrategyReader, UnknownKeysAreKeptAndWarnedAboutWithTheNearestName) {
  const StrategyReading reading = read_side("formatRespose: [1]\nbanana: {a: 1}\n");
  EXPECT_THAT(
      reading.faults,
      ElementsAre(
          "p.yaml:3: warning: `formatRespose` is not known in `source`; it is kept, and has "
          "no effect; did you mean `formatResponse`?",
          "p.yaml:4: warning: `banana` is not known in `source`; it is kept, and has no "
          "effect"));
  EXPECT_EQ(to_json(reading.strategy.unknown[1].second.value), R"({"a":1})");
}

TEST(StrategyReader, ATargetNamesWhereItsRecordsStand) {
  const StrategyReading reading = read_side("table: s.t\nkey: id\n", false);
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_EQ(reading.strategy.table, "s.t");
  EXPECT_EQ(reading.strategy.key, "id");
  EXPECT_THAT(read_side("table: [a]\nkeys: id\n", false).faults,
              ElementsAre("p.yaml:3: error: `target.table` must be a name, and is a list",
                          "p.yaml:4: warning: `keys` is not known in `target`; it is kept, and has "
                          "no effect; did you mean `key`?"));
  EXPECT_THAT(read_side("table: t\n").faults, SizeIs(1));
}

TEST(StrategyReader, ReadsFormatResponseAndConditions) {
  const StrategyReading reading = read_side(
      "formatResponse: [{old: a, new: b, format: date}]\n"
      "condition: [[{field: s, logic: eq, value: X}, {field: n, logic: gt, value: 5}], "
      "[{field: i.x, logic: notnull, strictMode: true}], []]\n");
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_EQ(reading.strategy.format_response[0].new_name, "b");
  ASSERT_EQ(reading.strategy.conditions.size(), 2U);
  EXPECT_EQ(reading.strategy.conditions[0][1].value.value, Value(Number{"5"}));
  EXPECT_TRUE(reading.strategy.conditions[1][0].strict);
}

TEST(StrategyReader, FormatResponseAndConditionsOfTheWrongShapeAreErrors) {
  EXPECT_THAT(read_side("condition: [{field: s, logic: eq, value: X}]\n").faults,
              ElementsAre(HasSubstr("outer or, inner and")));
  EXPECT_THAT(read_side("condition: [[{logic: eq}]]\n").faults,
              ElementsAre(HasSubstr("has no `field`")));
  EXPECT_THAT(read_side("formatResponse: [{old: a, format: date, nwe: b}]\n").faults,
              ElementsAre(HasSubstr("has no `new`"), HasSubstr("did you mean `new`?")));
  EXPECT_THAT(read_side("formatResponse: {a: b}\n").faults,
              ElementsAre(HasSubstr("must be a list")));
  EXPECT_THAT(read_side("condition: [[{field: a, logic: eq}]]\n", false).faults,
              ElementsAre(HasSubstr("in `source` only")));
}

}  // namespace
}  // namespace weir
