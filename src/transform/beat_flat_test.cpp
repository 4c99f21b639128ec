// SPDX-License-Identifier: Apache-2.0
#include "transform/beat_flat.h"

#include "core/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WholeRecord final : public Scope {
 public:
  explicit WholeRecord(const Value& record) : record_(record) {}
  const Value* find(std::string_view name) const override { return find_in_record(record_, name); }

 private:
  const Value& record_;
};

BeatFlat beaten(std::vector<std::string> tables) {
  Strategy source;
  source.id = "no";
  for (std::string& table : tables) {
    source.beat_flat.push_back({std::move(table), {"p.yaml", 2}});
  }
  Faults faults;
  return BeatFlat::compile(source, RequestMap::compile({}, RecordShape(), faults), "extend",
                           faults);
}

// What a name is in each row, as JSON; "-": nothing.
std::vector<std::string> column(std::vector<std::string> tables, const char* json,
                                std::string_view name) {
  const Value record = *parse_json(json);
  const WholeRecord whole(record);
  const BeatFlat flat = beaten(std::move(tables));
  std::vector<std::string> found;
  const auto rows = flat.split(record);
  for (const FlatRow& row : *rows) {
    const Value* value = FlatRowScope(whole, row).find(name);
    found.push_back(value != nullptr ? to_json(*value) : "-");
  }
  return found;
}

const char* const order =
    R"({"no":"A1","a":[{"n":1},{"n":2,"s":{"k":7}}],"b":[{"m":3}],"tags":["x","y"],"a_total":9})";

TEST(BeatFlat, ARowHasItsElementsFieldsAndAllOfTheRecords) {
  EXPECT_THAT(column({"a"}, order, "a_n"), ElementsAre("1", "2"));
  EXPECT_THAT(column({"a"}, order, "a_s.k"), ElementsAre("-", "7"));
  EXPECT_THAT(column({"a"}, order, "no"), ElementsAre("\"A1\"", "\"A1\""));
  EXPECT_THAT(column({"a"}, order, "a_total"), ElementsAre("9", "9"));
  EXPECT_THAT(column({"tags"}, order, "tags"), ElementsAre("\"x\"", "\"y\""));
}

TEST(BeatFlat, SeveralListsStandBehindOneAnother) {
  EXPECT_THAT(column({"a", "b"}, order, "a_n"), ElementsAre("1", "2", "-"));
  EXPECT_THAT(column({"a", "b"}, order, "b_m"), ElementsAre("-", "-", "3"));
  EXPECT_THAT(column({"a", "b"}, order, "bfn_id"), ElementsAre("\"A1-1\"", "\"A1-2\"", "\"A1-3\""));
  EXPECT_THAT(column({"missing", "b"}, order, "b_m"), ElementsAre("3"));
}

TEST(BeatFlat, ARowsOwnIdIsTakenWhereEachRowHasOneOfItsOwn) {
  EXPECT_THAT(column({"a"}, R"({"no":7,"a":[{"id":"x"},{"id":20}]})", "bfn_id"),
              ElementsAre("\"7-x\"", "\"7-20\""));
  for (const char* rows : {R"({"no":7,"a":[{"id":"2"},{}]})", R"({"no":7,"a":[{"id":1},{"id":1}]})",
                           R"({"no":7,"a":[{"id":""},{"id":"x"}]})"}) {
    EXPECT_THAT(column({"a"}, rows, "bfn_id"), ElementsAre("\"7-1\"", "\"7-2\"")) << rows;
  }
  EXPECT_THAT(column({"a"}, R"({"a":[{}]})", "bfn_id"), ElementsAre("\"1\""));
}

TEST(BeatFlat, WhatIsNoListIsRefusedAndWhatIsMissingGivesNoRows) {
  for (const char* empty : {R"({})", R"({"a":null})", R"({"a":""})", R"({"a":[]})"}) {
    EXPECT_THAT(column({"a"}, empty, "no"), IsEmpty()) << empty;
  }
  const auto refused = beaten({"a"}).split(*parse_json(R"({"a":"x"})"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_EQ(refused.error().message, "beatFlat: `a` must hold a list, and holds `x`");
  EXPECT_EQ(beaten({"a", "b"}).without_rows(), "beatFlat: there are no rows in `a`, `b`");
}

TEST(BeatFlat, KnowsTheNamesThatItGives) {
  EXPECT_TRUE(beaten({"a"}).gives("a_n"));
  EXPECT_TRUE(beaten({"a"}).gives("bfn_id"));
  EXPECT_FALSE(beaten({"a"}).gives("b_n"));
  EXPECT_FALSE(beaten({"a"}).gives("a_"));
  EXPECT_FALSE(beaten({}).gives("bfn_id"));
}

}  // namespace
}  // namespace weir
