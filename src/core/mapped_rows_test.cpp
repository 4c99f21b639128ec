// SPDX-License-Identifier: Apache-2.0
#include "core/mapped_rows.h"

#include "core/hash.h"
#include "tests/support/mapped_rows.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace weir::testing {
namespace {

class RandomTree {
 public:
  explicit RandomTree(unsigned seed) : random_(seed) {}

  Value object(int depth) {
    Object made;
    for (int i = pick(6); i >= 0; --i) {
      made.emplace_back(text() + std::to_string(i), value(depth));
    }
    return made;
  }
  // The same members with other values.
  Value like(const Value& value, int depth) {
    if (value.object() == nullptr) {
      return this->value(0);
    }
    Object made;
    for (const auto& [name, member] : *value.object()) {
      made.emplace_back(name, like(member, depth - 1));
    }
    return made;
  }
  int pick(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }

 private:
  Value value(int depth) {
    switch (pick(depth > 0 ? 7 : 5)) {
      case 0:
        return {};
      case 1:
        return pick(2) == 0;
      case 2:
        return Number{std::to_string(pick(1000)) + ".50"};
      case 5:
        return List{value(depth - 1), object(depth - 1)};
      case 6:
        return object(depth - 1);
      default:
        return text();
    }
  }
  std::string text() {
    static const std::vector<std::string> parts = {"a", "\"", "\\", "\n", "\x01", "数", " ", ""};
    std::string made;
    for (int i = pick(12); i > 0; --i) {
      made += parts[static_cast<std::size_t>(pick(static_cast<int>(parts.size())))];
    }
    return made;
  }

  std::mt19937 random_;
};

TEST(MappedRows, AreTheTreesThatTheyWereMadeOf) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    RandomTree random(seed);
    std::vector<Value> requests = {random.object(3)};
    for (int i = random.pick(3); i > 0; --i) {
      requests.push_back(random.like(requests.front(), 3));
    }
    const MappedRows rows = rows_of(requests);
    ASSERT_EQ(rows.size(), requests.size());
    EXPECT_EQ(rows.trees(), requests) << "seed " << seed;
    std::string json;
    for (std::size_t row = 0; row < requests.size(); ++row) {
      json += to_json(requests[row]);
      std::string own;
      rows.append_json(row, own);
      EXPECT_EQ(own, to_json(requests[row])) << "seed " << seed;
    }
    EXPECT_EQ(rows.hash(), hash64(json)) << "seed " << seed;
  }
}

TEST(MappedRows, ShareABufferAndStayThemselves) {
  RandomTree random(7);
  const Value first = random.object(3);
  std::vector<Value> requests;
  std::vector<MappedRows> all;
  MappedRows last = rows_of({first});
  for (int i = 0; i < 200; ++i) {
    requests.push_back(Object{{"id", std::to_string(i)}, {"list", List{random.object(1)}}});
    const auto layout = i == 0 ? rows_of({requests.back()}).layout() : all.front().layout();
    MappedRows rows(layout, last);
    if (i % 3 == 1) {  // one that is given up half way leaves nothing behind
      rows.append(Value("half"));
      rows = MappedRows(layout, last);
    }
    for (const auto& [name, value] : *requests.back().object()) {
      rows.append(value);
    }
    rows.end_row();
    last = rows;
    all.push_back(std::move(rows));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].tree(0), requests[i]);
    EXPECT_EQ(all[i].hash(), hash64(to_json(requests[i])));
  }
  all.erase(all.begin(), all.end() - 1);
  EXPECT_EQ(all.front().tree(0), requests.back());
}

TEST(MappedRows, KeepTheHashThatJournalsHold) {
  const MappedRows rows = rows_of(
      {Object{{"main_params", Object{{"id", "i1"}, {"sum", Number{"128000.50"}}, {"day", nullptr}}},
              {"lines", List{Object{{"no", std::int64_t{7}}}}}}});
  std::string json;
  rows.append_json(0, json);
  EXPECT_EQ(json, R"({"main_params":{"id":"i1","sum":128000.50,"day":null},"lines":[{"no":7}]})");
  EXPECT_EQ(rows.hash(), hash64(json));
}

TEST(MappedRows, CellsAreFoundByTheirNodes) {
  const MappedRows rows =
      rows_of({Object{{"a", Object{{"x", true}, {"y", "two"}}}, {"b", std::int64_t{3}}}});
  const auto* a = RowLayout::find(rows.layout()->members(), "a");
  ASSERT_NE(a, nullptr);
  EXPECT_FALSE(a->is_cell());
  const auto* y = RowLayout::find(a->children, "y");
  ASSERT_NE(y, nullptr);
  EXPECT_EQ(rows.cell(0, y->first_cell).text, "two");
  std::string json;
  rows.append_json(0, *a, json);
  EXPECT_EQ(json, R"({"x":true,"y":"two"})");
  EXPECT_EQ(RowLayout::find(a->children, "b"), nullptr);
}

}  // namespace
}  // namespace weir::testing
