// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/error_class.h"

#include "connectors/mysql/connection.h"
#include "connectors/mysql/mysql_test_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace weir::testing {
namespace {

using ::testing::HasSubstr;

// Errors that a real server gives, each provoked.
class RealErrors : public ::testing::Test {
 protected:
  MysqlSettings settings(const std::string& user = "root") {
    MysqlSettings made;
    made.socket = target_.server().socket();
    made.user = user;
    made.database = target_.database();
    return made;
  }
  std::unique_ptr<MysqlConnection> open(const MysqlSettings& with) {
    auto opened = MysqlConnection::open(with, "+08:00", {});
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  std::unique_ptr<MysqlConnection> open() { return open(settings()); }
  static void expect(const Result<void>& result, const std::string& code, ErrorKind kind) {
    ASSERT_FALSE(result) << "no error " << code;
    EXPECT_EQ(result.error().code, code) << result.error().message;
    EXPECT_EQ(to_string(result.error().kind), to_string(kind)) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr("(error " + code + ")"));
  }
  void expect_refused(const MysqlSettings& with, const std::string& code, ErrorKind kind) {
    auto opened = MysqlConnection::open(with, "+08:00", {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, code) << opened.error().message;
    EXPECT_EQ(to_string(opened.error().kind), to_string(kind)) << opened.error().message;
  }
  // An account with no more than these rights on the test's database.
  void make_user(const std::string& name, const std::string& grants) {
    const std::string user = "'" + name + "'@'localhost'";
    target_.execute("CREATE OR REPLACE USER " + user);
    if (!grants.empty()) {
      target_.execute("GRANT " + grants + " TO " + user);
    }
  }

  MysqlTestTarget target_;
};

TEST_F(RealErrors, OfARowRejectIt) {
  target_.execute("CREATE TABLE parent (id INT PRIMARY KEY) ENGINE=InnoDB");
  target_.execute("INSERT INTO parent VALUES (1)");
  target_.execute(
      "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(3), n TINYINT, d DATE, m DECIMAL(4,2), "
      "must INT NOT NULL, e ENUM('a','b'), p INT DEFAULT 1, j JSON, "
      "CONSTRAINT positive CHECK (n >= 0), FOREIGN KEY (p) REFERENCES parent (id)) ENGINE=InnoDB");
  target_.execute("INSERT INTO t (id, must) VALUES (1, 1)");
  target_.execute(
      "CREATE TABLE parted (id INT) PARTITION BY RANGE (id) "
      "(PARTITION p0 VALUES LESS THAN (10))");
  target_.execute("CREATE TABLE signals (id INT)");
  target_.execute(
      "CREATE TRIGGER refuse BEFORE INSERT ON signals FOR EACH ROW "
      "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'");
  struct Case {
    std::string code;
    std::string sql;
  };
  const std::vector<Case> cases = {
      {"1062", "INSERT INTO t (id, must) VALUES (1, 1)"},
      {"1048", "INSERT INTO t (id, must) VALUES (2, NULL)"},
      {"1406", "INSERT INTO t (id, must, s) VALUES (2, 1, 'four')"},
      {"1264", "INSERT INTO t (id, must, n) VALUES (2, 1, 300)"},
      {"1264", "INSERT INTO t (id, must, m) VALUES (2, 1, '123.45')"},
      {"1366", "INSERT INTO t (id, must, m) VALUES (2, 1, 'abc')"},
      {"1265", "INSERT INTO t (id, must, m) VALUES (2, 1, '1.2abc')"},
      {"1300", "INSERT INTO t (id, must, s) VALUES (2, 1, _utf8mb4 x'ff')"},
      {"1292", "INSERT INTO t (id, must, d) VALUES (2, 1, '2026-13-01')"},
      {"1265", "INSERT INTO t (id, must, e) VALUES (2, 1, 'c')"},
      {"1365", "INSERT INTO t (id, must, m) VALUES (2, 1, 1 / 0)"},
      {"1690", "INSERT INTO t (id, must) VALUES (2, 9223372036854775807 + 1)"},
      {"1452", "INSERT INTO t (id, must, p) VALUES (2, 1, 99)"},
      {"1451", "DELETE FROM parent WHERE id = 1"},
      {"4025", "INSERT INTO t (id, must, n) VALUES (2, 1, -1)"},
      {"4025", "INSERT INTO t (id, must, j) VALUES (2, 1, '{')"},
      {"1526", "INSERT INTO parted VALUES (10)"},
      {"1644", "INSERT INTO signals VALUES (1)"},
  };
  const auto connection = open();
  for (const Case& each : cases) {
    SCOPED_TRACE(each.sql);
    expect(connection->execute(each.sql), each.code, ErrorKind::rejected);
  }
}

TEST_F(RealErrors, OfTheStatementNeedAPerson) {
  target_.execute("CREATE TABLE t (id INT PRIMARY KEY)");
  const auto connection = open();
  target_.execute("CREATE TABLE needs (id INT, must INT NOT NULL)");
  expect(connection->execute("INSERT INTO needs (id) VALUES (2)"), "1364",
         ErrorKind::invalid_config);
  expect(connection->execute("INSERT INTO absent VALUES (1)"), "1146", ErrorKind::invalid_config);
  expect(connection->execute("INSERT INTO t (nope) VALUES (1)"), "1054", ErrorKind::invalid_config);
  expect(connection->execute("INSERT INTO t (id) VALUES (1, 2)"), "1136",
         ErrorKind::invalid_config);
  expect(connection->execute("INSERT INTO t VALUE ("), "1064", ErrorKind::invalid_config);
  expect(connection->execute("CALL absent()"), "1305", ErrorKind::invalid_config);
  MysqlSettings other = settings();
  other.database = "absent";
  expect_refused(other, "1049", ErrorKind::invalid_config);
}

TEST_F(RealErrors, OfRightsAreRefusals) {
  target_.execute("CREATE TABLE t (id INT, a INT, b INT)");
  MysqlSettings wrong = settings();
  wrong.password = "wrong";
  expect_refused(wrong, "1045", ErrorKind::unauthorized);

  make_user("stranger", "");
  expect_refused(settings("stranger"), "1044", ErrorKind::unauthorized);

  make_user("reader", "SELECT ON " + target_.database() + ".*");
  const auto reader = open(settings("reader"));
  expect(reader->execute("INSERT INTO t VALUES (1, 1, 1)"), "1142", ErrorKind::unauthorized);
  expect(reader->execute("SET GLOBAL max_connections = 100"), "1227", ErrorKind::unauthorized);

  make_user("narrow", "SELECT (id), INSERT (id) ON " + target_.database() + ".t");
  const auto narrow = open(settings("narrow"));
  expect(narrow->execute("INSERT INTO t (a) VALUES (1)"), "1143", ErrorKind::unauthorized);
}

TEST_F(RealErrors, OfLocksPass) {
  target_.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=InnoDB");
  target_.execute("INSERT INTO t VALUES (1, 0), (2, 0)");
  const auto first = open();
  const auto second = open();
  ASSERT_TRUE(second->execute("SET SESSION innodb_lock_wait_timeout = 1"));
  ASSERT_TRUE(first->execute("START TRANSACTION"));
  ASSERT_TRUE(first->execute("UPDATE t SET n = 1 WHERE id = 1"));
  expect(second->execute("UPDATE t SET n = 2 WHERE id = 1"), "1205", ErrorKind::unavailable);

  ASSERT_TRUE(second->execute("SET SESSION innodb_lock_wait_timeout = 50"));
  ASSERT_TRUE(second->execute("START TRANSACTION"));
  ASSERT_TRUE(second->execute("UPDATE t SET n = 2 WHERE id = 2"));
  Result<void> one;
  std::jthread waiting([&] { one = first->execute("UPDATE t SET n = 1 WHERE id = 2"); });
  Result<void> two = second->execute("UPDATE t SET n = 2 WHERE id = 1");
  if (!two) {
    // The victim's locks are gone, so the other goes on.
    waiting.join();
    EXPECT_TRUE(one);
    expect(two, "1213", ErrorKind::unavailable);
  } else {
    waiting.join();
    expect(one, "1213", ErrorKind::unavailable);
  }
}

TEST_F(RealErrors, OfAnOverloadedServerPass) {
  target_.execute("SET GLOBAL max_heap_table_size = 16384");
  target_.execute("CREATE TABLE small (a CHAR(255)) ENGINE=MEMORY");
  const auto connection = open();
  ASSERT_TRUE(connection->execute("SET SESSION max_heap_table_size = 16384"));
  Result<void> filled;
  for (int i = 0; i < 1000 && filled; ++i) {
    filled = connection->execute("INSERT INTO small VALUES (REPEAT('x', 200))");
  }
  expect(filled, "1114", ErrorKind::unavailable);
  ASSERT_TRUE(connection->execute("SET SESSION max_statement_time = 0.05"));
  expect(connection->execute("SELECT SUM(MD5(seq) = 'x') FROM seq_1_to_1000000000"), "1969",
         ErrorKind::unavailable);

  target_.execute("CREATE OR REPLACE USER 'busy'@'localhost' WITH MAX_USER_CONNECTIONS 1");
  target_.execute("GRANT ALL ON " + target_.database() + ".* TO 'busy'@'localhost'");
  const auto only = open(settings("busy"));
  expect_refused(settings("busy"), "1226", ErrorKind::unavailable);
}

TEST_F(RealErrors, OfAReadOnlyServerPass) {
  target_.execute("CREATE TABLE t (id INT)");
  make_user("writer", "ALL ON " + target_.database() + ".*");
  const auto writer = open(settings("writer"));
  target_.execute("SET GLOBAL read_only = 1");
  expect(writer->execute("INSERT INTO t VALUES (1)"), "1290", ErrorKind::unavailable);
  target_.execute("SET GLOBAL read_only = 0");
  EXPECT_TRUE(writer->execute("INSERT INTO t VALUES (1)"));
}

TEST_F(RealErrors, OfTheConnectionPass) {
  MysqlSettings nowhere = settings();
  nowhere.socket = "/tmp/there-is-no-such-socket";
  expect_refused(nowhere, "2002", ErrorKind::unavailable);
  nowhere.socket.clear();
  nowhere.host = "127.0.0.1";
  nowhere.port = 1;
  expect_refused(nowhere, "2002", ErrorKind::unavailable);
  nowhere.host = "no-such-host.invalid";
  expect_refused(nowhere, "2005", ErrorKind::unavailable);

  const auto killed = open();
  target_.kill_sessions();
  const auto cut = killed->execute("DO 1");
  ASSERT_FALSE(cut);
  EXPECT_TRUE(is_transient(cut.error().kind)) << cut.error().message;
}

TEST_F(RealErrors, OfACutInMidStatementLeaveItsEffectOpen) {
  const auto connection = open();
  const std::string id = (*connection->query("SELECT CONNECTION_ID()"))[0][0].value();
  Result<void> cut;
  std::jthread sleeper([&] { cut = connection->execute("DO SLEEP(60)"); });
  const std::string asleep =
      "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE id = " + id +
      " AND info LIKE 'DO SLEEP%'";
  while (target_.value(asleep) != "1") {
    std::this_thread::yield();
  }
  target_.execute("KILL " + id);
  sleeper.join();
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().kind == ErrorKind::timed_out ||
              cut.error().kind == ErrorKind::unavailable)
      << cut.error().message;
}

TEST(ErrorClass, JudgesUnknownNumbersByTheirClass) {
  EXPECT_EQ(classify_mysql_error(9999, "23000"), ErrorKind::rejected);
  EXPECT_EQ(classify_mysql_error(9999, "22007"), ErrorKind::rejected);
  EXPECT_EQ(classify_mysql_error(9999, "45123"), ErrorKind::rejected);
  EXPECT_EQ(classify_mysql_error(9999, "28000"), ErrorKind::unauthorized);
  EXPECT_EQ(classify_mysql_error(9999, "42000"), ErrorKind::invalid_config);
  EXPECT_EQ(classify_mysql_error(9999, "08S01"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(9999, "HY000"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(9999, ""), ErrorKind::unavailable);
}

TEST(ErrorClass, KnowsNumbersThatOnlyMysqlGives) {
  EXPECT_EQ(classify_mysql_error(3819, "HY000"), ErrorKind::rejected);
  EXPECT_EQ(classify_mysql_error(1836, "HY000"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(1021, "HY000"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(1040, "08004"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(1203, "42000"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(1053, "08S01"), ErrorKind::unavailable);
  EXPECT_EQ(classify_mysql_error(2013, "HY000"), ErrorKind::timed_out);
  EXPECT_EQ(classify_mysql_error(2006, "HY000"), ErrorKind::unavailable);
}

}  // namespace
}  // namespace weir::testing
