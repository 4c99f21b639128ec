// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/key_reader.h"

#include "connectors/mysql/mysql_test_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Result<KeyColumn> column_of(const std::string& sql, std::vector<std::string> parameters,
                            const std::string& id, const std::string& table = {},
                            const std::string& key = {}, const std::string& value = {}) {
  Strategy strategy = strategy_of({sql, "", std::move(parameters), false});
  strategy.table = table;
  strategy.key = key;
  if (!value.empty()) {
    strategy.request.front().children.front().value = Setting{value, false, {}};
  }
  Faults faults;
  const auto target = read_mysql_target(strategy, false, faults);
  EXPECT_TRUE(target.has_value());
  return find_key_column(strategy, *target, id);
}

TEST(KeyColumn, IsTheColumnThatIsGivenTheIdAndNothingElse) {
  const auto plain = column_of("INSERT INTO t (n, k) VALUES (:n, :id)", {"id", "n"}, "id");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->table, "t");
  EXPECT_EQ(plain->column, "k");
  const auto qualified = column_of("REPLACE INTO `s`.`t` (`a k`) VALUES (:id)", {"id"}, "id");
  EXPECT_EQ(qualified->schema, "s");
  EXPECT_EQ(qualified->column, "a k");
  const auto around = column_of("INSERT INTO t (k) VALUES (:id)", {"id"}, "instance", "", "",
                                "{{ extend.instance }}");
  ASSERT_TRUE(around) << around.error().message;
  EXPECT_EQ(around->column, "k");
  EXPECT_FALSE(
      column_of("INSERT INTO t (k) VALUES (:id)", {"id"}, "instance", "", "", "NO-{instance}"));
}

TEST(KeyColumn, WhatThePipelineNamesComesFirst) {
  const auto named = column_of("INSERT INTO t (k) VALUES (:id)", {"id"}, "id", "s.u", "c");
  EXPECT_EQ(named->schema, "s");
  EXPECT_EQ(named->table, "u");
  EXPECT_EQ(named->column, "c");
}

TEST(KeyColumn, WhatCannotBeToldSaysWhatToWrite) {
  for (const auto& wrong : {column_of("INSERT INTO t (k) VALUES (UPPER(:id))", {"id"}, "id"),
                            column_of("INSERT INTO t (k) VALUES (:id)", {"id"}, "number"),
                            column_of("UPDATE t SET k = :id WHERE k = :id", {"id"}, "id")}) {
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, ErrorKind::invalid_config);
    EXPECT_THAT(wrong.error().message, HasSubstr("`target: {table: t, key: COLUMN}`"));
  }
}

class KeyReaderTest : public ::testing::Test {
 protected:
  std::unique_ptr<KeyReader> reader() {
    sink_ = target_.sink({"INSERT INTO t (k) VALUES (:id)", target_.by_socket(), {"id"}, false});
    auto made = sink_->read_keys("id", {});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }
  std::vector<std::string> keys() {
    std::vector<std::string> found;
    const auto visited = reader()->visit([&](std::string_view key) { found.emplace_back(key); });
    EXPECT_TRUE(visited) << visited.error().message;
    return found;
  }

  MysqlTestTarget target_;
  std::unique_ptr<Sink> sink_;
};

TEST_F(KeyReaderTest, GivesEveryIdByItsBytes) {
  target_.execute("CREATE TABLE t (k VARCHAR(64)) CHARSET utf8mb4 COLLATE utf8mb4_general_ci");
  target_.execute("INSERT INTO t VALUES ('a'), ('A'), ('a '), ('a'), (NULL), (''), ('收款🧾')");
  EXPECT_THAT(keys(), UnorderedElementsAre("a", "A", "a ", "a", "", "收款🧾"));
}

TEST_F(KeyReaderTest, WhatTheTargetTakesForEqualIsNotCertainlyAbsent) {
  target_.execute("CREATE TABLE t (k INT)");
  target_.execute("INSERT INTO t VALUES (7), (8)");
  EXPECT_THAT(keys(), UnorderedElementsAre("7", "8"));
  const std::vector<std::string> ids = {"007", "9", "8", "10"};
  EXPECT_THAT(reader()->absent(ids).value(), ElementsAre("9", "10"));
  EXPECT_THAT(reader()->absent({}).value(), IsEmpty());
}

TEST_F(KeyReaderTest, AMissingTableIsSaid) {
  const auto visited = reader()->visit([](std::string_view) {});
  ASSERT_FALSE(visited);
  EXPECT_THAT(visited.error().message, HasSubstr("doesn't exist"));
}

TEST_F(KeyReaderTest, APlainInsertIsNotRepeatable) {
  const auto repeatable = [&](const std::string& sql) {
    return target_.sink({sql, target_.by_socket(), {"id"}, false})->traits().repeatable;
  };
  EXPECT_FALSE(repeatable("INSERT INTO t (k) VALUES (:id)"));
  EXPECT_FALSE(repeatable("INSERT INTO t SELECT :id"));
  EXPECT_TRUE(repeatable("INSERT INTO t (k) VALUES (:id) ON DUPLICATE KEY UPDATE k = :id"));
  EXPECT_TRUE(repeatable("INSERT INTO t SET k = :id ON DUPLICATE KEY UPDATE k = :id"));
  EXPECT_TRUE(repeatable("INSERT IGNORE INTO t (k) VALUES (:id)"));
  EXPECT_TRUE(repeatable("REPLACE INTO t (k) VALUES (:id)"));
  EXPECT_TRUE(repeatable("UPDATE t SET k = :id WHERE k = :id"));
}

}  // namespace
}  // namespace weir::testing
