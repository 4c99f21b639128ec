// SPDX-License-Identifier: Apache-2.0
#include "pipeline/id_marks.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace weir {
namespace {

TEST(IdMarks, DoesAsAMapOfStringsDoes) {
  IdMarks marks;
  std::map<std::string, std::uint8_t> plain;
  std::mt19937_64 random(1);
  for (int i = 0; i < 60'000; ++i) {
    const std::string id = "id-" + std::to_string(random() % 40'000);
    const auto mark = static_cast<std::uint8_t>(1U << random() % 8);
    marks.of(id) |= mark;
    plain[id] |= mark;
  }
  EXPECT_EQ(marks.size(), plain.size());
  for (const auto& [id, expected] : plain) {
    ASSERT_NE(marks.find(id), nullptr) << id;
    ASSERT_EQ(*marks.find(id), expected) << id;
  }
  EXPECT_EQ(marks.find("id-40000"), nullptr);
  std::map<int, int> counted;
  marks.visit([&](std::uint8_t& each) { ++counted[each]; });
  for (const auto& [id, expected] : plain) {
    --counted[expected];
  }
  for (const auto& [value, left] : counted) {
    EXPECT_EQ(left, 0) << value;
  }
}

}  // namespace
}  // namespace weir
