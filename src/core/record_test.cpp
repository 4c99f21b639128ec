// SPDX-License-Identifier: Apache-2.0
#include "core/record.h"

#include "core/content_hash.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

RecordShape yida() {
  RecordShape shape;
  shape.values = "data";
  shape.ignored = {"extend.version"};
  shape.unordered = {"*checkboxField_*"};
  return shape;
}

Value record_of(std::string_view json) { return assemble_record(json, yida()).value(); }

std::uint64_t hash_of(std::string_view json) { return content_hash(record_of(json), yida()); }

TEST(Record, lifts_the_values_and_keeps_the_rest_around_them) {
  EXPECT_EQ(
      to_json(record_of(R"({"processInstanceId":"p1","data":{"textField_a":"x"},"version":3})")),
      R"({"textField_a":"x","extend":{"processInstanceId":"p1","version":3}})");
}

TEST(Record, without_values_is_all_envelope) {
  EXPECT_EQ(to_json(record_of(R"({"processInstanceId":"p1"})")),
            R"({"extend":{"processInstanceId":"p1"}})");
}

TEST(Record, refuses_items_that_are_no_objects) {
  EXPECT_EQ(assemble_record("[1]", yida()).error().kind, ErrorKind::rejected);
  EXPECT_EQ(assemble_record(R"({"data":"x"})", yida()).error().kind, ErrorKind::rejected);
  EXPECT_EQ(assemble_record("{", yida()).error().kind, ErrorKind::corrupt);
}

TEST(Record, finds_literal_keys_before_paths_and_the_envelope_last) {
  const Value record = record_of(
      R"({"id":"p1","originator":{"name":{"zh":"王"}},"data":{"a.b":"literal","a":{"b":"path"},
          "rows":[{"x":1},{"x":2}],"title":"form"},"title":"envelope"})");
  EXPECT_EQ(to_text(*find_in_record(record, "a.b")), "literal");
  EXPECT_EQ(to_text(*find_in_record(record, "rows.1.x")), "2");
  EXPECT_EQ(to_text(*find_in_record(record, "title")), "form");
  EXPECT_EQ(to_text(*find_in_record(record, "extend.title")), "envelope");
  EXPECT_EQ(to_text(*find_in_record(record, "originator.name.zh")), "王");
  EXPECT_EQ(find_in_record(record, "rows.2.x"), nullptr);
  EXPECT_EQ(find_in_record(record, "nothing"), nullptr);
}

TEST(ContentHash, does_not_see_the_order_of_keys_and_of_unordered_lists) {
  const auto one = hash_of(R"({"a":1,"b":2,"data":{"checkboxField_x":["p","q"],"t":"z"}})");
  EXPECT_EQ(one, hash_of(R"({"data":{"t":"z","checkboxField_x":["q","p"]},"b":2,"a":1})"));
  EXPECT_NE(hash_of(R"({"data":{"textField_x":["p","q"]}})"),
            hash_of(R"({"data":{"textField_x":["q","p"]}})"));
}

TEST(ContentHash, sees_unordered_lists_inside_sub_tables) {
  EXPECT_EQ(hash_of(R"({"data":{"tableField_t":[{"checkboxField_x":["p","q"]}]}})"),
            hash_of(R"({"data":{"tableField_t":[{"checkboxField_x":["q","p"]}]}})"));
  EXPECT_NE(hash_of(R"({"data":{"checkboxField_x":["p","p"]}})"),
            hash_of(R"({"data":{"checkboxField_x":["p"]}})"));
}

TEST(ContentHash, leaves_out_what_is_no_content) {
  EXPECT_EQ(hash_of(R"({"version":1,"data":{}})"), hash_of(R"({"version":2,"data":{}})"));
  EXPECT_NE(hash_of(R"({"data":{"version":1}})"), hash_of(R"({"data":{"version":2}})"));
}

TEST(ContentHash, tells_kinds_and_digits_apart) {
  EXPECT_NE(hash_of(R"({"a":1})"), hash_of(R"({"a":"1"})"));
  EXPECT_NE(hash_of(R"({"a":1.5})"), hash_of(R"({"a":1.50})"));
  EXPECT_NE(hash_of(R"({"a":null})"), hash_of("{}"));
  EXPECT_NE(hash_of(R"({"a":[]})"), hash_of(R"({"a":{}})"));
}

// Stored for ever: a change of this figure makes every known record look changed.
TEST(ContentHash, is_stable) {
  EXPECT_EQ(hash_of(R"({"a":1,"data":{"b":["x"]}})"), 14457106353422484947U);
}

}  // namespace
}  // namespace weir
