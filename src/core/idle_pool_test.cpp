// SPDX-License-Identifier: Apache-2.0
#include "core/idle_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace weir {
namespace {

TEST(IdlePool, gives_the_one_that_came_back_last_and_then_none) {
  IdlePool<int> pool;
  EXPECT_EQ(pool.take(), nullptr);
  pool.give_back(std::make_unique<int>(1));
  pool.give_back(std::make_unique<int>(2));
  EXPECT_EQ(*pool.take(), 2);
  EXPECT_EQ(*pool.take(), 1);
  EXPECT_EQ(pool.take(), nullptr);
}

TEST(IdlePool, gives_none_to_two_at_once) {
  struct Item {
    std::atomic<int> users = 0;
  };
  IdlePool<Item> pool;
  pool.give_back(std::make_unique<Item>());
  std::atomic<int> shared = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 2000; ++round) {
          auto item = pool.take();
          if (item == nullptr) {
            item = std::make_unique<Item>();
          }
          shared += item->users.fetch_add(1);
          item->users.fetch_sub(1);
          pool.give_back(std::move(item));
        }
      });
    }
  }
  EXPECT_EQ(shared, 0);
}

}  // namespace
}  // namespace weir
