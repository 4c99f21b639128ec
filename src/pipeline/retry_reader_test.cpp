// SPDX-License-Identifier: Apache-2.0
#include "pipeline/retry_reader.h"

#include "core/time_zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

class NoRetryReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

std::optional<RetryWaits> waits_of(const std::string& text, std::string& said) {
  Faults faults;
  const Node node = read_document("retry: " + text, "p.yaml", NoRetryReferences(), faults);
  auto waits = read_retry(*node.member("retry"), faults);
  said.clear();
  for (const Fault& fault : faults) {
    said += to_string(fault) + "\n";
  }
  return waits;
}

TEST(RetryReader, TakesWaitsOrOff) {
  std::string said;
  EXPECT_EQ(waits_of("[20s, 5m, 1h]", said),
            (RetryWaits{std::chrono::seconds(20), std::chrono::minutes(5), std::chrono::hours(1)}));
  EXPECT_EQ(waits_of("off", said), RetryWaits());
  EXPECT_EQ(waits_of("null", said), std::nullopt);
  EXPECT_EQ(said, "");
}

TEST(RetryReader, SaysWhatIsNone) {
  const std::pair<const char*, const char*> cases[] = {
      {"5", "must be a list of 1 to 100 waits"},    {"[]", "must be a list of 1 to 100 waits"},
      {"on", "must be a list of 1 to 100 waits"},   {"[20]", "`20` is no duration"},
      {"[20s, soon]", "`soon` is no duration"},     {"[[20s]]", "`` is no duration"},
      {"[10ms]", "from 1s to 365d, and is `10ms`"}, {"[366d]", "from 1s to 365d, and is `366d`"}};
  std::string said;
  for (const auto& [text, fault] : cases) {
    EXPECT_EQ(waits_of(text, said), std::nullopt) << text;
    EXPECT_THAT(said, testing::HasSubstr("p.yaml:1: error: ")) << text;
    EXPECT_THAT(said, testing::HasSubstr(fault)) << text;
  }
}

TEST(RetryReader, AnAttemptComesAfterEachWaitAndNoneAfterTheLast) {
  const Timestamp last = *parse_utc("2026-01-05T12:00:00.000Z");
  const RetryWaits waits{std::chrono::seconds(20), std::chrono::minutes(5)};
  EXPECT_FALSE(RetryDue(last + std::chrono::seconds(19), waits).has_come(1, last));
  EXPECT_TRUE(RetryDue(last + std::chrono::seconds(20), waits).has_come(1, last));
  EXPECT_FALSE(RetryDue(last + std::chrono::seconds(20), waits).has_come(2, last));
  EXPECT_TRUE(RetryDue(last + std::chrono::minutes(5), waits).has_come(2, last));
  EXPECT_FALSE(RetryDue(last + std::chrono::days(9), waits).has_come(3, last));
  EXPECT_FALSE(RetryDue(last + std::chrono::days(9), {}).has_come(1, last));
  EXPECT_FALSE(RetryDue(last + std::chrono::days(9)).has_come(0, last));
}

}  // namespace
}  // namespace weir
