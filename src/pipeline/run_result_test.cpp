// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_result.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

Books balanced() {
  Books books;
  books.read = 10;
  books.new_records = 6;
  books.changed = 3;
  books.unchanged = 1;
  books.backlog = 2;
  books.due = 9;
  books.delivered = 5;
  books.filtered = 1;
  books.failed = 1;
  books.waiting = 1;
  books.in_doubt = 1;
  return books;
}

TEST(Books, say_nothing_when_they_balance) { EXPECT_EQ(imbalance(balanced()), ""); }

TEST(Books, name_the_equation_that_does_not_hold) {
  Books books = balanced();
  books.unchanged = 2;
  EXPECT_EQ(imbalance(books), "read 10 is not new 6 + changed 3 + unchanged 2");
  books = balanced();
  books.delivered = 4;
  EXPECT_NE(imbalance(books).find("due 9 is not delivered 4"), std::string::npos);
}

TEST(RunResult, is_one_line_with_the_members_of_the_contract_in_order) {
  RunResult result;
  result.pipeline = "receipts";
  result.run = "7";
  result.books = balanced();
  EXPECT_EQ(
      to_json(result),
      R"({"pipeline":"receipts","run":"7","status":"succeeded","from":"","to":"",)"
      R"("pages":0,"requests":0,"throttled":0,"retries":0,"read":10,"new":6,"changed":3,)"
      R"("unchanged":1,"backlog":2,"due":9,"delivered":5,"filtered":1,"failed":1,"waiting":1,)"
      R"("in_doubt":1,"warned":0,"rows":0,"bytes":0,"duration_ms":0})");
}

TEST(RunResult, tells_why_and_when_it_can_go_on) {
  RunResult result;
  result.status = RunStatus::parked;
  result.reason = "quota";
  result.resume_at = Timestamp(std::chrono::seconds(1767225600));
  const std::string json = to_json(result);
  EXPECT_NE(json.find(R"("reason":"quota","resume_at":"2026-01-01T00:00:00.000Z")"),
            std::string::npos);
}

}  // namespace
}  // namespace weir
