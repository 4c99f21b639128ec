// SPDX-License-Identifier: Apache-2.0
#include "lua/decimal_arithmetic.h"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

Decimal number(const char* text) { return Decimal::parse(text).value(); }

struct ArithmeticCase {
  const char* left;
  const char* right;
  const char* sum;
  const char* product;
  const char* quotient;
  const char* whole_quotient;
};

TEST(DecimalArithmetic, IsExact) {
  const ArithmeticCase cases[] = {
      {"0.1", "0.2", "0.3", "0.02", "0.5", "0"},
      {"10", "3", "13", "30", "3.33333333333333333333", "3"},
      {"-10", "3", "-7", "-30", "-3.33333333333333333333", "-4"},
      {"10", "-3", "7", "-30", "-3.33333333333333333333", "-4"},
      {"-9", "-3", "-12", "27", "3", "3"},
      {"20", "3", "23", "60", "6.66666666666666666667", "6"},
      {"1.5", "-1.5", "0", "-2.25", "-1", "-1"},
      {"99999999999999999999", "1", "100000000000000000000", "99999999999999999999",
       "99999999999999999999", "99999999999999999999"},
      {"0", "7.25", "7.25", "0", "0", "0"},
      {"1e30", "0.001", "1000000000000000000000000000000.001", "1000000000000000000000000000",
       "1000000000000000000000000000000000", "1000000000000000000000000000000000"},
      {"1", "1e25", "10000000000000000000000001", "10000000000000000000000000", "0", "0"},
  };
  for (const ArithmeticCase& each : cases) {
    SCOPED_TRACE(std::string(each.left) + " and " + each.right);
    const Decimal left = number(each.left);
    const Decimal right = number(each.right);
    EXPECT_EQ(to_plain(exact::sum(left, right)), each.sum);
    EXPECT_EQ(to_plain(exact::difference(exact::sum(left, right), right)), to_plain(left));
    EXPECT_EQ(to_plain(exact::product(left, right)), each.product);
    EXPECT_EQ(to_plain(exact::quotient(left, right)), each.quotient);
    EXPECT_EQ(to_plain(exact::whole_quotient(left, right)), each.whole_quotient);
  }
}

TEST(DecimalArithmetic, FloorAndCeilingGoDownAndUp) {
  EXPECT_EQ(to_plain(exact::floor(number("-1.5"))), "-2");
  EXPECT_EQ(to_plain(exact::ceiling(number("-1.5"))), "-1");
  EXPECT_EQ(to_plain(exact::ceiling(number("1.01"))), "2");
  EXPECT_EQ(to_plain(exact::floor(number("7"))), "7");
}

}  // namespace
}  // namespace weir
