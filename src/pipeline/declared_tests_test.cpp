// SPDX-License-Identifier: Apache-2.0
#include "pipeline/declared_tests.h"

#include "pipeline/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NamesOnly final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

class GivenSurroundings final : public Surroundings {
 public:
  explicit GivenSurroundings(GivenRecords records) : collections_(std::move(records)) {}
  Result<Value> find(const CollectionQuery& query) const override {
    return collections_.find(query);
  }
  Result<Value> call(std::string_view, std::span<const Value>) const override { return Value(); }

 private:
  GivenCollections collections_;
};

constexpr std::string_view tested_pipeline = R"yaml(
source:
  connection: yida
  api: list
  id: no
  condition: [[{field: state, logic: eq, value: DONE}]]
  formatResponse: [{old: amount, new: amount_text, format: round(2)}]
target:
  connection: mysql
  api: execute
  request:
    - field: main_params
      type: object
      children:
        - {field: no, value: "{no}"}
        - {field: amount, value: "{amount_text}"}
        - {field: note}
        - field: code
          value: >-
            _function IF({found} = 1,
            _findCollection find code from goods where name={good} size={size} _endFind, 'none')
tests:
)yaml";

class DeclaredTests : public ::testing::Test {
 protected:
  // The tests of the pipeline, its `tests:` being these lines; faults go to faults_.
  std::vector<DeclaredTest> read(const std::string& lines) {
    definition_ =
        read_definition("receipts", std::string(tested_pipeline) + lines, NamesOnly(), faults_);
    return definition_ ? definition_->tests : std::vector<DeclaredTest>();
  }
  std::vector<std::string> run(const std::string& lines) {
    const auto tests = read(lines);
    EXPECT_THAT(faults_, IsEmpty());
    EXPECT_EQ(tests.size(), 1U);
    const GivenSurroundings given(tests.empty() ? GivenRecords() : tests.front().collections);
    const auto transform =
        Transform::compile(definition_->source, definition_->target, RecordShape(), TimeZone::utc(),
                           faults_, {nullptr, &given, nullptr});
    return tests.empty() ? std::vector<std::string>()
                         : run_declared_test(tests.front(), *transform);
  }

  std::optional<Definition> definition_;
  Faults faults_;
};

TEST_F(DeclaredTests, pass_when_every_record_becomes_what_is_declared) {
  EXPECT_THAT(run(R"(
  - name: all three ways
    records:
      - {no: A1, amount: 12.345, state: DONE}
      - {no: A2, amount: 1, state: OPEN}
      - {no: A3, amount: much, state: DONE}
      - '{"no":"A4","amount":7,"state":"DONE"}'
    rows: [{no: A1, amount: "12.35", note: null}, {amount: 7.00}]
    filtered: [OPEN]
    failed: [much]
)"),
              IsEmpty());
}

TEST_F(DeclaredTests, say_each_difference_with_both_values) {
  EXPECT_THAT(run(R"(
  - record: {no: A1, amount: 12, state: DONE}
    rows: [{no: A2, amount: "12.00", colour: red}, {no: A9}]
)"),
              ElementsAre("row 1 `no`: expected \"A2\", got \"A1\"", "row 1: there is no `colour`",
                          HasSubstr("row 2 is missing")));
}

TEST_F(DeclaredTests, do_not_pass_over_a_record_that_is_filtered_or_fails) {
  EXPECT_THAT(run(R"(
  - records: [{no: A1, amount: 12, state: OPEN}, {no: A2, amount: x, state: DONE}]
)"),
              ElementsAre(HasSubstr("a record was filtered, which was not expected: condition"),
                          HasSubstr("a record failed, which was not expected: ")));
}

TEST_F(DeclaredTests, do_not_pass_for_another_reason_or_without_one) {
  EXPECT_THAT(run(R"(
  - records: [{no: A1, amount: 12, state: OPEN}]
    filtered: [CLOSED]
    failed: [much]
)"),
              ElementsAre(HasSubstr("but not because of `CLOSED`: condition"),
                          "no record failed because of `much`"));
}

TEST_F(DeclaredTests, tell_null_from_empty_text) {
  EXPECT_THAT(run(R"(
  - records: [{no: A1, amount: 12, state: DONE}]
    rows: [{note: ""}]
)"),
              ElementsAre("row 1 `note`: expected \"\", got NULL"));
}

TEST_F(DeclaredTests, give_the_records_that_look_ups_find) {
  EXPECT_THAT(run(R"(
  - records:
      - {no: A1, state: DONE, found: 1, good: tea, size: 2}
      - {no: A2, state: DONE, found: 1, good: tea, size: 3}
      - {no: A3, state: DONE, found: 1, size: 2}
    collections:
      goods:
        - {name: tea, size: "2.0", code: older}
        - {name: tea, size: "2.0", code: T2, extend: {by: Li}}
        - {size: 2, code: nameless}
    rows: [{code: T2}, {code: null}, {code: null}]
)"),
              IsEmpty());
}

TEST_F(DeclaredTests, fail_where_a_look_up_has_no_records) {
  EXPECT_THAT(run(R"(
  - record: {no: A1, state: DONE, found: 1, good: tea}
    collections: {godos: {name: tea}}
)"),
              ElementsAre(HasSubstr("`_findCollection` from `goods`: no records of `goods` are "
                                    "given; write `collections: {goods: [...]}` in the test")));
}

TEST_F(DeclaredTests, faults_name_line_and_nearest_name) {
  read(R"(
  - recods: [{no: A1}]
  - records: [7]
    rows: [7]
    filtered: [[]]
  - records: ['{"no":']
  - text
  - {record: {no: A1}, collections: [7]}
  - {record: {no: A1}, collections: {goods: [7]}}
)");
  std::vector<std::string> told;
  for (const Fault& fault : faults_) {
    told.push_back(to_string(fault));
  }
  EXPECT_THAT(
      told, ElementsAre(
                HasSubstr(":24: error: `recods` is no member of a test; did you mean `records`?"),
                HasSubstr(":24: error: test `test 1` has no `records`"),
                HasSubstr(":25: error: a record of a test must be a mapping, or its JSON as text"),
                HasSubstr(":26: error: a row of a test must be a mapping of names and values"),
                HasSubstr(":27: error: `filtered` of a test must hold parts of reasons, as text"),
                HasSubstr(":28: error: a record of a test: "),
                HasSubstr(":29: error: a test must be a mapping with `records` and `rows`"),
                HasSubstr(":30: error: `collections` of a test must be a mapping of pipelines"),
                HasSubstr(":31: error: a record of `goods` in `collections` must be a mapping")));
}

}  // namespace
}  // namespace weir
