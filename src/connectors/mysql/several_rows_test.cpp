// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_test_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

// Records that are several rows of one statement each.

namespace weir::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SeveralRowsTest : public ::testing::TestWithParam<std::string> {
 protected:
  SeveralRowsTest() {
    target_.execute("CREATE TABLE t (id VARCHAR(20), n DECIMAL(6,2)) ENGINE=InnoDB");
  }

  std::unique_ptr<Sink> sink(bool at_least_once = false) {
    return target_.sink({"INSERT INTO t (id, n) VALUES (:id, :n)",
                         target_.by_socket() + "bulk: " + GetParam() + "\n",
                         {"id", "n"},
                         at_least_once});
  }
  static OutgoingRecord record(const std::string& id, const std::vector<Value>& numbers) {
    std::vector<Value> requests;
    for (const Value& number : numbers) {
      requests.emplace_back(Object{{"main_params", Object{{"id", id}, {"n", number}}}});
    }
    return {{}, id, rows_of(requests), 0};
  }
  static Value number(const std::string& digits) { return Value(Number{digits}); }

  MysqlTestTarget target_;
};

TEST_P(SeveralRowsTest, ARecordWithOneBadRowFailsWholeAndTheOthersArrive) {
  const auto made = sink();
  const std::vector<OutgoingRecord> records = {
      record("a", {number("1"), number("2"), number("3")}),
      record("b", {number("1"), number("2"), "twelve"}),
      record("c", {number("1"), number("2"), number("3")}),
  };
  const std::span<const OutgoingRecord> all(records);
  auto lane = made->open_lane(0, {});
  ASSERT_TRUE(lane) << lane.error().message;
  ASSERT_TRUE((*lane)->begin());
  const auto together = (*lane)->write(all);
  ASSERT_FALSE(together);
  EXPECT_EQ(together.error().kind, ErrorKind::rejected);
  const auto first = (*lane)->write(all.subspan(0, 1));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->rows, 3U);
  const auto bad = (*lane)->write(all.subspan(1, 1));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::rejected);
  EXPECT_THAT(bad.error().message, AllOf(StartsWith("row 3 of 3: "), HasSubstr("twelve")));
  ASSERT_TRUE((*lane)->write(all.subspan(2, 1)));
  ASSERT_TRUE((*lane)->commit());
  EXPECT_EQ(target_.value("SELECT GROUP_CONCAT(CONCAT(id, n) ORDER BY id, n) FROM t"),
            "a1.00,a2.00,a3.00,c1.00,c2.00,c3.00");
}

TEST_P(SeveralRowsTest, AWarningLandsOnItsRecordAndNamesTheRow) {
  const auto made = sink();
  auto lane = made->open_lane(0, {});
  ASSERT_TRUE(lane) << lane.error().message;
  ASSERT_TRUE((*lane)->begin());
  const std::vector<OutgoingRecord> records = {
      record("a", {number("1"), number("2")}),
      record("b", {number("1")}),
      record("c", {number("1"), number("2.345"), number("3.456")}),
      record("d", {number("4.567")}),
  };
  const auto report = (*lane)->write(records);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->rows, 7U);
  ASSERT_EQ(report->warnings.size(), 3U);
  EXPECT_EQ(report->warnings[0].index, 2U);
  EXPECT_THAT(report->warnings[0].text, StartsWith("row 2 of 3: "));
  EXPECT_EQ(report->warnings[1].index, 2U);
  EXPECT_THAT(report->warnings[1].text, StartsWith("row 3 of 3: "));
  EXPECT_EQ(report->warnings[2].index, 3U);
  EXPECT_THAT(report->warnings[2].text, StartsWith("Data truncated"));
}

TEST_P(SeveralRowsTest, NoHalfRecordIsLeftWhereBatchesHaveNoTransaction) {
  const auto made = sink(true);
  ASSERT_FALSE(made->traits().transactional);
  auto lane = made->open_lane(0, {});
  ASSERT_TRUE(lane) << lane.error().message;
  const std::vector<OutgoingRecord> bad = {record("a", {number("1"), "twelve"})};
  const auto refused = (*lane)->write(bad);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, StartsWith("row 2 of 2: "));
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM t"), "0");
  const std::vector<OutgoingRecord> good = {record("a", {number("1"), number("2")})};
  ASSERT_TRUE((*lane)->write(good));
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM t"), "2");
}

TEST_P(SeveralRowsTest, ShowsEachRow) {
  EXPECT_EQ(sink()->describe(record("a", {number("1"), nullptr})),
            "row 1 of 2\nINSERT INTO t (id, n) VALUES (:id, :n)\n  :id = \"a\"\n  :n = 1\n"
            "row 2 of 2\nINSERT INTO t (id, n) VALUES (:id, :n)\n  :id = \"a\"\n  :n = NULL");
}

INSTANTIATE_TEST_SUITE_P(Bulk, SeveralRowsTest, ::testing::Values("array", "multi_row", "single"),
                         [](const ::testing::TestParamInfo<std::string>& bulk) {
                           return bulk.param;
                         });

}  // namespace
}  // namespace weir::testing
