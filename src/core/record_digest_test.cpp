// SPDX-License-Identifier: Apache-2.0
#include "core/record_digest.h"

#include "core/content_hash.h"
#include "core/record_selection.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace weir {
namespace {

RecordShape yida_shape() {
  RecordShape shape;
  shape.values = "data";
  shape.ignored = {"extend.version", "*_label"};
  shape.unordered = {"*box*", "extend.executor"};
  return shape;
}

// Random JSON with few names, so that they repeat and meet in other places; now and then broken.
class JsonWriter {
 public:
  explicit JsonWriter(unsigned seed) : random_(seed) {}

  std::string record() {
    std::string json = "{";
    if (!one_in(10)) {
      json += "\"data\":" + (one_in(20) ? value(3) : object(3)) + ",";
    }
    json += members(3);
    if (json.back() == ',') {
      json.pop_back();
    }
    if (one_in(20)) {
      json += ",\"data\":" + object(2);
    }
    json += "}";
    if (one_in(15)) {
      json[pick(json.size())] = "{}[],:\"x1 \\"[pick(10)];
    }
    return json;
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return pick(count) == 0; }

  std::string name() {
    static const std::string long_name(70, 'n');  // longer than a parser's padding
    static const std::vector<std::string> names = {
        long_name, long_name + "n", "q\\\"q", "a", "b",    "box_1",   "tbox", "x_label", "version",
        "extend",  "executor",      "a.b",    "",  "数字", "\\u0061", "data", "rows"};
    return names[pick(names.size())];
  }

  std::string members(int depth) {
    std::string json;
    for (std::size_t i = pick(6); i > 0; --i) {
      json += "\"" + name() + "\":" + value(depth) + (i > 1 || one_in(30) ? "," : "");
      json += one_in(8) ? " " : "";
    }
    return json;
  }

  std::string object(int depth) { return "{" + members(depth) + "}"; }

  std::string value(int depth) {
    static const std::vector<std::string> scalars = {
        "1",    "1.50",  "-0",    "1e3",      "12345678901234567890.12", "true", "false", "null",
        "\"\"", "\"x\"", "\"1\"", "\"收款\"", "\"\\n\\u6536\""};
    static const std::vector<std::string> broken = {"01", "nul", "+1", "\"\\q\"", "1.", "\"\xff\""};
    if (one_in(400)) {
      return broken[pick(broken.size())];
    }
    if (depth == 0 || !one_in(3)) {
      return scalars[pick(scalars.size())];
    }
    if (one_in(2)) {
      return object(depth - 1);
    }
    std::string json = "[";
    for (std::size_t i = pick(4); i > 0; --i) {
      json += value(depth - 1) + (i > 1 ? "," : "");
    }
    return json + "]";
  }

  std::mt19937 random_;
};

const std::vector<std::string>& asked_names() {
  static const std::vector<std::string> names = {
      "a",        "a.b",        "extend.a",        "extend.executor",
      "version",  "rows.0",     "extend.rows.1.a", "box_1.0",
      "executor", "extend.a.b", "missing"};
  return names;
}

std::string found_in(const Value& record, const std::string& name) {
  const Value* value = find_in_record(record, name);
  return value == nullptr ? "missing" : to_json(*value);
}

std::vector<ListLength> lists_of(const Value& record, const std::string& name) {
  const Value* value = record.member(name);
  return value != nullptr && value->list() != nullptr
             ? std::vector<ListLength>{{name, value->list()->size()}}
             : std::vector<ListLength>();
}

void expect_digest_of_tree(const RecordShape& shape, const std::string& raw,
                           RecordDigester& digester) {
  SCOPED_TRACE(raw);
  const auto tree = assemble_record(raw, shape);
  const auto digest = digester.digest(raw);
  ASSERT_EQ(digest.has_value(), tree.has_value());
  if (!tree) {
    EXPECT_EQ(digest.error().kind, tree.error().kind);
    EXPECT_EQ(digest.error().message, tree.error().message);
    return;
  }
  EXPECT_EQ(digest->content, content_hash(*tree, shape));
  EXPECT_EQ(std::vector<ListLength>(digest->lists.begin(), digest->lists.end()),
            lists_of(*tree, "rows"));
  const std::vector<std::string>& names = asked_names();
  ASSERT_EQ(digest->fields.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Value* found = find_in_record(*tree, names[i]);
    EXPECT_EQ(digest->fields[i].to_value(), found == nullptr ? Value() : *found) << names[i];
  }
}

void expect_selection_of_tree(const RecordShape& shape, const std::string& raw,
                              const RecordSelection& selection) {
  SCOPED_TRACE(raw);
  const auto tree = assemble_record(raw, shape);
  const auto selected = assemble_record(raw, shape, selection);
  const std::string among = raw + std::string(64, '"');
  const auto in_place =
      assemble_record({std::string_view(among).substr(0, raw.size()), 64, {}}, shape, selection);
  ASSERT_TRUE(!tree || (selected && in_place));
  static Value memory;  // of whatever record came before
  if (assemble_record(raw, shape, selection, memory)) {
    EXPECT_EQ(memory, *selected);
  }
  for (const std::string& name : tree ? asked_names() : std::vector<std::string>()) {
    EXPECT_EQ(found_in(*selected, name), found_in(*tree, name)) << name;
    EXPECT_EQ(found_in(*in_place, name), found_in(*tree, name)) << name;
  }
}

void expect_members_of_tree(const RecordShape& shape, const std::string& raw,
                            const RecordSelection& selection, RecordDigester& digester) {
  SCOPED_TRACE(raw);
  const auto digest = digester.digest(raw);
  if (!digest || !digest->located) {
    return;
  }
  const Value tree = assemble_record(raw, shape).value();
  const auto assembled = assemble_record(
      RawRecord(raw, 0, LocatedMembers{&selection, digest->members}), shape, selection);
  ASSERT_TRUE(assembled);
  static Value memory;
  ASSERT_TRUE(assemble_record(RawRecord(raw, 0, LocatedMembers{&selection, digest->members}), shape,
                              selection, memory));
  EXPECT_EQ(memory, *assembled);
  for (const std::string& name : asked_names()) {
    EXPECT_EQ(found_in(*assembled, name), found_in(tree, name)) << name;
  }
}

TEST(RecordDigest, says_what_the_tree_says) {
  const RecordShape lifted = yida_shape();
  RecordShape whole = lifted;
  whole.values.clear();
  const std::vector<std::string> counted = {"rows"};
  RecordSelection selection("extend");
  for (const std::string& name : asked_names()) {
    selection.add(name);
  }
  int usable = 0;
  int located = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    JsonWriter writer(seed);
    RecordDigester lifted_digester(lifted, asked_names(), counted);
    RecordDigester whole_digester(whole, asked_names(), counted);
    RecordDigester lifted_locator(lifted, asked_names(), counted, &selection);
    RecordDigester whole_locator(whole, asked_names(), counted, &selection);
    for (int i = 0; i < 20; ++i) {
      const std::string raw = writer.record();
      expect_digest_of_tree(lifted, raw, lifted_digester);
      expect_digest_of_tree(whole, raw, whole_digester);
      expect_selection_of_tree(lifted, raw, selection);
      expect_selection_of_tree(whole, raw, selection);
      expect_members_of_tree(lifted, raw, selection, lifted_locator);
      expect_members_of_tree(whole, raw, selection, whole_locator);
      located += lifted_locator.digest(raw).value_or(RecordDigest()).located ? 1 : 0;
      usable += assemble_record(raw, lifted) ? 1 : 0;
    }
  }
  EXPECT_GT(usable, 2000);
  EXPECT_LT(usable, 5900);
  EXPECT_GT(located, usable / 2);
}

TEST(RecordDigest, bears_records_with_more_names_than_it_learns) {
  const RecordShape shape = yida_shape();
  const std::vector<std::string> counted;
  RecordDigester digester(shape, {"name_5000"}, counted);
  for (int record = 0; record < 3; ++record) {
    std::string json = R"({"data":{)";
    for (int i = 0; i < 12'000; ++i) {
      json += fmt::format(R"("name_{}":{{"r{}_{}":{}}},)", i, record, i, i);
    }
    json += R"("name_7":8,"name_11000":9}})";
    const Value tree = assemble_record(json, shape).value();
    const auto digest = digester.digest(json);
    ASSERT_TRUE(digest);
    EXPECT_EQ(digest->content, content_hash(tree, shape));
    EXPECT_EQ(digest->fields.front().to_value(), *tree.member("name_5000"));
  }
}

TEST(RecordSelection, takes_all_that_is_around_when_that_is_asked_for) {
  RecordSelection selection("extend");
  selection.add("extend");
  const Value record =
      assemble_record(R"({"id":1,"title":"t","data":{"a":1}})", yida_shape(), selection).value();
  EXPECT_EQ(to_json(record), R"({"extend":{"id":1,"title":"t"}})");
}

}  // namespace
}  // namespace weir
