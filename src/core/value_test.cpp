// SPDX-License-Identifier: Apache-2.0
#include "core/value.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Value, keeps_the_digits_of_numbers) {
  const auto value =
      parse_json(R"({"a":128000.50,"b":123456789012345678901234567890,"c":-1.5E+3})");
  ASSERT_TRUE(value);
  EXPECT_EQ(to_json(*value), R"({"a":128000.50,"b":123456789012345678901234567890,"c":-1.5E+3})");
}

TEST(Value, reads_scalars_lists_and_nesting) {
  for (const char* json : {"null", "true", "false", "\"x\"", "0", "[]", "{}",
                           R"([1,[2,{"k":[null]}],"\"\\\n"])", "\"收款单😀\""}) {
    const auto value = parse_json(json);
    ASSERT_TRUE(value) << json;
    EXPECT_EQ(to_json(*value), json);
  }
}

TEST(Value, the_last_of_two_members_with_one_name_wins) {
  const auto value = parse_json(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(value);
  EXPECT_EQ(to_json(*value), R"({"b":2,"a":3})");
}

TEST(Value, refuses_what_is_no_json) {
  for (const char* json :
       {"", "{", "[1,]", "{\"a\":}", "01", "1.", "1e", "- 1", "nul", "tru", "+1", "\"\x01\"",
        "\"\\x\"", "[1] 2", "1,2", "\"\xff\"", "<html>", "{'a':1}"}) {
    EXPECT_FALSE(parse_json(json)) << json;
  }
}

TEST(Value, refuses_depth_beyond_the_bound) {
  EXPECT_TRUE(parse_json(std::string(200, '[') + std::string(200, ']')));
  const auto deep = parse_json(std::string(300, '[') + std::string(300, ']'));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind, ErrorKind::rejected);
}

TEST(Value, writes_control_characters_escaped) {
  EXPECT_EQ(to_json(Value(std::string("\x01\t\"", 3))), "\"\\u0001\\t\\\"\"");
}

TEST(Value, shows_no_half_character_of_what_is_no_json) {
  // The 40th byte lies within a character.
  const auto cut = parse_json(std::string(38, '<') + "收款" + std::string(9, '>'));
  ASSERT_FALSE(cut);
  EXPECT_NE(cut.error().message.find(std::string(38, '<') + "…`"), std::string::npos);
  const auto latin = parse_json("<caf\xe9>");
  ASSERT_FALSE(latin);
  EXPECT_NE(latin.error().message.find("`<caf?>`"), std::string::npos);
}

TEST(Value, becomes_text_inside_text) {
  EXPECT_EQ(to_text(Value()), "");
  EXPECT_EQ(to_text(Value("x")), "x");
  EXPECT_EQ(to_text(Value(Number{"1.50"})), "1.50");
  EXPECT_EQ(to_text(Value(true)), "true");
  EXPECT_EQ(to_text(Value(List{Value("a"), Value(std::int64_t{1})})), "[\"a\",1]");
}

TEST(Value, EscapesEachByteWhereverItStands) {
  const auto escaped = [](int byte) -> std::string {
    const std::string_view letters = "\n\r\t\"\\";
    const std::size_t found = letters.find(static_cast<char>(byte));
    if (found != std::string_view::npos) {
      return std::string("\\") + "nrt\"\\"[found];
    }
    constexpr std::string_view hex = "0123456789abcdef";
    const auto at = static_cast<std::size_t>(byte);
    return byte < 0x20 ? std::string("\\u00") + hex[at / 16] + hex[at % 16]
                       : std::string(1, static_cast<char>(byte));
  };
  for (std::size_t length = 1; length < 20; ++length) {
    for (std::size_t position = 0; position < length; ++position) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, '\xff');
        text[position] = static_cast<char>(byte);
        std::string json;
        append_json_text(text, json);
        const std::string before(position, '\xff');
        const std::string behind(length - position - 1, '\xff');
        ASSERT_EQ(json, "\"" + before + escaped(byte) + behind + "\"") << byte;
      }
    }
  }
}

}  // namespace
}  // namespace weir
