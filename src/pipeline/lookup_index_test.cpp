// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lookup_index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

namespace weir {
namespace {

class RowOf final : public Scope {
 public:
  explicit RowOf(std::string_view json) : row_(parse_json(json).value()) {}
  const Value* find(std::string_view name) const override { return row_.member(name); }

 private:
  Value row_;
};

class LookupIndexTest : public ::testing::Test {
 protected:
  void add(std::string_view json) { ASSERT_TRUE(index_.add(RowOf(json))); }
  // Of the row whose name and number are these; "none" when there is none.
  std::string find(Value name, Value number, std::string_view field = "code") {
    EXPECT_TRUE(index_.finish());
    const std::vector<std::pair<std::string, Value>> where = {{"name", std::move(name)},
                                                              {"number", std::move(number)}};
    const auto found = index_.find(where, field);
    EXPECT_TRUE(found) << found.error().message;
    return found && *found ? to_json(**found) : "none";
  }

  LookupIndex index_{{{"name", "number"}, {"code", "note"}},
                     TemporaryFile::make(std::filesystem::temp_directory_path()).value()};
};

TEST_F(LookupIndexTest, FindsTheFirstRowWithAllValues) {
  add(R"({"name":"Li","number":1,"code":"newest"})");
  add(R"({"name":"Li","number":1,"code":"older"})");
  add(R"({"name":"Li","number":2,"code":"other","note":{"a":[1.50]}})");
  EXPECT_EQ(find("Li", std::int64_t{1}), R"("newest")");
  EXPECT_EQ(find("Li", std::int64_t{2}), R"("other")");
  EXPECT_EQ(find("Li", std::int64_t{2}, "note"), R"({"a":[1.50]})");
  EXPECT_EQ(find("Li", std::int64_t{1}, "note"), "null");
  EXPECT_EQ(find("Wang", std::int64_t{1}), "none");
}

TEST_F(LookupIndexTest, ValuesMeetAsInACondition) {
  add(R"({"name":"7","number":7,"code":"number"})");
  add(R"({"name":"7.0","number":8.50,"code":"text"})");
  EXPECT_EQ(find("7", "7.00"), R"("number")");         // 7 and "7.00": by value
  EXPECT_EQ(find("7.0", Number{"8.5"}), R"("text")");  // "7.0" and "7": as texts
  EXPECT_EQ(find("7.00", Number{"8.5"}), "none");
  EXPECT_EQ(find(Number{"7"}, "8.5"), R"("text")");
}

TEST_F(LookupIndexTest, WhatHasNoValueMeetsNothing) {
  add(R"({"name":"","number":1,"code":"empty"})");
  add(R"({"number":1,"code":"missing"})");
  add(R"({"name":null,"number":1,"code":"null"})");
  EXPECT_EQ(find("", std::int64_t{1}), "none");
  EXPECT_EQ(find(Value(), std::int64_t{1}), "none");
}

TEST_F(LookupIndexTest, HoldsManyRowsAndLongOnes) {
  const std::string note(5000, 'n');
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    add(R"({"name":"n)" + number + R"(","number":)" + number + R"(,"code":)" + number +
        R"(,"note":")" + (i % 100 == 0 ? note : "") + "\"}");
  }
  for (int i = 0; i < 3000; i += 25) {
    const std::string number = std::to_string(i);
    EXPECT_EQ(find("n" + number, Number{number}), number);
  }
  EXPECT_EQ(find("n100", "100", "note"), '"' + note + '"');
}

}  // namespace
}  // namespace weir
