// SPDX-License-Identifier: Apache-2.0
#include "core/excerpt.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Excerpt, IsCutBetweenCharacters) {
  EXPECT_EQ(excerpt("收款单", 9), "收款单");
  EXPECT_EQ(excerpt("收款单", 8), "收款…");
  EXPECT_EQ(excerpt("收款单", 6), "收款…");
  EXPECT_EQ(excerpt("收款单", 2), "…");
  EXPECT_EQ(excerpt("", 5), "");
}

TEST(Excerpt, IsUtf8WhateverTheTextIs) {
  EXPECT_EQ(excerpt("caf\xE9 ferm\xE9", 20), "caf? ferm?");
  EXPECT_EQ(excerpt("\x80\x80\x80\x80", 2), "…");
  EXPECT_EQ(excerpt("\xF0\x9F\x98", 3), "???");
}

}  // namespace
}  // namespace weir
