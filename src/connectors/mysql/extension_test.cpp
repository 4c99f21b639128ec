// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/two_tables_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Targets of more than one statement (`extend_params_N`, `extend_sql_N`).

namespace weir::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct LinesTarget {
  std::string main_sql = "INSERT INTO headers (no) VALUES (:no)";
  std::string line_sql =
      "INSERT INTO details (header, goods, qty) VALUES (:lastInsertId, :goods, :qty)";
};

Strategy with_lines(const LinesTarget& target = {}) {
  return strategy_with("execute",
                       {field_of("main_params", "object", "", {"no"}),
                        field_of("extend_params_1", "array", "lines", {"goods", "qty"})},
                       {field_of("main_sql", "string", target.main_sql),
                        field_of("extend_sql_1", "string", target.line_sql)});
}

class ExtensionTest : public TwoTables {
 protected:
  static Value request(const std::string& no, const std::vector<std::string>& quantities) {
    List lines;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      lines.emplace_back(
          Object{{"no", no}, {"goods", "g" + std::to_string(i + 1)}, {"qty", quantities[i]}});
    }
    return Object{{"main_params", Object{{"no", no}}}, {"extend_params_1", std::move(lines)}};
  }
  static OutgoingRecord record(const std::string& no, const std::vector<std::string>& quantities) {
    return {{}, no, rows_of({request(no, quantities)}), 0};
  }
  std::string joined() {
    return target_.value(
        "SELECT GROUP_CONCAT(CONCAT(no, ' ', goods, ' ', qty) ORDER BY no, goods) FROM headers "
        "JOIN "
        "details ON header = id");
  }
};

TEST_F(ExtensionTest, EachElementBindsTheIdOfItsHeader) {
  const auto made = sink(with_lines());
  ASSERT_NE(made, nullptr) << told().front();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("`:lastInsertId` is asked for")));
  const auto lane = open(*made);
  const std::vector<OutgoingRecord> records = {record("a", {"1", "2"}), record("b", {}),
                                               record("c", {"3"})};
  const auto report = lane->write(records);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->rows, 6U);
  ASSERT_TRUE(lane->commit());
  EXPECT_EQ(joined(), "a g1 1.00,a g2 2.00,c g1 3.00");
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM headers"), "3");
}

TEST_F(ExtensionTest, ABadElementFailsItsRecordWholeAndIsNamed) {
  const auto made = sink(with_lines());
  const auto lane = open(*made);
  const std::vector<OutgoingRecord> records = {record("a", {"1", "2"}),
                                               record("b", {"3", "x", "5"}), record("c", {"6"})};
  const std::span<const OutgoingRecord> all(records);
  const auto together = lane->write(all);
  ASSERT_FALSE(together);
  EXPECT_EQ(together.error().kind, ErrorKind::rejected);
  ASSERT_TRUE(lane->write(all.subspan(0, 1)));
  const auto bad = lane->write(all.subspan(1, 1));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::rejected);
  EXPECT_THAT(bad.error().message, StartsWith("element 2 of `extend_params_1`: "));
  ASSERT_TRUE(lane->write(all.subspan(2, 1)));
  ASSERT_TRUE(lane->commit());
  EXPECT_EQ(joined(), "a g1 1.00,a g2 2.00,c g1 6.00");
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM headers"), "2");
}

TEST_F(ExtensionTest, WarningsOfElementsLandOnTheirRecord) {
  const auto made = sink(with_lines());
  const auto lane = open(*made);
  const std::vector<OutgoingRecord> records = {record("a", {"1", "2"}),
                                               record("b", {"3", "4.567"})};
  const auto report = lane->write(records);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->warnings.size(), 1U);
  EXPECT_EQ(report->warnings[0].index, 1U);
  EXPECT_THAT(report->warnings[0].text, StartsWith("element 2 of `extend_params_1`: "));
}

TEST_F(ExtensionTest, ARecordOfSeveralRequestsExtendsEachOfThem) {
  const auto made = sink(with_lines());
  const auto lane = open(*made);
  const std::vector<OutgoingRecord> good = {
      {{}, "r", rows_of({request("a", {"1"}), request("b", {"2", "3"})}), 0}};
  ASSERT_TRUE(lane->write(good));
  const std::vector<OutgoingRecord> bad = {
      {{}, "s", rows_of({request("c", {"1"}), request("d", {"2", "x"})}), 0}};
  const auto refused = lane->write(bad);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, StartsWith("row 2 of 2, element 2 of `extend_params_1`: "));
  ASSERT_TRUE(lane->commit());
  EXPECT_EQ(joined(), "a g1 1.00,b g1 2.00,b g2 3.00");
}

TEST_F(ExtensionTest, AHeaderThatIsUpdatedGivesItsIdWhenItSaysWhich) {
  target_.execute("INSERT INTO headers (id, no) VALUES (7, 'a'), (8, 'b')");
  const auto made = sink(with_lines(
      {"INSERT INTO headers (no) VALUES (:no) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)",
       LinesTarget().line_sql}));
  const auto lane = open(*made);
  const std::vector<OutgoingRecord> records = {record("b", {"1"}), record("a", {"2"})};
  const auto report = lane->write(records);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(lane->commit());
  EXPECT_EQ(
      target_.value("SELECT GROUP_CONCAT(CONCAT(header, '=', qty) ORDER BY header) FROM details"),
      "7=2.00,8=1.00");
}

// Whether the update changes the row or finds it as it should be.
TEST_F(ExtensionTest, AHeaderThatIsUpdatedNeverGivesTheIdOfAnother) {
  target_.execute("ALTER TABLE headers ADD v INT NOT NULL DEFAULT 0");
  target_.execute("INSERT INTO headers (id, no) VALUES (7, 'a'), (8, 'b')");
  for (const char* update : {"no = VALUES(no)", "v = v + 1"}) {
    const auto made = sink(with_lines(
        {std::string("INSERT INTO headers (no) VALUES (:no) ON DUPLICATE KEY UPDATE ") + update,
         LinesTarget().line_sql}));
    const auto lane = open(*made);
    const std::vector<OutgoingRecord> records = {record("a", {"2"})};
    const auto report = lane->write(records);
    ASSERT_TRUE(lane->commit());
    EXPECT_TRUE(report || report.error().kind == ErrorKind::rejected);
    EXPECT_EQ(target_.value("SELECT COUNT(*) FROM details WHERE header <> 7"), "0") << update;
  }
}

TEST_F(ExtensionTest, ARecordWhoseHeaderHasNoIdFails) {
  target_.execute("INSERT INTO headers (id, no) VALUES (7, 'a')");
  const auto made =
      sink(with_lines({"INSERT IGNORE INTO headers (no) VALUES (:no)", LinesTarget().line_sql}));
  const auto lane = open(*made);
  const std::vector<OutgoingRecord> records = {record("a", {"1"})};
  const auto refused = lane->write(records);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_THAT(refused.error().message, HasSubstr("LAST_INSERT_ID(id)"));
}

TEST_F(ExtensionTest, AnIdMayAlsoStandAsTheValueOfAParameter) {
  Strategy strategy =
      with_lines({LinesTarget().main_sql,
                  "INSERT INTO details (header, goods, qty) VALUES (:h, :goods, :qty)"});
  strategy.request[1].children.push_back(field_of("h", "string", ":lastInsertId"));
  const auto made = sink(strategy);
  ASSERT_NE(made, nullptr) << told().front();
  OutgoingRecord one = record("a", {"1"});
  one.rows = rows_of(
      {Object{{"main_params", Object{{"no", "a"}}},
              {"extend_params_1",
               List{Object{{"no", "a"}, {"goods", "g1"}, {"qty", "1"}, {"h", ":lastInsertId"}}}}}});
  const auto lane = open(*made);
  const auto report = lane->write({&one, 1});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(lane->commit());
  EXPECT_EQ(joined(), "a g1 1.00");
}

TEST_F(ExtensionTest, StatementsThatMeetInATableGoRecordByRecord) {
  target_.execute("CREATE TABLE keyed (no VARCHAR(20), qty INT) ENGINE=InnoDB");
  Strategy strategy =
      strategy_with("execute",
                    {field_of("main_params", "object", "", {"no"}),
                     field_of("extend_params_1", "object", "", {"no"}),
                     field_of("extend_params_2", "array", "lines", {"no", "qty"})},
                    {field_of("main_sql", "",
                              "INSERT INTO headers (no) VALUES (:no) ON DUPLICATE KEY UPDATE "
                              "no = VALUES(no)"),
                     field_of("extend_sql_2", "", "INSERT INTO keyed (no, qty) VALUES (:no, :qty)"),
                     field_of("extend_sql_1", "", "DELETE FROM keyed WHERE no = :no")});
  const auto made = sink(strategy);
  ASSERT_NE(made, nullptr) << told().front();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("these statements go record by record")));
  EXPECT_TRUE(made->traits().repeatable);
  const auto request_of = [](const std::string& no, const std::vector<std::string>& quantities) {
    List lines;
    for (const std::string& quantity : quantities) {
      lines.emplace_back(Object{{"no", no}, {"qty", quantity}});
    }
    return Value(Object{{"main_params", Object{{"no", no}}},
                        {"extend_params_1", Object{{"no", no}}},
                        {"extend_params_2", std::move(lines)}});
  };
  // Two records of one number: what the second says replaces what the first said.
  const std::vector<OutgoingRecord> records = {{{}, "1", rows_of({request_of("a", {"1", "2"})}), 0},
                                               {{}, "2", rows_of({request_of("a", {"3"})}), 0}};
  const auto lane = open(*made);
  const auto report = lane->write(records);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(lane->commit());
  EXPECT_EQ(target_.value("SELECT GROUP_CONCAT(qty) FROM keyed"), "3");
}

TEST_F(ExtensionTest, ShowsWhatWouldGoOut) {
  EXPECT_EQ(sink(with_lines())->describe(record("a", {"1", "2"})),
            "INSERT INTO headers (no) VALUES (:no)\n  :no = \"a\"\n"
            "INSERT INTO details (header, goods, qty) VALUES (:lastInsertId, :goods, :qty)\n"
            " element 1 of 2\n  :no = \"a\"\n  :goods = \"g1\"\n  :qty = \"1\"\n"
            " element 2 of 2\n  :no = \"a\"\n  :goods = \"g2\"\n  :qty = \"2\"");
  EXPECT_THAT(sink(with_lines())->describe(record("a", {})),
              HasSubstr("(`extend_params_1` is empty: not executed)"));
}

TEST_F(ExtensionTest, TellsWhatDoesNotGoTogether) {
  EXPECT_EQ(sink(with_lines({LinesTarget().main_sql,
                             "INSERT INTO details (header, qty) VALUES (:lastInsertID, :qtty)"})),
            nullptr);
  EXPECT_THAT(told(), Contains(HasSubstr("did you mean `:lastInsertId`?")));
  EXPECT_THAT(told(), Contains(HasSubstr("did you mean `:qty`?")));
  EXPECT_EQ(
      sink(with_lines({"INSERT INTO headers (no) VALUES (:lastInsertId)", LinesTarget().line_sql})),
      nullptr);
  EXPECT_THAT(told(), Contains(HasSubstr("the id that it is itself given")));
  EXPECT_EQ(sink(with_lines({LinesTarget().main_sql, "CALL p(:goods)"})), nullptr);
  EXPECT_THAT(told(), Contains(HasSubstr("commits by itself")));
  Strategy alone = with_lines();
  alone.other_request.pop_back();
  EXPECT_EQ(sink(alone), nullptr);
  EXPECT_THAT(told(), ElementsAre(HasSubstr("there is no `extend_sql_1` for this")));
  Strategy misspelt = with_lines();
  misspelt.request.push_back(field_of("extend_parms_2", "array", "lines", {"no"}));
  EXPECT_NE(sink(misspelt), nullptr);
  EXPECT_THAT(told(), Contains(AllOf(HasSubstr("`extend_parms_2` is bound by no statement"),
                                     HasSubstr("did you mean `extend_params_1`?"))));
}

TEST_F(ExtensionTest, CheckLooksAtEveryTable) {
  target_.execute(
      "CREATE TABLE old (header INT, qty INT NOT NULL, must INT NOT NULL) ENGINE=MyISAM");
  target_.execute("CREATE TABLE plain (no VARCHAR(20)) ENGINE=InnoDB");
  const auto made = sink(
      with_lines({"INSERT INTO plain (no) VALUES (:no)",
                  "INSERT INTO old (header, qty, goods) VALUES (:lastInsertId, :qty, :goods)"}));
  ASSERT_NE(made, nullptr);
  faults_.clear();
  ASSERT_TRUE(made->check(request("a", {"many"}), faults_));
  EXPECT_THAT(told(), Contains(HasSubstr("`plain`, which has no AUTO_INCREMENT column")));
  EXPECT_THAT(told(), Contains(HasSubstr("table `old` has no column `goods`")));
  EXPECT_THAT(told(), Contains(HasSubstr("`extend_sql_1` leaves it out")));
  EXPECT_THAT(told(), Contains(HasSubstr("table `old` has engine MyISAM")));
  EXPECT_THAT(told(), Contains(HasSubstr("parameter `qty` does not fit column `qty`")));
  EXPECT_THAT(told(), Not(Contains(HasSubstr("column `header`"))));
  const auto lane = made->open_lane(0, {});
  ASSERT_FALSE(lane);
  EXPECT_THAT(lane.error().message, HasSubstr("table `old` has engine MyISAM"));
  const auto well = sink(with_lines());
  faults_.clear();
  ASSERT_TRUE(well->check(request("a", {"1"}), faults_));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(ExtensionTest, NoHalfRecordIsLeftWhereBatchesHaveNoTransaction) {
  const auto made = sink(with_lines(), true);
  auto lane = made->open_lane(0, {});
  ASSERT_TRUE(lane) << lane.error().message;
  const std::vector<OutgoingRecord> bad = {record("a", {"1", "x"})};
  EXPECT_FALSE((*lane)->write(bad));
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM headers"), "0");
  const std::vector<OutgoingRecord> good = {record("a", {"1", "2"})};
  ASSERT_TRUE((*lane)->write(good));
  EXPECT_EQ(joined(), "a g1 1.00,a g2 2.00");
}

}  // namespace
}  // namespace weir::testing
