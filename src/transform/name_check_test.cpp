// SPDX-License-Identifier: Apache-2.0
#include "transform/name_check.h"

#include "spec/strategy_reader.h"

#include <gmock/gmock.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NoLookUps final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

class NameCheckTest : public ::testing::Test {
 protected:
  // Members of source and target; the page's records as they come.
  std::vector<std::string> told(const std::string& source, const std::string& target,
                                const std::vector<std::string_view>& page) {
    Faults faults;
    const Node from =
        read_document("connection: c\napi: a\n" + source, "p.yaml", NoLookUps(), faults);
    const Node to =
        read_document("connection: c\napi: a\n" + target, "t.yaml", NoLookUps(), faults);
    const Strategy strategy = read_strategy(from, true, faults);
    RecordShape shape;
    shape.values = "data";
    const auto transform = Transform::compile(strategy, read_strategy(to, false, faults), shape,
                                              TimeZone::utc(), faults);
    EXPECT_THAT(faults, IsEmpty());
    warn_of_absent_names(strategy, *transform, sample_records(*transform, page), faults);
    warn_of_clocks(strategy, *transform, faults);
    std::vector<std::string> texts;
    for (const Fault& fault : faults) {
      texts.push_back(to_string(fault));
    }
    return texts;
  }

  const std::string_view first_ = R"({"id":"i1","data":{"amount":1,"items":[{"qty":2}]}})";
  const std::string_view second_ = R"({"id":"i2","state":"DONE","data":{"day":1767542400000}})";
};

TEST_F(NameCheckTest, NamesThatNoRecordHasAreToldWithTheNearest) {
  EXPECT_THAT(told("id: idd\nnumber: no\n"
                   "formatResponse: [{old: dya, new: day_new, format: date}]\n"
                   "condition: [[{field: extend.stat, logic: eq, value: DONE}]]\n",
                   "request:\n  a: '{amuont}'\n  b: '{{items.qyt}} x'\n  c: '{whatever}'\n",
                   {first_, second_}),
              ElementsAre("p.yaml:3: warning: `id`: `idd` is on none of 2 records that were "
                          "fetched; did you mean `id`?",
                          "p.yaml:4: warning: `number`: `no` is on none of 2 records that were "
                          "fetched; it is empty unless the source gives it",
                          "p.yaml:5: warning: `formatResponse`: `dya` is on none of 2 records that "
                          "were fetched; did you mean `day`?",
                          "p.yaml:6: warning: `condition`: `extend.stat` is on none of 2 records "
                          "that were fetched; did you mean `extend.state`?",
                          "t.yaml:4: warning: `amuont` is on none of 2 records that were fetched; "
                          "did you mean `amount`?",
                          "t.yaml:5: warning: `items.qyt` is on none of 2 records that were "
                          "fetched; did you mean `items.qty`?",
                          "t.yaml:6: warning: `whatever` is on none of 2 records that were "
                          "fetched; it is empty unless the source gives it"));
}

TEST_F(NameCheckTest, WhatARecordHasOrTheMappingMakesIsKnown) {
  EXPECT_THAT(told("id: id\nformatResponse: [{old: day, new: day_new, format: date}]\n"
                   "condition: [[{field: voided, logic: isnull}]]\n",
                   "request:\n"
                   "  - {field: a, value: '{amount} {{extend.state}} {state} {day_new}'}\n"
                   "  - {field: b, value: '{{CURRENT_TIME|date}}'}\n"
                   "  - {field: c, type: array, value: items, children: [{field: q, value: "
                   "'{{items.qty}}'}]}\n",
                   {first_, second_}),
              IsEmpty());
  EXPECT_THAT(told("id: id\nbeatFlat: [items]\n",
                   "request: {a: '{items_qty}', b: '{bfn_id}', c: '{amount}'}\n", {first_}),
              IsEmpty());
  EXPECT_THAT(told("id: id\nbeatFlat: [itens]\n", "request: {a: '{items_qyt}'}\n", {first_}),
              ElementsAre(HasSubstr("`beatFlat`: `itens` is on none of 1 records"),
                          HasSubstr("did you mean `items_qty`?")));
}

TEST_F(NameCheckTest, NothingIsToldWithoutRecordsOrWhereResponseDeclaresThem) {
  EXPECT_THAT(told("id: id\n", "request: {a: '{anything}'}\n", {}), IsEmpty());
  EXPECT_THAT(told("id: id\nresponse: [{field: later}]\n", "request: {a: '{later}'}\n", {first_}),
              IsEmpty());
}

TEST_F(NameCheckTest, ARecordThatCannotBeCleanedIsLookedAtAsItCame) {
  EXPECT_THAT(told("id: id\nformatResponse: [{old: day, new: made, format: date}]\n",
                   "request: {a: '{amount}'}\n",
                   {R"({"id":"i1","data":{"amount":1,"day":"soon"}})", "[1]"}),
              IsEmpty());
}

TEST_F(NameCheckTest, TheTimeOfDayMakesEveryComparisonDiffer) {
  const std::string target =
      "request:\n  a: '{{CURRENT_TIME|date}}'\n  b: '_function NOW()'\n  c: '{state}'\n";
  EXPECT_THAT(told("id: id\nidCheck: false\n", target, {second_}),
              ElementsAre(HasSubstr("t.yaml:4: warning: `CURRENT_TIME` makes what is sent differ"),
                          HasSubstr("t.yaml:5: warning: `NOW()` makes what is sent differ")));
  EXPECT_THAT(told("id: id\n", target, {second_}), IsEmpty());
}

}  // namespace
}  // namespace weir
