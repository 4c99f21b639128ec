// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MysqlStatement parsed(std::string_view sql, bool backslash_escapes = true) {
  auto statement = parse_statement(sql, backslash_escapes);
  EXPECT_TRUE(statement) << statement.error().message;
  return statement ? *statement : MysqlStatement{};
}

std::vector<std::string> parameters(std::string_view sql, bool backslash_escapes = true) {
  return parsed(sql, backslash_escapes).parameters;
}

std::string fault(std::string_view sql) {
  auto statement = parse_statement(sql);
  EXPECT_FALSE(statement) << sql;
  return statement ? "" : statement.error().message;
}

TEST(Statement, FindsPlaceholdersOutsideLiteralsAndComments) {
  EXPECT_THAT(parameters("INSERT INTO t VALUES (:a, ':b', \":c\", `:d`, :e)"),
              ElementsAre("a", "e"));
  EXPECT_THAT(parameters("SELECT :a -- :b\n, :c # :d\n, /* :e */ :f"), ElementsAre("a", "c", "f"));
  EXPECT_THAT(parameters("SELECT 'it''s :a', 'b\\':c', :d"), ElementsAre("d"));
  EXPECT_THAT(parameters("SELECT 1--:a"), ElementsAre("a"));  // minus minus, no comment
  EXPECT_THAT(parameters("SELECT @x := 1, '1:2', a:b"), ElementsAre("b"));
  EXPECT_THAT(parameters("SELECT 12:a, :a1$_b"), ElementsAre("a", "a1$_b"));
  EXPECT_THAT(parameters("SELECT :金额, :状态"), ElementsAre("金额", "状态"));
  EXPECT_THAT(parameters("SELECT /*!50000 :a */ :b /*M!100000 :c */"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(parameters("SELECT `a``:b`, :c"), ElementsAre("c"));
}

TEST(Statement, ReadsBackslashesAsTheSessionDoes) {
  EXPECT_THAT(parameters(R"(SELECT 'a\', :b)", false), ElementsAre("b"));
  EXPECT_THAT(parameters(R"(SELECT 'a\', :b ')", true), IsEmpty());
}

TEST(Statement, PreparesWithQuestionMarksInOrder) {
  const MysqlStatement statement = parsed("INSERT INTO t (a, b) VALUES (:a, :b)  ;  ");
  EXPECT_EQ(statement.prepared(), "INSERT INTO t (a, b) VALUES (?, ?)");
}

TEST(Statement, RefusesWhatIsNotOneStatement) {
  EXPECT_THAT(fault(""), HasSubstr("no statement"));
  EXPECT_THAT(fault(" -- only a comment\n ; "), HasSubstr("no statement"));
  EXPECT_THAT(fault("SELECT 1; DELETE FROM t"), HasSubstr("second statement begins"));
  EXPECT_THAT(fault("SELECT 1;; "), HasSubstr("second statement begins"));
  EXPECT_THAT(fault("SELECT 'a"), HasSubstr("never ends"));
  EXPECT_THAT(fault("SELECT `a"), HasSubstr("never ends"));
  EXPECT_THAT(fault("SELECT 1 /* a"), HasSubstr("never ends"));
  EXPECT_THAT(fault("SELECT 1 /*! a"), HasSubstr("never ends"));
  EXPECT_THAT(fault("INSERT INTO t VALUES (?)"), HasSubstr("`?` stands for nothing"));
}

TEST(Statement, KnowsWhatCanBeWrittenInBulk) {
  const auto batching = [](std::string_view sql) { return parsed(sql).batching; };
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (:a)"), Batching::multi_row);
  EXPECT_EQ(batching("insert t values(:a)"), Batching::multi_row);
  EXPECT_EQ(batching("REPLACE INTO `d`.`t` VALUE (:a, NOW(), CONCAT(:b, ')'));"),
            Batching::multi_row);
  EXPECT_EQ(batching("INSERT IGNORE INTO t PARTITION (p0, p1) (a) VALUES (:a)"),
            Batching::multi_row);
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = VALUES(a)"),
            Batching::multi_row);
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (:a) AS n(x) ON DUPLICATE KEY UPDATE a = n.x"),
            Batching::multi_row);
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = :a"),
            Batching::array);
  EXPECT_EQ(batching("INSERT INTO t PARTITION (:p) (a) VALUES (:a)"), Batching::array);
  EXPECT_EQ(batching("INSERT INTO t VALUES /*!50000 (:a */ )"), Batching::array);
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (:a), (:b)"), Batching::none);
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (:a) RETURNING a"), Batching::none);
  EXPECT_EQ(batching("INSERT INTO t (a) VALUES (1)"), Batching::none);
  EXPECT_EQ(batching("INSERT INTO t (a) SELECT :a"), Batching::none);
  EXPECT_EQ(batching("INSERT INTO t SET a = :a"), Batching::none);
  EXPECT_EQ(batching("UPDATE t SET a = :a WHERE b = :b"), Batching::none);
  EXPECT_EQ(batching("DELETE FROM t WHERE b = :b"), Batching::none);
  EXPECT_EQ(batching("CALL p(:a)"), Batching::none);
}

TEST(Statement, KnowsWhatCommitsByItself) {
  const auto commits = [](std::string_view sql) { return parsed(sql).commits_itself; };
  EXPECT_TRUE(commits("CALL p(:a)"));
  EXPECT_TRUE(commits("CREATE TABLE t (a INT)"));
  EXPECT_TRUE(commits("ALTER TABLE t ADD b INT"));
  EXPECT_TRUE(commits("TRUNCATE t"));
  EXPECT_TRUE(commits("LOAD DATA INFILE 'x' INTO TABLE t"));
  EXPECT_FALSE(commits("INSERT INTO t VALUES (:a)"));
  EXPECT_FALSE(commits("UPDATE t SET a = 1"));
  EXPECT_FALSE(commits("DELETE FROM t"));
  EXPECT_FALSE(commits("/* c */ REPLACE INTO t VALUES (:a)"));
}

TEST(Statement, NamesTableColumnsAndTheirParameters) {
  const MysqlStatement statement = parsed(
      "INSERT INTO `my``db`.`t 1` (`a`, b, t.`c`, d) VALUES (:p, UPPER(:q), :r, -:s) "
      "ON DUPLICATE KEY UPDATE a = VALUES(a)");
  EXPECT_EQ(statement.schema, "my`db");
  EXPECT_EQ(statement.table, "t 1");
  EXPECT_EQ(statement.verb, StatementVerb::insert);
  EXPECT_TRUE(statement.updates_on_duplicate);
  ASSERT_EQ(statement.columns.size(), 4U);
  EXPECT_EQ(statement.columns[0].name, "a");
  EXPECT_EQ(statement.columns[0].parameter, "p");
  EXPECT_EQ(statement.columns[1].parameter, "");
  EXPECT_EQ(statement.columns[2].name, "c");
  EXPECT_EQ(statement.columns[2].parameter, "r");
  EXPECT_EQ(statement.columns[3].parameter, "");
  EXPECT_EQ(parsed("UPDATE t SET a = :a").table, "t");
  EXPECT_EQ(parsed("UPDATE t x JOIN u SET a = :a").table, "");
  EXPECT_EQ(parsed("DELETE FROM d.t WHERE a = :a").table, "t");
}

TEST(Statement, MarksTheGroupThatIsRepeated) {
  const MysqlStatement statement =
      parsed("INSERT INTO t (a, b) VALUES (:a, (:b)) ON DUPLICATE KEY UPDATE a = 1;");
  ASSERT_EQ(statement.pieces.size(), 3U);
  EXPECT_EQ(statement.pieces[0].substr(statement.group_begin), "(");
  EXPECT_EQ(statement.pieces[2].substr(0, statement.group_end), "))");
  EXPECT_EQ(statement.pieces[2].substr(statement.group_end), " ON DUPLICATE KEY UPDATE a = 1");
}

}  // namespace
}  // namespace weir
