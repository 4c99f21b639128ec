// SPDX-License-Identifier: Apache-2.0
#include "connectors/dingtalk/dingtalk_fixture.h"

namespace weir {
namespace {

using std::string_literals::operator""s;

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

std::string page_of(const std::string& records) {
  return R"({"totalCount":2,"pageNumber":1,"data":[)" + records + "]}";
}

const std::string good = R"({"processInstanceId":"good","data":{}})";

TEST_F(Dingtalk, a_page_for_people_that_blocks_pauses_like_the_other) {
  for (const int with_status : {200, 403, 503}) {
    const Error blocked = refused_with(
        with_status, R"(<html><script>{"status":1111,"wait":5,"punish":"deny"}</script></html>)");
    EXPECT_EQ(blocked.kind, ErrorKind::throttled) << with_status;
    EXPECT_EQ(blocked.retry_after, std::chrono::minutes(5));
  }
  // A record may hold what it likes.
  body = page_of(R"({"processInstanceId":"a","data":{"x":{"status":1111}}})");
  status = 200;
  EXPECT_TRUE(read());
}

TEST_F(Dingtalk, what_is_broken_anywhere_is_corrupt) {
  for (const std::string& text :
       {"\xef\xbb\xbf"s, "\0\0\0\0"s, page_of(good) + "\0"s, page_of(good + ",{\"a\":\0}"s),
        page_of(good + ",{\"data\":{\"a\":\"\xff\xfe\"}}"),
        page_of(good + R"(,{"data":{"a":[1,}}})"), page_of(good + R"(,{"data":{"a":tru}})"),
        page_of(good + R"(,{"data":{"a":"\u12"}})"), page_of(good + R"(,{"data":{"a":1.2.3}})"),
        page_of(good + R"(,{"data":{"a" 1}})"), page_of(good) + page_of(good),
        R"({"data":{"data":[]}})"s,
        R"({"totalCount":0,"data":[],"data":[{"processInstanceId":"a"}]})"s,
        R"({"totalCount":-1,"data":[]})"s, R"({"totalCount":1e400,"data":[]})"s,
        R"({"totalCount":99999999999999999999,"data":[]})"s, R"({"totalCount":"many","data":[]})"s,
        R"({"totalCount":1.5,"data":[]})"s, R"({"totalCount":{},"data":[]})"s}) {
    const Error error = refused_with(200, text);
    EXPECT_EQ(error.kind, ErrorKind::corrupt) << text << ": " << error.message;
    EXPECT_THAT(error.message, testing::HasSubstr("processes/instances"));
  }
}

TEST_F(Dingtalk, a_code_inside_a_good_answer_is_refused) {
  for (const char* text :
       {R"({"code":"x","message":"m"})", R"({"code":500,"message":"m"})", R"({"code":0})",
        R"({"code":"x","message":"m","data":[]})", R"({"code":7,"totalCount":0,"data":[]})"}) {
    EXPECT_EQ(refused_with(200, text).kind, ErrorKind::rejected) << text;
  }
}

TEST_F(Dingtalk, a_record_that_cannot_be_used_fails_alone) {
  for (const std::string& bad :
       {"null"s, "7"s, "\"text\""s, "[]"s, "{}"s, R"({"processInstanceId":null})"s,
        R"({"processInstanceId":["a"]})"s, R"({"processInstanceId":"a","data":[]})"s,
        R"({"processInstanceId":"a","data":{"deep":)" + nested(300) + "}}"}) {
    for (const std::string& records : {bad + "," + good, good + "," + bad}) {
      status = 200;
      body = page_of(records);
      const auto page = read();
      ASSERT_TRUE(page) << bad.substr(0, 80) << ": " << page.error().message;
      ASSERT_EQ(page->page.records.size(), 2U);
      for (const auto& record : page->page.records) {
        EXPECT_FALSE(record.id.empty());
        EXPECT_EQ(record.fault.empty(), record.id == "good") << bad.substr(0, 80);
      }
    }
  }
}

TEST_F(Dingtalk, a_record_of_20_megabytes_passes) {
  body = page_of(R"({"processInstanceId":"a","data":{"textField_a":")" +
                 std::string(std::size_t{20} << 20, 'x') + R"("}})");
  const auto page = read();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_TRUE(page->page.records.at(0).fault.empty());
  EXPECT_GT(page->page.records.at(0).length, std::size_t{20} << 20);
}

TEST_F(Dingtalk, of_two_values_of_one_name_in_a_record_the_last_counts) {
  body = page_of(R"({"processInstanceId":"a","processInstanceId":"b","data":{}})");
  const auto page = read();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->page.records.at(0).id, "b");
}

}  // namespace
}  // namespace weir
