// SPDX-License-Identifier: Apache-2.0
#include "core/json_cursor.h"

#include "core/value.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <vector>

namespace weir {
namespace {

using simdjson::error_code;

// A text with the padding that a cursor wants, and not a byte more.
class Padded {
 public:
  explicit Padded(std::string_view json) : size_(json.size()), bytes_(json.begin(), json.end()) {
    bytes_.resize(size_ + simdjson::SIMDJSON_PADDING, '"');
    bytes_.shrink_to_fit();
  }
  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::size_t size_;
  std::vector<char> bytes_;
};

TEST(JsonCursor, goes_through_members_and_items) {
  const Padded json(R"( { "a" : [ 1 , -2.50e3 ] ,"b":{},"c":[],"d":true,"e":null } )");
  JsonCursor cursor;
  ASSERT_EQ(cursor.begin(json.text()), simdjson::SUCCESS);
  std::string seen;
  const auto error = cursor.each_member([&] {
    std::string_view name;
    EXPECT_EQ(cursor.read_name(name), simdjson::SUCCESS);
    seen += name;
    seen += '=';
    const char* const begin = cursor.position();
    const auto wrong = cursor.pass_value();
    seen += cursor.passed(begin);
    seen += ';';
    return wrong;
  });
  EXPECT_EQ(error, simdjson::SUCCESS);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_EQ(seen, "a=[ 1 , -2.50e3 ];b={};c=[];d=true;e=null;");
}

TEST(JsonCursor, hands_out_texts_where_they_stand_and_those_with_escapes_unescaped) {
  const Padded json(R"(["plain","tab\t","","收款","\u6536\\","also plain"])");
  JsonCursor cursor;
  ASSERT_EQ(cursor.begin(json.text()), simdjson::SUCCESS);
  std::vector<std::string_view> texts;
  std::vector<bool> plain;
  EXPECT_EQ(cursor.each_item([&] {
    plain.push_back(cursor.is_plain_text());
    return cursor.read_text(texts.emplace_back());
  }),
            simdjson::SUCCESS);
  EXPECT_EQ(texts,
            (std::vector<std::string_view>{"plain", "tab\t", "", "收款", "收\\", "also plain"}));
  EXPECT_EQ(plain, (std::vector<bool>{true, false, true, true, false, true}));
  const auto stands_in = [&](std::string_view text) {
    return text.data() > json.text().data() && text.data() < json.text().data() + 64;
  };
  EXPECT_TRUE(stands_in(texts[0]) && stands_in(texts[3]) && stands_in(texts[5]));
}

TEST(JsonCursor, serves_for_a_longer_text_after_a_shorter_and_the_other_way_round) {
  JsonCursor cursor;
  for (const std::size_t items : {1U, 100'000U, 3U, 3'000'000U, 2U}) {
    std::string text = "[0";
    for (std::size_t i = 1; i < items; ++i) {
      text += ",1";
    }
    const Padded json(text + "]");
    ASSERT_EQ(cursor.begin(json.text()), simdjson::SUCCESS);
    std::size_t met = 0;
    EXPECT_EQ(cursor.each_item([&] {
      ++met;
      return cursor.pass_value();
    }),
              simdjson::SUCCESS);
    EXPECT_EQ(met, items);
  }
}

TEST(JsonCursor, what_is_asked_for_and_not_there_is_an_error_and_passes_nothing) {
  for (const std::string_view text : {"[", "]", ",", ":", "{}", "x"}) {
    const Padded json(text);
    JsonCursor cursor;
    ASSERT_EQ(cursor.begin(json.text()), simdjson::SUCCESS) << text;
    std::string_view out;
    bool boolean = false;
    EXPECT_NE(cursor.read_text(out), simdjson::SUCCESS) << text;
    EXPECT_NE(cursor.read_name(out), simdjson::SUCCESS) << text;
    EXPECT_NE(cursor.read_boolean(boolean), simdjson::SUCCESS) << text;
    EXPECT_NE(cursor.read_null(), simdjson::SUCCESS) << text;
    EXPECT_FALSE(cursor.is_plain_text()) << text;
    EXPECT_EQ(cursor.passed(json.text().data()), "") << text;
    EXPECT_NE(cursor.read_number(out), simdjson::SUCCESS) << text;
  }
}

// Any JSON there is, in few sizes; now and then a byte of it is another, but none that makes a
// number too large for the other parser.
class JsonMaker {
 public:
  explicit JsonMaker(unsigned seed) : random_(seed) {}

  std::string document() {
    std::string json = value(4);
    for (std::size_t i = pick(3); i > 0 && !json.empty(); --i) {
      static constexpr std::string_view bytes = "{}[],:\"\\ \n\ttrufalsn0123-+.\x80\xe6\x01/";
      json[pick(json.size())] = bytes[pick(bytes.size())];
    }
    return json;
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  std::string blanks() {
    static const std::vector<std::string> all = {"", "", "", "", " ", "\n", "\t ", "\r\n"};
    return all[pick(all.size())];
  }
  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",    "id", "收款", "\\n",      "\\\"", "\\/", "\\u6536", "😀", "\\ud83d\\ude00",
        "\\\\", " ",  "",     "{\\u0000}"};
    std::string text = "\"";
    for (std::size_t i = pick(4); i > 0; --i) {
      text += pieces[pick(pieces.size())];
    }
    return text + "\"";
  }
  std::string value(int depth) {
    static const std::vector<std::string> scalars = {
        "0", "-1", "1.50", "1e3", "12E-2", "true", "false", "null", "123456789012"};
    const std::size_t kind = pick(depth == 0 ? 2 : 4);
    if (kind < 2) {
      return blanks() + (kind == 0 ? text() : scalars[pick(scalars.size())]) + blanks();
    }
    std::string json = kind == 2 ? "{" : "[";
    for (std::size_t i = pick(4); i > 0; --i) {
      json += kind == 2 ? blanks() + text() + blanks() + ":" : "";
      json += value(depth - 1) + (i > 1 ? "," : blanks());
    }
    return blanks() + json + (kind == 2 ? "}" : "]") + blanks();
  }

  std::mt19937 random_;
};

bool same(const Value& ours, const nlohmann::json& theirs) {
  if (const List* list = ours.list()) {
    return theirs.is_array() &&
           std::equal(list->begin(), list->end(), theirs.begin(), theirs.end(), same);
  }
  if (const Object* object = ours.object()) {
    return theirs.is_object() && object->size() == theirs.size() &&
           std::all_of(object->begin(), object->end(), [&](const auto& member) {
             const auto found = theirs.find(member.first);
             return found != theirs.end() && same(member.second, *found);
           });
  }
  if (const std::string* text = ours.text()) {
    return theirs.is_string() && theirs.get_ref<const std::string&>() == *text;
  }
  if (const Number* number = ours.number()) {
    return theirs.is_number() && theirs == nlohmann::json::parse(number->digits);
  }
  const bool* boolean = ours.boolean();
  return boolean != nullptr ? theirs == *boolean : theirs.is_null();
}

TEST(JsonCursor, takes_what_another_parser_takes_for_the_same) {
  int taken = 0;
  constexpr int documents = 40'000;
  JsonMaker maker(7);
  for (int i = 0; i < documents; ++i) {
    const std::string json = maker.document();
    const auto theirs = nlohmann::json::parse(json, nullptr, false);
    const auto ours = parse_json(json);
    ASSERT_EQ(ours.has_value(), !theirs.is_discarded()) << json;
    ASSERT_TRUE(!ours || same(*ours, theirs)) << json;
    taken += ours ? 1 : 0;
  }
  EXPECT_GT(taken, documents / 4);
  EXPECT_LT(taken, documents * 3 / 4);
}

}  // namespace
}  // namespace weir
