// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retention_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

using ::testing::HasSubstr;

class NoRetentionReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

Retention retention_of(const std::string& text, std::string& said) {
  Faults faults;
  const Node node = read_document("\nretention: " + text, "w", NoRetentionReferences(), faults);
  const Retention retention = read_retention(*node.member("retention"), faults);
  said.clear();
  for (const Fault& fault : faults) {
    said += to_string(fault) + "\n";
  }
  return retention;
}

TEST(RetentionReader, TakesEitherLimitBothOrNone) {
  constexpr auto month = std::chrono::days(30);
  const std::pair<const char*, Retention> cases[] = {
      {"{age: 30d, size: 2GB}", {month, 2'000'000'000}},
      {"{age: 30d}", {month, 10'000'000'000}},
      {"{size: 500 MB}", {std::chrono::days(90), 500'000'000}},
      {"{age: off}", {std::nullopt, 10'000'000'000}},
      {"{age: off, size: off}", {std::nullopt, std::nullopt}},
      {"off", {std::nullopt, std::nullopt}},
      {"", {}},
      {"{}", {}}};
  std::string said;
  for (const auto& [text, retention] : cases) {
    EXPECT_EQ(retention_of(text, said), retention) << text;
    EXPECT_EQ(said, "") << text;
  }
  EXPECT_TRUE(retention_of("off", said).keeps_all());
  EXPECT_FALSE(retention_of("{size: off}", said).keeps_all());
}

TEST(RetentionReader, SaysWhatIsNoneAndKeepsTheDefault) {
  const std::pair<const char*, const char*> cases[] = {
      {"on", "w:2: error: `retention` must be limits, as in `{age: 90d, size: 10GB}`, or `off`"},
      {"90d", "w:2: error: `retention` must be limits"},
      {"[90d]", "w:2: error: `retention` must be limits"},
      {"{age: 90}",
       "w:2: error: `age` of `retention` must be a length of time, as in `90d`, or "
       "`off`, and is `90`"},
      {"{age: 0d}", "`age` of `retention` must be"},
      {"\n  size: 10",
       "w:3: error: `size` of `retention` must be a size, as in `10GB` or `500MB`, "
       "or `off`, and is `10`"},
      {"{size: 0GB}", "`size` of `retention` must be"},
      {"{size: [1]}", "w:2: error: `size`"},
      {"{days: 90}", "w:2: error: "}};
  std::string said;
  for (const auto& [text, fault] : cases) {
    EXPECT_EQ(retention_of(text, said), Retention()) << text;
    EXPECT_THAT(said, HasSubstr(fault)) << text;
  }
}

}  // namespace
}  // namespace weir
