// SPDX-License-Identifier: Apache-2.0
#include "core/byte_size.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(ByteSize, ReadsNumbersWithAUnit) {
  EXPECT_EQ(parse_byte_size("10GB").value(), 10'000'000'000);
  EXPECT_EQ(parse_byte_size("500 MB").value(), 500'000'000);
  EXPECT_EQ(parse_byte_size("64MiB").value(), 67'108'864);
  EXPECT_EQ(parse_byte_size("0KB").value(), 0);
  EXPECT_EQ(parse_byte_size("1000000TB").value(), 1'000'000'000'000'000'000);
}

TEST(ByteSize, RefusesEverythingElseAndNamesIt) {
  for (const char* text : {"", "10", "GB", "10 gb", "1.5GB", "-1GB", "10  GB", "1000001TB",
                           "99999999999999999999GB", "10GBs"}) {
    const auto size = parse_byte_size(text);
    ASSERT_FALSE(size.has_value()) << text;
    EXPECT_EQ(size.error().kind, ErrorKind::invalid_config);
    EXPECT_NE(size.error().message.find("`" + std::string(text) + "`"), std::string::npos);
  }
}

TEST(ByteSize, IsShownInTheUnitThatFits) {
  EXPECT_EQ(format_byte_size(0), "0 bytes");
  EXPECT_EQ(format_byte_size(999), "999 bytes");
  EXPECT_EQ(format_byte_size(1000), "1 KB");
  EXPECT_EQ(format_byte_size(1'250'000), "1.2 MB");
  EXPECT_EQ(format_byte_size(999'999), "999.9 KB");
  EXPECT_EQ(format_byte_size(10'000'000'000), "10 GB");
  EXPECT_EQ(format_byte_size(1'000'000'000'000'000'000), "1000000 TB");
}

}  // namespace
}  // namespace weir
