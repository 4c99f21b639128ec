// SPDX-License-Identifier: Apache-2.0
#include "core/duration.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Duration, reads_every_unit) {
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(parse_duration("90s").value(), milliseconds(90'000));
  EXPECT_EQ(parse_duration("5m").value(), milliseconds(300'000));
  EXPECT_EQ(parse_duration("1h").value(), milliseconds(3'600'000));
  EXPECT_EQ(parse_duration("2d").value(), milliseconds(172'800'000));
  EXPECT_EQ(parse_duration("0s").value(), milliseconds(0));
}

TEST(Duration, refuses_what_it_does_not_know) {
  for (const char* text : {"", "5", "m", "5 m", "-1s", "5mm", "1.5h", "99999999999999999999s"}) {
    const auto read = parse_duration(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_config);
  }
}

}  // namespace
}  // namespace weir
