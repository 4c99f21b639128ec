// SPDX-License-Identifier: Apache-2.0
#include "journal/sqlite/journal_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecordWalkTest : public JournalTest {
 protected:
  static std::vector<std::string> next(RecordWalk& walk, std::size_t bytes_max = 1) {
    const auto records = walk.next(bytes_max);
    EXPECT_TRUE(records) << records.error().message;
    std::vector<std::string> raws;
    for (const StoredRecord& record : *records) {
      const auto value = parse_json(record.raw);
      raws.push_back(value ? to_text(*value->member("id")) + to_text(*value->member("content"))
                           : "dropped");
    }
    return raws;
  }
  static std::vector<std::string> all(RecordWalk& walk) { return next(walk, 1U << 20U); }
  PageId now() { return journal->last_page().value(); }
};

TEST_F(RecordWalkTest, meets_the_newest_version_of_each_record_newest_first) {
  EXPECT_EQ(now(), PageId{0});
  store({{"a", 1, ""}, {"b", 1, ""}});
  store({{"c", 1, ""}, {"a", 2, ""}, {"a", 3, ""}});
  const auto walk = journal->walk(pipeline, now());
  EXPECT_THAT(next(*walk), ElementsAre("a3", "c1"));
  EXPECT_THAT(next(*walk), ElementsAre("b1"));
  EXPECT_THAT(next(*walk), IsEmpty());
  EXPECT_THAT(next(*walk), IsEmpty());
  EXPECT_THAT(all(*open_reader()->walk(pipeline, now())), ElementsAre("a3", "c1", "b1"));
}

TEST_F(RecordWalkTest, knows_nothing_of_what_came_after_its_moment) {
  store({{"a", 1, ""}, {"b", 1, ""}});
  store({{"a", 2, ""}, {"c", 1, ""}});
  const PageId moment = now();
  store({{"a", 3, ""}, {"d", 1, ""}});
  store({{"a", 4, ""}});
  EXPECT_THAT(all(*journal->walk(pipeline, moment)), ElementsAre("c1", "a2", "b1"));
}

TEST_F(RecordWalkTest, misses_nothing_that_is_replaced_while_it_walks) {
  store({{"a", 1, ""}, {"b", 1, ""}});
  store({{"c", 1, ""}});
  const auto walk = journal->walk(pipeline, now());
  EXPECT_THAT(next(*walk), ElementsAre("c1"));
  store({{"a", 2, ""}});
  EXPECT_THAT(next(*walk), ElementsAre("b1", "a1"));
  EXPECT_THAT(next(*walk), IsEmpty());
}

TEST_F(RecordWalkTest, passes_other_pipelines_by) {
  store({{"a", 1, ""}});
  const PipelineId own = pipeline;
  pipeline = journal->pipeline("others").value();
  run = journal->begin_run(pipeline, {test_time, ""}).value();
  store({{"a", 7, ""}});
  EXPECT_THAT(all(*journal->walk(own, now())), ElementsAre("a1"));
  EXPECT_THAT(all(*journal->walk(pipeline, now())), ElementsAre("a7"));
}

TEST_F(RecordWalkTest, says_whose_raw_bytes_are_gone) {
  const auto place = store({{"a", 1, ""}}).due.front().place;
  settle(place, RecordState::filtered, "no");
  ASSERT_EQ(drop_raw(test_time + std::chrono::hours(1)), 1);
  const auto records = journal->walk(pipeline, now())->next(1000);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 1U);
  EXPECT_TRUE(records->front().raw_dropped);
  EXPECT_EQ(records->front().raw, "");
  EXPECT_EQ(records->front().place, place);
}

}  // namespace
}  // namespace weir
