// SPDX-License-Identifier: Apache-2.0
#include "core/decimal.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

std::strong_ordering compared(const char* left, const char* right) {
  return compare(*Decimal::parse(left), *Decimal::parse(right));
}

std::string plain(const char* text) { return to_plain(*Decimal::parse(text)); }

TEST(Decimal, ComparesByValueWhateverTheSpelling) {
  const char* rising[] = {"-1e30", "-10.5", "-1.50", "-0.001", "0",   "1e-30",
                          "0.30",  "1.5",   "9.99",  "10",     "1e2", "12345678901234567890"};
  for (std::size_t i = 0; i < std::size(rising); ++i) {
    for (std::size_t j = 0; j < std::size(rising); ++j) {
      EXPECT_EQ(compared(rising[i], rising[j]), i <=> j) << rising[i] << " " << rising[j];
    }
  }
  EXPECT_EQ(compared("1.50", "1.5"), std::strong_ordering::equal);
  EXPECT_EQ(compared("1e3", "1000.000"), std::strong_ordering::equal);
  EXPECT_EQ(compared("-0.0", "0"), std::strong_ordering::equal);
  EXPECT_EQ(compared("0.30000000000000004", "0.3"), std::strong_ordering::greater);
  EXPECT_EQ(compared("9007199254740993", "9007199254740992"), std::strong_ordering::greater);
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text :
       {"", " ", "-", ".", "1.2.3", "1e", "e5", "0x10", "1 2", "１", "NaN", "1,5"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
  EXPECT_TRUE(Decimal::parse(" 12 "));
  EXPECT_TRUE(Decimal::parse("+.5"));
}

TEST(Decimal, IsWrittenWithoutExponent) {
  EXPECT_EQ(plain("1e3"), "1000");
  EXPECT_EQ(plain("-1.50"), "-1.5");
  EXPECT_EQ(plain("12e-5"), "0.00012");
  EXPECT_EQ(plain("0.000"), "0");
  EXPECT_EQ(to_plain(*Decimal::parse("7"), 2), "7.00");
  EXPECT_EQ(to_plain(*Decimal::parse("0"), 2), "0.00");
}

TEST(Decimal, RoundsHalfAwayFromZero) {
  const auto rounds = [](const char* text, int places) {
    return to_plain(rounded(*Decimal::parse(text), places), places);
  };
  EXPECT_EQ(rounds("2.675", 2), "2.68");
  EXPECT_EQ(rounds("-2.675", 2), "-2.68");
  EXPECT_EQ(rounds("1.005", 2), "1.01");
  EXPECT_EQ(rounds("0.004", 2), "0.00");
  EXPECT_EQ(rounds("-0.004", 2), "0.00");
  EXPECT_EQ(rounds("0.5", 0), "1");
  EXPECT_EQ(rounds("999.999", 2), "1000.00");
  EXPECT_EQ(rounds("5", 2), "5.00");
  EXPECT_EQ(to_plain(truncated(*Decimal::parse("-12.9"))), "-12");
  EXPECT_EQ(to_plain(truncated(*Decimal::parse("0.9"))), "0");
  EXPECT_EQ(to_plain(truncated(*Decimal::parse("1.2e3"))), "1200");
}

TEST(Decimal, HugeExponentsAreHeldNotWrittenOut) {
  const auto huge = Decimal::parse("1e99999999999999999999");
  ASSERT_TRUE(huge);
  EXPECT_FALSE(fits_plainly(*huge));
  EXPECT_EQ(compared("1e99999999999", "-1e99999999999"), std::strong_ordering::greater);
  EXPECT_FALSE(fits_plainly(*Decimal::parse("1e-99999999999")));
  EXPECT_TRUE(fits_plainly(*Decimal::parse("1e30")));
}

}  // namespace
}  // namespace weir
