// SPDX-License-Identifier: Apache-2.0
#include "lua/lua_sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<LuaSandbox> loaded(const std::string& text) {
  auto sandbox = LuaSandbox::load("f.lua", text);
  EXPECT_TRUE(sandbox) << sandbox.error().message;
  return sandbox ? *std::move(sandbox) : nullptr;
}

Value value_of(std::string_view json) { return parse_json(json).value(); }

// What `f` of the text makes of one argument, as JSON; or the error's text.
std::string result_of(const std::string& text, std::string_view argument) {
  const auto sandbox = loaded(text);
  const Value value = value_of(argument);
  const auto result = sandbox->call("f", {&value, 1});
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::rejected);
    return result.error().message;
  }
  return to_json(*result);
}

std::string records_of(const std::string& text, std::string_view record) {
  const auto records = loaded(text)->convert("record", value_of(record));
  return records ? to_json(Value(List(records->begin(), records->end()))) : records.error().message;
}

struct Case {
  const char* body;  // of function f(x)
  const char* argument;
  const char* expected;
};

std::string function_of(const char* body) { return std::string("function f(x) ") + body + " end"; }

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& each : cases) {
    EXPECT_EQ(result_of(function_of(each.body), each.argument), each.expected) << each.body;
  }
}

TEST(LuaSandbox, ValuesComeBackAsTheyWent) {
  for (const char* json :
       {"128000.50", "-0.0", "1e3", "12345678901234567890", "9223372036854775807", "5", "true",
        R"("收款\"'")", "[]", "{}", R"([1,null,{"a":[]}])", R"({"a":1,"b":{"c":1.10}})", "null",
        "0.1000000000000000055511151231257827"}) {
    EXPECT_EQ(result_of(function_of("return x"), json), json);
  }
  EXPECT_EQ(result_of(function_of("return x"), R"({"b":null,"a":1})"), R"({"a":1})");
}

TEST(LuaSandbox, DecimalsAreExact) {
  expect_all({
      {"return x + 0.20", "0.10", "0.30"},
      {"return 1 - x", "0.9", "0.1"},
      {"return x * 1.13", "128000.50", "144640.5650"},
      {"return round(x * 1.13, 2)", "128000.55", "144640.62"},
      {"return x / 3", "10.0", "3.33333333333333333333"},
      {"return x / 4", "10.0", "2.5"},
      {"return x // 3", "-10.5", "-4"},
      {"return x % 3", "-10.5", "1.5"},
      {"return -x", "1.50", "-1.50"},
      {"return x + '1.05'", "2", "3.05"},
      {"return '1.10' * 3", "2", "3.30"},
      {"return x < 2 and x <= 1.5 and 1 < x and x == decimal('1.50')", "1.5", "true"},
      {"return x == 0", "0.00", "false"},
      {"return equal(x, 0) and not equal(x, 'a')", "0.00", "true"},
      {"return tostring(x) .. '|' .. x .. '|' .. string.format('%.1f|%08.2f|%s', x, x, x)", "2.25",
       R"("2.25|2.25|2.3|00002.25|2.25")"},
      {"return math.floor(x) + math.ceil(x)", "2.5", "5"},
      {"return math.max(x, 2, '7.5')", "2.5", R"("7.5")"},
      {"return math.abs(x)", "-2.50", "2.50"},
      {"return tonumber('128000.50') + tonumber('1')", "1", "128001.50"},
      {"return tonumber('abc')", "1", "null"},
      {"return math.type(tonumber(' 12 ')) == nil", "1", "true"},
      {"return #tostring(decimal('0.' .. ('0'):rep(200) .. ('1'):rep(200)) - 0)", "1", "402"},
      {"return x / 0", "1.5", "f.lua:1: `f`: division by zero"},
      {"return x + 'abc'", "1.5", "f.lua:1: `f`: cannot calculate with `abc`, which is no number"},
      {"return x + {}", "1.5", "f.lua:1: `f`: attempt to calculate with a table value"},
  });
}

TEST(LuaSandbox, FloatsComeBackOnlyWhenTheirDigitsAreShort) {
  expect_all({
      {"return x / 4", "10", "2.5"},
      {"return x / 5", "10", "2"},
      {"return 1e-7", "1", "0.0000001"},
      {"return 0.1 + 0.2", "1",
       "f.lua: `f`: the result is 0.30000000000000004, of arithmetic that is not exact; begin it "
       "with a decimal, as in `decimal(a) / b`, and `round` the result"},
      {"return {a = {x / 3}}", "10",
       "f.lua: `f`: `a[1]` is 3.3333333333333335, of arithmetic that is not exact; begin it with a "
       "decimal, as in `decimal(a) / b`, and `round` the result"},
  });
  EXPECT_THAT(result_of(function_of("return 2 ^ 0.5"), "1"), HasSubstr("not exact"));
  EXPECT_THAT(result_of(function_of("return 0/0"), "1"), HasSubstr("not exact"));
}

TEST(LuaSandbox, WhatIsNoValueIsRefusedByItsPlace) {
  expect_all({
      {"return {a = {b = print}}", "1", R"({"a":{}})"},
      {"return {a = {b = f}}", "1", "f.lua: `f`: `a.b` is a function"},
      {"return {1, nil, 3}", "1", "f.lua: `f`: the result is a list with holes; put `null` there"},
      {"return {1, null, 3}", "1", "[1,null,3]"},
      {"return {1, a = 2}", "1",
       "f.lua: `f`: the result has both names and places 1 to n as keys; it must be an object or a "
       "list"},
      {"return {[true] = 1}", "1",
       "f.lua: `f`: the result has a key that is a boolean; keys are names, or 1 to n"},
      {"return list{}", "1", "[]"},
      {"return ('收款'):sub(1, 2)", "1",
       "f.lua: `f`: the result is no UTF-8; cut text by characters, with `utf8.sub`"},
      {"return utf8.sub('收款单', 1, 2)", "1", R"("收款")"},
  });
}

TEST(LuaSandbox, ARecordIsChangedDroppedOrSplit) {
  EXPECT_EQ(records_of("function record(r) r.b = r.a .. '!' return r end", R"({"a":"x"})"),
            R"([{"a":"x","b":"x!"}])");
  EXPECT_EQ(records_of("function record(r) end", R"({"a":"x"})"), "[]");
  EXPECT_EQ(records_of("function record(r) return {} end", R"({"a":"x"})"), "[]");
  EXPECT_EQ(records_of("function record(r) local rows = {} for i, line in ipairs(r.lines) do "
                       "rows[i] = {no = i, amount = line.amount} end return rows end",
                       R"({"lines":[{"amount":1.50},{"amount":2}]})"),
            R"([{"amount":1.50,"no":1},{"amount":2,"no":2}])");
  EXPECT_EQ(records_of("function record(r) return 5 end", "{}"),
            "f.lua: `record`: gives a number; it must give a record, a list of records, or nil");
  EXPECT_EQ(records_of("function record(r) return {{}, 5} end", "{}"),
            "f.lua: `record`: gives a list whose item 2 is no record");
}

TEST(LuaSandbox, NoCallSeesWhatAnotherDid) {
  const auto sandbox = loaded(
      "local count = 0\nshared = {}\n"
      "function f() count = count + 1; shared[#shared + 1] = 1; g = 1; string.len = nil; "
      "return count + #shared end\nfunction bad() string.upper = nil; count = 99; error('x') end");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(to_json(sandbox->call("f", {}).value()), "2");
    EXPECT_FALSE(sandbox->call("bad", {}));
  }
}

TEST(LuaSandbox, PairsGoByTheOrderOfKeys) {
  expect_all({
      {"local s = '' for k, v in pairs(x) do s = s .. k .. v end return s",
       R"({"c":1,"a":2,"收":3,"b":4})", R"("a2b4c1收3")"},
      {"local s = '' for k, v in pairs({5, 6, z = 1, a = 2}) do s = s .. k .. v end return s", "1",
       R"("1526a2z1")"},
      {"for k in pairs(x) do x[k] = nil end return next(x) == nil", R"({"c":1,"a":2})", "true"},
      {"local k, v = next(x) return k .. v .. next(x, k)", R"({"c":1,"a":2})", R"("a2c")"},
      {"return tostring({}) .. tostring(f)", "1", R"("tablefunction")"},
  });
}

TEST(LuaSandbox, FaultsOfTheFileHaveTheirLine) {
  const auto syntax = LuaSandbox::load("f.lua", "x = 1\nfunction f(\n");
  ASSERT_FALSE(syntax);
  EXPECT_EQ(syntax.error().line, 3);
  EXPECT_EQ(syntax.error().message, "<name> or '...' expected near <eof>");
  const auto run = LuaSandbox::load("f.lua", "\nlocal x = nil + 1");
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().line, 2);
  EXPECT_FALSE(LuaSandbox::load("f.lua", "\x1bLua bytes"));
  EXPECT_THAT(loaded("a = 1\nfunction g() end\nfunction b() end")->functions(),
              ElementsAre("b", "g"));
}

TEST(LuaSandbox, ThereIsNoWayOut) {
  for (const char* name :
       {"io",         "os",           "require",      "package",     "load",
        "loadstring", "loadfile",     "dofile",       "debug",       "collectgarbage",
        "coroutine",  "setmetatable", "getmetatable", "rawset",      "rawget",
        "_G",         "print",        "string.dump",  "string.pack", "math.random",
        "math.sqrt",  "table.move"}) {
    const std::string text = std::string("return ") + name;
    EXPECT_EQ(result_of(function_of(text.c_str()), "1"), "null") << name;
  }
}

}  // namespace
}  // namespace weir
