// SPDX-License-Identifier: Apache-2.0
#include "transform/transform.h"

#include "core/hash.h"
#include "spec/strategy_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NoReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

RecordShape shape() {
  RecordShape made;
  made.values = "data";
  return made;
}

struct Compilation {
  std::unique_ptr<const Transform> transform;
  Faults faults;
};

Compilation compile(const std::string& source, const std::string& target) {
  Compilation made;
  const Node from =
      read_document("connection: c\napi: a\n" + source, "p.yaml", NoReferences(), made.faults);
  const Node to =
      read_document("connection: c\napi: a\n" + target, "p.yaml", NoReferences(), made.faults);
  const Strategy from_strategy = read_strategy(from, true, made.faults);
  const Strategy to_strategy = read_strategy(to, false, made.faults);
  made.transform = Transform::compile(from_strategy, to_strategy, shape(),
                                      *TimeZone::find("Asia/Shanghai"), made.faults);
  return made;
}

const char* const source_text =
    "formatResponse: [{old: day, new: day_new, format: date}, {old: day_new, new: copy, format: "
    "string}]\ncondition: [[{field: extend.state, logic: eq, value: DONE}]]\n";
const char* const target_text = "request: {id: \"{{extend.id}}\", day: \"{copy}\", fixed: x}\n";

TEST(Transform, CleansFiltersAndMaps) {
  const Compilation made = compile(source_text, target_text);
  ASSERT_TRUE(made.transform);
  const auto outcome =
      made.transform->apply(R"({"id":"i1","state":"DONE","data":{"day":1767542400000}})");
  ASSERT_TRUE(outcome);
  const auto* mapped = std::get_if<Mapped>(&*outcome);
  ASSERT_NE(mapped, nullptr);
  EXPECT_EQ(to_json(mapped->rows.tree(0)), R"({"id":"i1","day":"2026-01-05","fixed":"x"})");
  EXPECT_EQ(mapped->sent, hash64(to_json(mapped->rows.tree(0))));
}

TEST(Transform, TheOldNameStaysAndAMissingOneGivesNull) {
  const Compilation made = compile(source_text, target_text);
  const auto cleaned = made.transform->clean(
      *made.transform->assemble(R"({"id":"i1","data":{"day":1767542400000,"x":1.50}})"));
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(to_json(*cleaned), R"({"day":1767542400000,"x":1.50,"extend":{"id":"i1"},)"
                               R"("day_new":"2026-01-05","copy":"2026-01-05"})");
  const auto empty = made.transform->clean(*made.transform->assemble(R"({"data":{}})"));
  EXPECT_EQ(*empty->member("day_new"), Value());
}

TEST(Transform, AFormatOnASubTableIsAddedToEachRow) {
  const Compilation made = compile(
      "formatResponse: [{old: lines.day, new: day_new, format: date}, {old: lines.n, new: "
      "lines.round, format: round(1)}]\n",
      "request: {a: x}\n");
  ASSERT_TRUE(made.transform);
  const auto clean = [&](const char* raw) {
    return made.transform->clean(*made.transform->assemble(raw));
  };
  EXPECT_EQ(to_json(*clean(R"({"data":{"lines":[{"day":1767542400000,"n":1},{"n":"2.25"}]}})")),
            R"({"lines":[{"day":1767542400000,"n":1,"day_new":"2026-01-05","round":1.0},)"
            R"({"n":"2.25","day_new":null,"round":2.3}],"extend":{}})");
  EXPECT_EQ(to_json(*clean(R"({"data":{"lines":[]}})")), R"({"lines":[],"extend":{}})");
  const auto refused = clean(R"({"data":{"lines":[{},{"day":"soon"}]}})");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("row 2 of `lines`: formatResponse `lines.day` to `day_new` (date): `soon` "
                        "is no point in time"));
  EXPECT_THAT(clean(R"({"data":{"lines":[7]}})").error().message, HasSubstr("holds no fields"));
}

TEST(Transform, SaysWhyARecordIsTakenOut) {
  const Compilation made = compile(source_text, target_text);
  const auto outcome = made.transform->apply(R"({"state":"RUNNING","data":{}})");
  EXPECT_EQ(std::get<Filtered>(*outcome).reason,
            "condition `extend.state eq DONE` is not met by `RUNNING`");
}

TEST(Transform, ARejectionNamesRuleAndValue) {
  const Compilation made = compile(source_text, target_text);
  const auto outcome = made.transform->apply(R"({"state":"DONE","data":{"day":"soon"}})");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::rejected);
  EXPECT_THAT(outcome.error().message,
              HasSubstr("formatResponse `day` to `day_new` (date): `soon` is no point in time"));
}

TEST(Transform, AllFaultsComeAtOnceAndAnErrorGivesNothing) {
  const Compilation made = compile(
      "formatResponse: [{old: a, new: b, format: dtae}]\ncondition: [[{field: a, logic: is}]]\n",
      "request: {x: \"{{a|dat}}\"}\n");
  EXPECT_FALSE(made.transform);
  EXPECT_EQ(made.faults.size(), 3U);
}

TEST(Transform, NamesThatNothingGivesAreWarnedAboutWhereResponseSaysWhatThereIs) {
  const Compilation made = compile(
      "response: [{field: order_no}, {field: lines}]\n"
      "formatResponse: [{old: order_no, new: order_new, format: string}]\n",
      "request: {a: \"{order_nwe}\", b: \"{lines.x}\", c: \"{order_new}\", d: \"{extend.id}\"}\n");
  ASSERT_TRUE(made.transform);
  std::vector<std::string> texts;
  for (const Fault& fault : made.faults) {
    texts.push_back(to_string(fault));
  }
  EXPECT_THAT(texts, ElementsAre(HasSubstr(
                         "p.yaml:3: warning: `order_nwe` is neither in `response` nor made by "
                         "`formatResponse`, and is empty unless the source gives it; did you mean "
                         "`order_new`?")));
  EXPECT_TRUE(compile("", "request: {a: \"{nowhere}\"}\n").faults.empty());
}

}  // namespace
}  // namespace weir
