// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/two_tables_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

// Targets whose statement ends at VALUES (`batchexecute`).

namespace weir::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class BatchExecuteTest : public TwoTables {
 protected:
  static Strategy columns(const std::string& sql, std::vector<std::string> names) {
    std::vector<Field> request;
    for (const std::string& name : names) {
      request.push_back(field_of(name, "", "{" + name + "}"));
    }
    return strategy_with("batchexecute", std::move(request),
                         {field_of("main_sql", "", sql), field_of("limit", "", "1000")});
  }
};

TEST_F(BatchExecuteTest, BindsTheFieldsByTheirOrder) {
  for (const char* verb : {"INSERT", "REPLACE", "INSERT IGNORE"}) {
    const auto made =
        sink(columns(std::string(verb) + " INTO details (header, goods, qty)\nVALUES ",
                     {"单据.no", "a-b", "数量"}));
    ASSERT_NE(made, nullptr) << told().front();
    EXPECT_THAT(told(), ElementsAre(StartsWith("`limit` has no effect")));
    EXPECT_TRUE(made->traits().batched);
    std::vector<OutgoingRecord> records;
    for (const char* header : {"1", "2", "3"}) {
      records.push_back(
          {{},
           header,
           rows_of({Object{{"单据.no", header}, {"a-b", "it's"}, {"数量", Number{"1.50"}}}}),
           0});
    }
    const auto lane = open(*made);
    const auto report = lane->write(records);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->rows, 3U);
    ASSERT_TRUE(lane->commit());
  }
  EXPECT_EQ(target_.value("SELECT CONCAT(SUM(header), goods, SUM(qty)) FROM details"),
            "18it's13.50");
}

TEST_F(BatchExecuteTest, ShowsColumnsByTheNamesOfTheirFields) {
  const OutgoingRecord one{{}, "1", rows_of({Object{{"a-b", "x"}, {"数量", nullptr}}}), 0};
  EXPECT_EQ(
      sink(columns("INSERT INTO details (goods, qty) VALUES", {"a-b", "数量"}))->describe(one),
      "INSERT INTO details (goods, qty) VALUES (:a-b, :数量)\n  :a-b = \"x\"\n  :数量 = NULL");
}

TEST_F(BatchExecuteTest, TellsWhenColumnsAndFieldsDoNotMatch) {
  EXPECT_EQ(sink(columns("INSERT INTO details (header, goods, qty) VALUES", {"header", "qty"})),
            nullptr);
  EXPECT_THAT(told(), Contains(AllOf(HasSubstr("names 3 columns, but `request` has 2 fields"),
                                     HasSubstr("no field is called `goods`"))));
  EXPECT_EQ(sink(columns("INSERT INTO details (qty) VALUES (:qty)", {"qty"})), nullptr);
  EXPECT_THAT(told(), Contains(HasSubstr("must end at VALUES, and ends with `)`")));
  const auto made = sink(columns("INSERT INTO details (header, qty) VALUES", {"h", "q"}));
  faults_.clear();
  ASSERT_TRUE(made->check(Value(Object{{"h", nullptr}, {"q", "many"}}), faults_));
  EXPECT_THAT(told(), Contains(HasSubstr("parameter `q` does not fit column `qty`")));
  EXPECT_THAT(told(), Contains(HasSubstr("parameter `h` does not fit column `header`")));
}

}  // namespace
}  // namespace weir::testing
