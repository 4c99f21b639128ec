// SPDX-License-Identifier: Apache-2.0
#include "sink/lane_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace weir {
namespace {

std::vector<OutgoingRecord> one_record(int number) {
  std::vector<OutgoingRecord> records(1);
  records[0].id = std::to_string(number);
  return records;
}

// A queue of one byte admits one record, and nothing beside it.
TEST(LaneQueue, HoldsAProducerBackUntilThereIsRoom) {
  constexpr int count = 2'000;
  LaneQueue queue(1);
  std::atomic<int> taken = 0;  // or just being taken
  int most_ahead = 0;
  {
    const std::jthread producer([&] {
      for (int i = 0; i < count; ++i) {
        EXPECT_TRUE(queue.push(one_record(i), {}));
        most_ahead = std::max(most_ahead, i + 1 - taken);
      }
    });
    for (int i = 0; i < count; ++i) {
      ++taken;
      const auto records = queue.take(1, {});
      ASSERT_EQ(records.size(), 1U);
      EXPECT_EQ(records[0].id, std::to_string(i));
    }
  }
  EXPECT_LE(most_ahead, 1);
}

TEST(LaneQueue, GivesAnIdOnceABatchAndKeepsItsOrder) {
  LaneQueue queue(std::size_t{1} << 20);
  for (const int id : {1, 2, 1, 3, 1}) {
    EXPECT_TRUE(queue.push(one_record(id), {}));
  }
  queue.close();
  std::string batches;
  for (auto batch = queue.take(10, {}); !batch.empty(); batch = queue.take(10, {})) {
    for (const OutgoingRecord& record : batch) {
      batches += record.id;
    }
    batches += ' ';
  }
  EXPECT_EQ(batches, "123 1 1 ");
}

TEST(LaneQueue, TakesNothingMoreOnceItIsAbandoned) {
  LaneQueue queue(1);
  EXPECT_TRUE(queue.push(one_record(1), {}));
  queue.abandon();
  EXPECT_FALSE(queue.push(one_record(2), {}));
  EXPECT_TRUE(queue.take(10, {}).empty());
}

}  // namespace
}  // namespace weir
