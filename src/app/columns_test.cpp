// SPDX-License-Identifier: Apache-2.0
#include "app/columns.h"

#include "app/terminal.h"

#include <gmock/gmock.h>

#include <sstream>

namespace weir {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

std::vector<std::size_t> widths_of(const std::string& text) {
  std::vector<std::size_t> widths;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    widths.push_back(display_width(line));
  }
  return widths;
}

TEST(Columns, StandBesideEachOtherAndChineseCountsTwo) {
  EXPECT_EQ(side_by_side({{"raw", {"客户: 张三", "x"}}, {"cleaned", {"a"}}}, 25),
            "raw         │ cleaned    \n"
            "客户: 张三  │ a          \n"
            "x           │            \n");
}

TEST(Columns, WhatIsTooWideIsCutAndEveryLineIsAsWide) {
  const std::string text = side_by_side(
      {{"raw", {"销售收款收款单", "abcdefghijkl"}}, {"cleaned", {}}, {"as sent", {"一\n二"}}}, 30);
  EXPECT_THAT(widths_of(text), Each(30U));
  EXPECT_THAT(text, ::testing::HasSubstr("销售收…"));
  EXPECT_THAT(text, ::testing::HasSubstr("abcdefg…"));
}

TEST(Columns, TextIsBrokenAtBlanks) {
  EXPECT_THAT(wrapped("INSERT INTO t (a, b)\n  :a = 1", 10),
              ElementsAre("INSERT", "INTO t (a,", "b)", "  :a = 1"));
  EXPECT_THAT(wrapped("  :a = one two three", 10), ElementsAre("  :a = one two three"));
  EXPECT_THAT(wrapped("", 10), ElementsAre(""));
  EXPECT_THAT(wrapped("a_word_that_is_too_wide x", 4), ElementsAre("a_word_that_is_too_wide", "x"));
}

TEST(Columns, AnOutlineOpensWhatIsTooWide) {
  const Value value = *parse_json(
      R"({"id":"1","n":1.50,"items":[{"q":2},"x"],"none":[],"extend":{"a":null,"b":[1,2]}})");
  EXPECT_THAT(outline(value, 12),
              ElementsAre(R"(id: "1")", "n: 1.50", "items:", R"(  - {"q":2})", R"(  - "x")",
                          "none: []", "extend:", "  a: null", "  b: [1,2]"));
  EXPECT_THAT(outline(value, 80), ElementsAre(R"(id: "1")", "n: 1.50", R"(items: [{"q":2},"x"])",
                                              "none: []", R"(extend: {"a":null,"b":[1,2]})"));
  EXPECT_THAT(outline(Value("x"), 1), ElementsAre(R"("x")"));
  EXPECT_THAT(outline(*parse_json(R"({"items":[{"q":2,"name":"abc"},[1,[2]]]})"), 8),
              ElementsAre("items:", "  - q: 2", "    name: \"abc\"", "  - - 1", "    - - 2"));
}

}  // namespace
}  // namespace weir
