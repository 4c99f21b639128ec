// SPDX-License-Identifier: Apache-2.0
#include "core/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace weir {
namespace {

TEST(BoundedQueue, admits_an_oversized_item_when_empty) {
  BoundedQueue<int> queue(10);
  EXPECT_TRUE(queue.push(1, 1000, {}));
  EXPECT_EQ(queue.pop({}), 1);
}

TEST(BoundedQueue, hands_over_everything_once_between_many_threads) {
  BoundedQueue<int> queue(8);
  constexpr int count = 5000;
  std::atomic<long> sum{0};
  {
    std::vector<std::jthread> consumers;
    for (int i = 0; i < 3; ++i) {
      consumers.emplace_back([&] {
        while (auto item = queue.pop({})) {
          sum += *item;
        }
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int i = 0; i < 2; ++i) {
        producers.emplace_back([&] {
          for (int value = 1; value <= count; ++value) {
            EXPECT_TRUE(queue.push(value, 3, {}));
          }
        });
      }
    }
    queue.close();
  }
  EXPECT_EQ(sum, 2L * count * (count + 1) / 2);
  EXPECT_TRUE(queue.drained());
}

TEST(BoundedQueue, abandon_frees_a_blocked_producer_and_drops_what_is_there) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.push(1, 1, {}));
  std::jthread producer([&] { EXPECT_FALSE(queue.push(2, 1, {})); });
  queue.abandon();
  producer.join();
  EXPECT_EQ(queue.pop({}), std::nullopt);
}

TEST(BoundedQueue, a_stop_frees_both_ends) {
  BoundedQueue<int> queue(1);
  std::stop_source stop;
  std::jthread consumer([&] { EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt); });
  stop.request_stop();
}

}  // namespace
}  // namespace weir
