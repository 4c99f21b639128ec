// SPDX-License-Identifier: Apache-2.0
#include "app/serve_monitor.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(ServeMonitorTest, ReadsAddressAndPort) {
  const auto plain = parse_listen("127.0.0.1:8787");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->address, "127.0.0.1");
  EXPECT_EQ(plain->port, 8787);
  const auto six = parse_listen("[::1]:0");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->address, "::1");
  EXPECT_EQ(six->port, 0);
}

TEST(ServeMonitorTest, RefusesWhatIsNoAddressAndPort) {
  for (const char* listen : {"", "8787", ":8787", "localhost:", "127.0.0.1:70000", "h:80x"}) {
    const auto options = parse_listen(listen);
    ASSERT_FALSE(options) << listen;
    EXPECT_EQ(options.error().kind, ErrorKind::invalid_config) << listen;
  }
}

}  // namespace
}  // namespace weir
