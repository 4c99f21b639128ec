// SPDX-License-Identifier: Apache-2.0
#include "app/flow_surroundings.h"

#include "pipeline/given_collections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FlowSurroundingsTest : public ::testing::Test {
 protected:
  void load(const std::string& text) {
    functions_ = LuaFunctions::load("own.lua", text, faults_);
    ASSERT_THAT(faults_, IsEmpty());
  }
  std::unique_ptr<const Transform> compile(const std::string& value) {
    Strategy target;
    Field field;
    field.field = "x";
    field.value = Setting{value, false, {"p.yaml", 7}};
    field.at = {"p.yaml", 7};
    target.request.push_back(std::move(field));
    surroundings_ = std::make_unique<FlowSurroundings>(functions_.get());
    return Transform::compile(Strategy(), target, RecordShape(), TimeZone::utc(), faults_,
                              {nullptr, surroundings_.get(), nullptr});
  }
  std::vector<std::string> told(const std::string& value) {
    const auto transform = compile(value);
    EXPECT_NE(transform, nullptr);
    check_functions(*transform, functions_.get(), faults_);
    std::vector<std::string> texts;
    for (const Fault& fault : faults_) {
      texts.push_back(to_string(fault));
    }
    return texts;
  }

  Faults faults_;
  std::unique_ptr<const LuaFunctions> functions_;
  std::unique_ptr<FlowSurroundings> surroundings_;
};

TEST_F(FlowSurroundingsTest, a_value_is_what_the_own_function_gives) {
  load("function twice(a) return a * 2 end");
  const auto transform = compile("_lua twice({a})");
  ASSERT_NE(transform, nullptr);
  check_functions(*transform, functions_.get(), faults_);
  EXPECT_THAT(faults_, IsEmpty());
  const auto outcome = transform->apply(R"({"a":1.13})");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(to_json(std::get<Mapped>(*outcome).rows.tree(0)), R"({"x":2.26})");
}

TEST_F(FlowSurroundingsTest, an_unknown_function_is_a_fault_with_the_nearest_name) {
  load("function twice(a) return a * 2 end");
  EXPECT_THAT(
      told("_lua twize({a})"),
      ElementsAre(HasSubstr("p.yaml:7: error: `_lua twize`: there is no function `twize` in "
                            "the pipeline's file; did you mean `twice`?")));
}

TEST_F(FlowSurroundingsTest, a_function_without_a_file_is_a_fault) {
  EXPECT_THAT(told("_lua twice({a})"),
              ElementsAre(HasSubstr("the pipeline names no file of functions")));
}

TEST_F(FlowSurroundingsTest, a_look_up_is_answered_from_what_it_is_told_to_look_in) {
  const auto transform = compile("_findCollection find no from customers where name={a}");
  ASSERT_NE(transform, nullptr);
  surroundings_->look_in(std::make_unique<GivenCollections>(
      GivenRecords{{"customers", {Value(Object{{"name", "Li"}, {"no", "C1"}})}}}));
  const auto found = transform->apply(R"({"a":"Li"})");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(to_json(std::get<Mapped>(*found).rows.tree(0)), R"({"x":"C1"})");
  surroundings_->look_in(nullptr);
  const auto forgotten = transform->apply(R"({"a":"Li"})");
  ASSERT_FALSE(forgotten);
  EXPECT_EQ(forgotten.error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace weir
