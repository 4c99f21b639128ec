// SPDX-License-Identifier: Apache-2.0
#include "source/seen_ids.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

namespace weir {
namespace {

TEST(SeenIds, remembers_what_two_sets_would) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 20; ++round) {
    SeenIds seen;
    std::set<std::uint64_t> of_reading;
    std::set<std::uint64_t> of_total;
    for (int step = 0; step < 5000; ++step) {
      if (random() % 800 == 0) {
        seen.forget_reading();
        of_reading.clear();
      } else if (random() % 800 == 0) {
        seen.forget_total();
        of_total.clear();
      }
      // Multiples of four: the two lowest bits of a hash are not told apart.
      const std::uint64_t hash = (random() % 3000 + 2) * 4 << (random() % 2 * 40);
      EXPECT_EQ(seen.see(hash), of_reading.insert(hash).second);
      of_total.insert(hash);
      EXPECT_EQ(seen.count(), of_total.size());
    }
  }
}

}  // namespace
}  // namespace weir
