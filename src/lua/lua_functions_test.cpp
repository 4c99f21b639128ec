// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

std::vector<std::string> faults_of_file(const std::string& text) {
  Faults faults;
  LuaFunctions::load("p.lua", text, faults);
  std::vector<std::string> texts;
  for (const Fault& fault : faults) {
    texts.push_back(to_string(fault));
  }
  return texts;
}

TEST(LuaFunctions, FaultsNameFileAndLine) {
  using ::testing::ElementsAre;
  using ::testing::HasSubstr;
  EXPECT_THAT(faults_of_file("function f() end"), ElementsAre());
  EXPECT_THAT(faults_of_file("\nx = = 1"),
              ElementsAre("p.lua:2: error: unexpected symbol near '='"));
  EXPECT_THAT(faults_of_file("record = 5"),
              ElementsAre("p.lua: error: `record` must be a function, and is a number"));
  EXPECT_THAT(faults_of_file("local x = 1"),
              ElementsAre(HasSubstr("warning: defines no function")));
}

TEST(LuaFunctions, AreCalledByNameAndTheNearestIsNamed) {
  Faults faults;
  const auto functions =
      LuaFunctions::load("p.lua", "function taxed(a, rate) return a * rate end", faults);
  EXPECT_FALSE(functions->has_record());
  const Value arguments[] = {Number{"128000.50"}, Number{"1.13"}};
  EXPECT_EQ(to_json(functions->call("taxed", arguments).value()), "144640.5650");
  const auto unknown = functions->call("taxd", arguments);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::invalid_config);
  EXPECT_EQ(unknown.error().message, "p.lua has no function `taxd`; did you mean `taxed`?");
  const auto missing = functions->call("taxed", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::rejected);
  EXPECT_EQ(functions->call("string", {}).error().kind, ErrorKind::invalid_config);
}

TEST(LuaFunctions, ServeSeveralThreadsAtOnce) {
  Faults faults;
  const auto functions = LuaFunctions::load(
      "p.lua", "local calls = 0\nfunction record(r) calls = calls + 1 r.calls = calls return r end",
      faults);
  ASSERT_TRUE(functions->has_record());
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        const std::string name = "t" + std::to_string(thread);
        for (int i = 0; i < 200; ++i) {
          const auto records = functions->convert(Object{{"name", name}});
          if (!records || to_json(records->front()) != R"({"calls":1,"name":")" + name + "\"}") {
            ++wrong;
          }
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace weir
