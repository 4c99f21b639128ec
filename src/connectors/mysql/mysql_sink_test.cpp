// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_sink.h"

#include "connectors/mysql/mysql_test_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace weir::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MysqlSinkTest : public ::testing::Test {
 protected:
  std::unique_ptr<Sink> sink(const std::string& sql, std::vector<std::string> parameters,
                             const std::string& more = {}, bool at_least_once = false) {
    faults_.clear();
    return target_.sink({sql, target_.by_socket() + more, std::move(parameters), at_least_once},
                        faults_);
  }
  // What was found wrong, as a user sees it.
  std::vector<std::string> told() const {
    std::vector<std::string> lines;
    std::transform(faults_.begin(), faults_.end(), std::back_inserter(lines),
                   [](const Fault& fault) { return to_string(fault); });
    return lines;
  }
  std::vector<std::string> check(const std::string& sql, std::vector<std::string> parameters,
                                 const Object& sample, bool at_least_once = false) {
    const auto made = sink(sql, std::move(parameters), {}, at_least_once);
    EXPECT_NE(made, nullptr) << told().front();
    faults_.clear();
    const auto checked = made->check(Value(Object{{"main_params", sample}}), faults_);
    EXPECT_TRUE(checked) << checked.error().message;
    return told();
  }
  static OutgoingRecord record(Object parameters) {
    return {{}, "id", rows_of({Object{{"main_params", std::move(parameters)}}}), 0};
  }
  // Writes and commits the records in one batch.
  static Result<WriteReport> deliver(Sink& sink, const std::vector<OutgoingRecord>& records) {
    WEIR_TRY(auto lane, sink.open_lane(0, {}));
    WEIR_CHECK(lane->begin());
    WEIR_TRY(auto report, lane->write(records));
    WEIR_CHECK(lane->commit());
    return report;
  }

  MysqlTestTarget target_;
  Faults faults_;
};

TEST_F(MysqlSinkTest, TellsEveryFaultOfTheFilesAtOnce) {
  EXPECT_EQ(sink("INSERT INTO t VALUES (:id, :nmae)", {"id", "name"}, "tls: maybe\nprot: 1\n"),
            nullptr);
  EXPECT_THAT(told(), Contains(AllOf(HasSubstr("connections/mysql.yaml"), HasSubstr("tls"))));
  EXPECT_THAT(told(), Contains(AllOf(HasSubstr("prot"), HasSubstr("port"))));
  EXPECT_THAT(told(), Contains(AllOf(HasSubstr("pipelines/test.yaml:100: error"),
                                     HasSubstr("`:nmae`"), HasSubstr("did you mean `:name`"))));
}

TEST_F(MysqlSinkTest, WarnsOfWhatIsNotUsedOrSlow) {
  EXPECT_NE(sink("UPDATE t SET a = :a WHERE id = :id", {"id", "a", "b"}), nullptr);
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr("pipelines/test.yaml:5: warning"),
                                        HasSubstr("never uses parameter `b`")),
                                  HasSubstr("goes record by record")));
}

TEST_F(MysqlSinkTest, RefusesWhatCommitsByItselfUnlessThatIsAccepted) {
  EXPECT_EQ(sink("CALL p(:id)", {"id"}), nullptr);
  EXPECT_THAT(told(), Contains(HasSubstr("delivery: at_least_once")));
  const auto accepted = sink("CALL p(:id)", {"id"}, {}, true);
  ASSERT_NE(accepted, nullptr);
  EXPECT_FALSE(accepted->traits().transactional);
}

TEST_F(MysqlSinkTest, ShowsWhatWouldGoOut) {
  const auto made = sink("INSERT INTO t VALUES (:id, :n, :m)", {"id", "n", "m"});
  EXPECT_EQ(made->describe(record({{"id", "it's"}, {"n", Number{"1.50"}}, {"m", nullptr}})),
            "INSERT INTO t VALUES (:id, :n, :m)\n  :id = \"it's\"\n  :n = 1.50\n  :m = NULL");
}

TEST_F(MysqlSinkTest, LaysAWarningWithoutRowAtItsRecord) {
  target_.execute("CREATE TABLE t (id INT PRIMARY KEY, n DECIMAL(5,1)) ENGINE=InnoDB");
  target_.execute("INSERT INTO t VALUES (3, 0)");
  for (const char* bulk : {"array", "multi_row", "single"}) {
    const auto made = sink("INSERT IGNORE INTO t VALUES (:id, :n)", {"id", "n"},
                           "bulk: " + std::string(bulk) + "\n");
    std::vector<OutgoingRecord> batch;
    for (const char* id : {"1", "2", "3", "4"}) {
      batch.push_back(record({{"id", Number{id}}, {"n", Number{"1.5"}}}));
    }
    const auto report = deliver(*made, batch);
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->warnings.size(), 1U) << bulk;
    EXPECT_EQ(report->warnings[0].index, 2U);
    EXPECT_THAT(report->warnings[0].text, HasSubstr("Duplicate entry '3'"));
    EXPECT_EQ(target_.value("SELECT COUNT(*) FROM t"), "4") << bulk;
    target_.execute("DELETE FROM t WHERE id <> 3");
  }
}

TEST_F(MysqlSinkTest, SaysWhenAnUpdateFindsNothing) {
  target_.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=InnoDB");
  target_.execute("INSERT INTO t VALUES (1, 7)");
  const auto made = sink("UPDATE t SET n = :n WHERE id = :id", {"id", "n"});
  const auto report = deliver(*made, {record({{"id", Number{"1"}}, {"n", Number{"7"}}}),
                                      record({{"id", Number{"2"}}, {"n", Number{"7"}}})});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->rows, 1U);
  ASSERT_EQ(report->warnings.size(), 1U);
  EXPECT_EQ(report->warnings[0].index, 1U);
}

TEST_F(MysqlSinkTest, CarriesStatementsThatGoRecordByRecord) {
  target_.execute("CREATE TABLE t (id INT, n INT) ENGINE=InnoDB");
  target_.execute(
      "CREATE PROCEDURE p(IN a INT) BEGIN INSERT INTO t VALUES (a, 1); "
      "SELECT * FROM t; END");
  const std::vector<OutgoingRecord> two = {record({{"id", Number{"1"}}}),
                                           record({{"id", Number{"2"}}})};
  for (const char* sql : {"INSERT INTO t SELECT :id, 1", "INSERT INTO t SET id = :id, n = 1",
                          "INSERT INTO t VALUES (:id, 1), (:id, 2)", "CALL p(:id)"}) {
    const auto made = sink(sql, {"id"}, {}, true);
    ASSERT_NE(made, nullptr) << told().front();
    auto lane = made->open_lane(0, {});
    ASSERT_TRUE(lane) << lane.error().message;
    const auto report = (*lane)->write(two);
    ASSERT_TRUE(report) << sql << ": " << report.error().message;
  }
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM t"), "10");
}

TEST_F(MysqlSinkTest, BindsPlaceholdersBehindTheValuesToo) {
  target_.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=InnoDB");
  for (const char* bulk : {"array", "multi_row", "single"}) {
    const auto made = sink("INSERT INTO t VALUES (:id, :n) ON DUPLICATE KEY UPDATE n = n + :n",
                           {"id", "n"}, "bulk: " + std::string(bulk) + "\n");
    const auto report = deliver(*made, {record({{"id", Number{"1"}}, {"n", Number{"1"}}}),
                                        record({{"id", Number{"2"}}, {"n", Number{"2"}}})});
    ASSERT_TRUE(report) << report.error().message;
  }
  EXPECT_EQ(target_.value("SELECT GROUP_CONCAT(n ORDER BY id) FROM t"), "3,6");
}

TEST_F(MysqlSinkTest, RejectsARecordThatIsLargerThanAPacket) {
  target_.execute("CREATE TABLE t (id INT, s LONGTEXT) ENGINE=InnoDB");
  for (const char* bulk : {"array", "multi_row", "single"}) {
    const auto made =
        sink("INSERT INTO t VALUES (:id, :s)", {"id", "s"}, "bulk: " + std::string(bulk) + "\n");
    const auto report =
        deliver(*made, {record({{"id", Number{"1"}}, {"s", std::string(20'000'000, 'x')}})});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::rejected);
    EXPECT_THAT(report.error().message, HasSubstr("max_allowed_packet"));
  }
}

TEST_F(MysqlSinkTest, ReadsLiteralsAsTheServerDoes) {
  const std::string before = target_.value("SELECT @@global.sql_mode");
  target_.execute("CREATE TABLE t (id VARCHAR(20), s VARCHAR(20)) ENGINE=InnoDB");
  target_.execute("SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'");
  for (const char* bulk : {"array", "multi_row", "single"}) {
    const auto made =
        sink("INSERT INTO t VALUES (:id, '\\\\')", {"id"}, "bulk: " + std::string(bulk) + "\n");
    const auto report = deliver(*made, {record({{"id", "it's \\"}})});
    EXPECT_TRUE(report) << report.error().message;
  }
  target_.execute("SET GLOBAL sql_mode = '" + before + "'");
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM t WHERE id = 'it''s \\\\' AND s = '\\\\\\\\'"),
            "3");
}

TEST_F(MysqlSinkTest, RefusesToRunOnATableThatCannotRollBack) {
  target_.execute("CREATE TABLE t (id INT) ENGINE=MyISAM");
  auto lane = sink("INSERT INTO t VALUES (:id)", {"id"})->open_lane(0, {});
  ASSERT_FALSE(lane);
  EXPECT_EQ(lane.error().kind, ErrorKind::invalid_config);
  EXPECT_TRUE(sink("INSERT INTO t VALUES (:id)", {"id"}, {}, true)->open_lane(0, {}));
}

TEST_F(MysqlSinkTest, NamesTheGrantThatTheMarkNeeds) {
  target_.execute("CREATE TABLE t (id INT) ENGINE=InnoDB");
  target_.execute("CREATE OR REPLACE USER 'tight'@'localhost'");
  target_.execute("GRANT SELECT, INSERT ON " + target_.database() + ".t TO 'tight'@'localhost'");
  const std::string grant = "GRANT SELECT, INSERT, UPDATE, CREATE ON `" + target_.database() +
                            "`.`weir_mark` TO 'tight'@'localhost'";
  faults_.clear();
  const auto made = target_.sink({"INSERT INTO t VALUES (:id)",
                                  "socket: " + target_.server().socket() + "\nuser: tight\n",
                                  {"id"},
                                  false},
                                 faults_);
  auto lane = made->open_lane(0, {});
  ASSERT_TRUE(lane) << lane.error().message;
  const auto refused = (*lane)->claim(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthorized);
  EXPECT_THAT(refused.error().message, HasSubstr(grant));
  ASSERT_TRUE(made->check(std::nullopt, faults_));
  EXPECT_THAT(told(), Contains(HasSubstr(grant)));

  target_.execute(grant);
  faults_.clear();
  ASSERT_TRUE(made->check(std::nullopt, faults_));
  EXPECT_THAT(told(), IsEmpty());
  lane = made->open_lane(0, {});
  ASSERT_TRUE(lane) << lane.error().message;
  EXPECT_TRUE((*lane)->claim(1));
  faults_.clear();
  ASSERT_TRUE(made->check(std::nullopt, faults_));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(MysqlSinkTest, TheMarkCanBeSwitchedOffForTheCrashTest) {
  target_.execute("CREATE TABLE t (id INT) ENGINE=InnoDB");
  setenv("WEIR_TEST_NO_MARK", "1", 1);
  auto lane = sink("INSERT INTO t VALUES (:id)", {"id"})->open_lane(0, {});
  unsetenv("WEIR_TEST_NO_MARK");
  ASSERT_TRUE(lane);
  ASSERT_TRUE((*lane)->begin());
  ASSERT_TRUE((*lane)->write_mark(1));
  ASSERT_TRUE((*lane)->commit());
  const auto mark = (*lane)->claim(2);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->sequence, 0U);
}

TEST_F(MysqlSinkTest, CheckIsContentWithWhatFits) {
  target_.execute(
      "CREATE TABLE t (id VARCHAR(10) NOT NULL PRIMARY KEY, n DECIMAL(8,2), "
      "d DATETIME, made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, "
      "seq BIGINT NOT NULL AUTO_INCREMENT UNIQUE) ENGINE=InnoDB");
  EXPECT_THAT(check("INSERT INTO t (id, n, d) VALUES (:id, :n, :d)", {"id", "n", "d"},
                    {{"id", "收款单收款单收款单1"},
                     {"n", Number{"128000.50"}},
                     {"d", "2026-01-05 09:31:00"}}),
              IsEmpty());
  EXPECT_EQ(target_.value("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                          "DATABASE() AND TABLE_NAME = 'weir_mark'"),
            "0");
}

TEST_F(MysqlSinkTest, CheckNamesWhatDoesNotFit) {
  target_.execute(
      "CREATE TABLE receipts (id VARCHAR(10) NOT NULL, n DECIMAL(8,2), d DATE, "
      "i INT, must INT NOT NULL, other INT NOT NULL) ENGINE=InnoDB");
  EXPECT_THAT(
      check("INSERT INTO recepts (id) VALUES (:id)", {"id"}, {}),
      ElementsAre(AllOf(HasSubstr("test.yaml:100: error"), HasSubstr("did you mean `receipts`?"))));
  EXPECT_THAT(check("INSERT INTO receipts (id, amuont, must, other) VALUES (:id, :n, 1, 1)",
                    {"id", "n"}, {}),
              ElementsAre(HasSubstr("has no column `amuont`")));
  const auto lines =
      check("INSERT INTO receipts (id, n, d, i, must) VALUES (:id, :n, :d, :i, :must)",
            {"id", "n", "d", "i", "must"},
            {{"id", "12345678901"},
             {"n", "twelve"},
             {"d", "soon"},
             {"i", Number{"1.5"}},
             {"must", nullptr}});
  EXPECT_THAT(lines,
              Contains(HasSubstr("column `other` (int(11)) of table `receipts` is NOT NULL")));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("test.yaml:3: warning: parameter `id`"),
                                    HasSubstr("has 11 characters, the column takes 10"))));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("test.yaml:4: error: parameter `n`"),
                                    HasSubstr("decimal(8,2)"), HasSubstr("is no number"))));
  EXPECT_THAT(lines, Contains(HasSubstr("`soon` is no date")));
  EXPECT_THAT(lines, Contains(HasSubstr("would be rounded")));
  EXPECT_THAT(lines, Contains(HasSubstr("the column is NOT NULL")));
}

TEST_F(MysqlSinkTest, CheckLooksAtEngineKeysAndRights) {
  target_.execute("CREATE TABLE old (id INT) ENGINE=MyISAM");
  EXPECT_THAT(check("INSERT INTO old (id) VALUES (:id)", {"id"}, {}),
              ElementsAre(HasSubstr("has engine MyISAM, which cannot roll back")));
  EXPECT_THAT(check("INSERT INTO old (id) VALUES (:id)", {"id"}, {}, true), IsEmpty());
  target_.execute("CREATE TABLE keyless (id INT) ENGINE=InnoDB");
  EXPECT_THAT(check("REPLACE INTO keyless (id) VALUES (:id)", {"id"}, {}),
              ElementsAre(HasSubstr("has no unique key")));
  EXPECT_THAT(check("INSERT INTO keyless (id) VALUES (:id)", {"id"}, {}), IsEmpty());
  EXPECT_THAT(check("INSERT INTO keyless VALUES (:id, 1)", {"id"}, {}),
              ElementsAre(HasSubstr("error 1136")));
}

TEST_F(MysqlSinkTest, CheckSaysThatItCouldNotLook) {
  faults_.clear();
  const auto made = target_.sink(
      {"INSERT INTO t VALUES (:id)", "socket: /tmp/no-such-socket\nuser: root\n", {"id"}, false},
      faults_);
  const auto checked = made->check(std::nullopt, faults_);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace weir::testing
