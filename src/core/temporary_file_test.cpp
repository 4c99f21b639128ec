// SPDX-License-Identifier: Apache-2.0
#include "core/temporary_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>

namespace weir {
namespace {

TEST(TemporaryFile, GivesBackWhatWasAppendedWhereItSaid) {
  auto made = TemporaryFile::make(std::filesystem::temp_directory_path());
  ASSERT_TRUE(made) << made.error().message;
  TemporaryFile file = std::move(*made);
  const std::string big(100'000, 'b');  // more than is held in memory
  EXPECT_EQ(file.append("first").value(), 0U);
  EXPECT_EQ(file.append(big).value(), 5U);
  EXPECT_EQ(file.append("last").value(), 100'005U);
  ASSERT_TRUE(file.flush());
  EXPECT_EQ(file.read(0, 5).value(), "first");
  EXPECT_EQ(file.read(5, big.size()).value(), big);
  EXPECT_EQ(file.read(100'005, 100).value(), "last");
}

TEST(TemporaryFile, LeavesNoName) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("weir-temporary-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  {
    const auto file = TemporaryFile::make(folder);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove(folder);
  const auto none = TemporaryFile::make(folder);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace weir
