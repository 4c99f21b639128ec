// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

constexpr const char* steps = "more than 1000000 steps; does a loop not end?";
constexpr const char* memory = "needs more memory than there is";

struct HostileCase {
  const char* name;
  const char* body;
  const char* expected;  // part of the error
};

const HostileCase hostile_cases[] = {
    {"EndlessLoop", "while true do end", steps},
    {"LongLoop", "for i = 1, 1e18 do end", steps},
    {"LoopAroundPcall", "while true do pcall(function() while true do end end) end", steps},
    {"NestedPcall", "local function g() pcall(g) g() end g()", ""},
    {"DeepRecursion", "local function g() return 1 + g() end return g()", ""},
    {"TailRecursion", "local function g() return g() end return g()", steps},
    {"MemoryBomb", "local t = {} while true do t[#t + 1] = {} end", memory},
    {"DoublingText", "local s = 'x' while true do s = s .. s end", memory},
    {"CaughtMemory",
     "while true do pcall(function() local s = 'x' while true do s = s .. s end "
     "end) end",
     memory},
    {"LongRepetition", "return string.rep('x', 1e9)", "longer than 1 MiB"},
    {"EmptyRepetition", "return string.rep('', 1e18) .. {}", "concatenate"},
    {"ManyRepetitions", "for i = 1, 1e9 do local s = string.rep('x', 1000000) end", ""},
    {"GrowingText", "local s = string.rep('x', 900000) for i = 1, 1e9 do s = s:sub(2) .. i end",
     ""},
    {"OptionalPattern", "return (('a'):rep(40)):find(('a?'):rep(40) .. ('a'):rep(40) .. 'b')",
     steps},
    {"LazyPattern", "return (('a'):rep(5000)):find('.-.-.-.-.-b')", steps},
    {"StarPattern", "return (('a'):rep(5000)):match('(.*)(.*)(.*)(.*)b')", steps},
    {"BalancePattern", "return (('('):rep(100000)):gsub('%b()', '')", steps},
    {"GrowingReplacement", "return (('a'):rep(100000)):gsub('a', ('b'):rep(1000))",
     "longer than 1 MiB"},
    {"LongPattern", "return ('a'):find(('a?'):rep(1000))", "the pattern is too long"},
    {"ManySorts", "local t = {} for i = 1, 5000 do t[i] = -i end while true do table.sort(t) end",
     steps},
    {"ManyInsertions", "local t = {} while true do table.insert(t, 1, 1) end", steps},
    {"WrongComparison",
     "local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function() "
     "return true end)",
     "invalid order function"},
    {"ManyKeys", "local t = {} for i = 1, 20000 do t[i] = i end while true do next(t) end", steps},
    {"WideResult", "local t = {1} for i = 1, 60 do t = {t, t} end return t", steps},
    {"EndlessResult", "local t = {} t[1] = t return t", "nested more than 128 levels deep"},
    {"HugeUnpacking", "return table.unpack({}, 1, 1e8)", "too many results to unpack"},
    {"HugeConcatenation", "return table.concat({}, '', 1, 1e15)", "invalid value"},
    {"ErrorObject", "error({code = 1})", "an error that is a table and no text"},
    {"NoErrorObject", "error()", "an error that is a nil and no text"},
    {"LongNumber", "local d = decimal('9') while true do d = d * d end", "more than 200 digits"},
    {"ManyDivisions", "local d = decimal(('7'):rep(199)) while true do local q = 1 / d end", steps},
    {"BadFormat", "return string.format('%p', {})", "must be followed by one of"},
    {"WideFormat", "return string.format('%999d', 1)", ""},
    {"TextMetatable", "('').x.y = 1", "attempt to index a nil value"},
    {"BrokenLibrary", "string.format = nil table = nil error(('x'):upper())", "X"},
};

class LuaHostile : public ::testing::TestWithParam<HostileCase> {};

TEST_P(LuaHostile, EndsWithAnErrorAndHarmsNobody) {
  const std::string text = std::string("function f() ") + GetParam().body +
                           " end\nfunction well() return ('%.1f'):format(1.25) end";
  auto sandbox = LuaSandbox::load("f.lua", text);
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  const auto result = (*sandbox)->call("f", {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::rejected);
  EXPECT_THAT(result.error().message, HasSubstr(GetParam().expected));
  const auto after = (*sandbox)->call("well", {});
  ASSERT_TRUE(after) << after.error().message;
}

TEST(LuaHostileFile, AFileThatDoesNotEndIsAFault) {
  const auto endless = LuaSandbox::load("f.lua", "x = 1\nwhile true do end");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().line, 2);
  EXPECT_THAT(endless.error().message, HasSubstr(steps));
  const auto large = LuaSandbox::load("f.lua", "t = {} while true do t[#t + 1] = {} end");
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr("needs more than 16 MiB"));
}

INSTANTIATE_TEST_SUITE_P(Cases, LuaHostile, ::testing::ValuesIn(hostile_cases),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace weir
