// SPDX-License-Identifier: Apache-2.0
#include "core/decimal_arithmetic.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

Decimal number(const char* text) { return Decimal::parse(text).value(); }

TEST(DecimalArithmetic, IsExact) {
  EXPECT_EQ(to_plain(sum(number("0.1"), number("0.2"))), "0.3");
  EXPECT_EQ(to_plain(sum(number("-1000"), number("1e3"))), "0");
  EXPECT_EQ(to_plain(difference(number("1"), number("0.01"))), "0.99");
  EXPECT_EQ(to_plain(difference(number("0.01"), number("100"))), "-99.99");
  EXPECT_EQ(to_plain(product(number("128000.50"), number("-0.13"))), "-16640.065");
  EXPECT_EQ(to_plain(product(number("12345678901234567890.5"), number("98765432109876543210"))),
            "1219326311370217952286846517166201798505");
  EXPECT_EQ(to_plain(product(number("0"), number("-5"))), "0");
}

TEST(DecimalArithmetic, AQuotientIsCut) {
  EXPECT_EQ(to_plain(quotient(number("2"), number("3"), 4)), "0.6666");
  EXPECT_EQ(to_plain(quotient(number("-2"), number("3"), 0)), "0");
  EXPECT_EQ(to_plain(quotient(number("-2"), number("0.3"), 2)), "-6.66");
  EXPECT_EQ(to_plain(quotient(number("100"), number("0.25"), 2)), "400");
  EXPECT_EQ(to_plain(quotient(number("1e20"), number("1e-20"), 0)),
            "10000000000000000000000000000000000000000");
}

}  // namespace
}  // namespace weir
