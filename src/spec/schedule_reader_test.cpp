// SPDX-License-Identifier: Apache-2.0
#include "spec/schedule_reader.h"

#include "spec/strategy_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir {
namespace {

class NoScheduleReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

struct SideReading {
  std::optional<CronText> schedule;
  std::vector<std::string> faults;
};

SideReading read_scheduled(const std::string& rest, bool is_source = true) {
  Faults faults;
  const Node node =
      read_document("connection: c\napi: a\n" + rest, "p.yaml", NoScheduleReferences(), faults);
  SideReading reading;
  reading.schedule = read_strategy(node, is_source, faults).schedule;
  for (const Fault& fault : faults) {
    reading.faults.push_back(to_string(fault));
  }
  return reading;
}

TEST(ScheduleReader, ASideHasItsOwnByEitherSpelling) {
  for (const bool is_source : {true, false}) {
    for (const char* text :
         {"schedule: {cron: \"3 2 * * *\"}\n", "schedule:\n  cron: 3 2 * * *\ncrontab: \"\"\n",
          "crontab: \"3 2 * * *\"\n", "schedule: null\ncrontab: 3 2 * * *\n"}) {
      const SideReading reading = read_scheduled(text, is_source);
      EXPECT_THAT(reading.faults, testing::IsEmpty()) << text;
      ASSERT_TRUE(reading.schedule) << text;
      EXPECT_EQ(reading.schedule->text, "3 2 * * *");
      EXPECT_EQ(reading.schedule->at.file, "p.yaml");
      EXPECT_GE(reading.schedule->at.line, 3);
    }
  }
  for (const char* none : {"", "crontab: \"\"\n", "crontab: null\n", "schedule: null\n"}) {
    const SideReading reading = read_scheduled(none);
    EXPECT_FALSE(reading.schedule) << none;
    EXPECT_THAT(reading.faults, testing::IsEmpty()) << none;
  }
}

TEST(ScheduleReader, WhatIsNoScheduleIsAFaultWithItsLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"schedule: {corn: \"3 2 * * *\"}\n", "did you mean `cron`?"},
      {"schedule: \"3 2 * * *\"\n", "p.yaml:3: error: "},
      {"schedule: {}\n", "`cron`"},
      {"crontab: [3, 2]\n", "p.yaml:3: error: `crontab` must be a line of cron"},
      {"schedule: {cron: \"3 2 * * *\"}\ncrontab: \"4 2 * * *\"\n",
       "p.yaml:4: error: `schedule` and `crontab` of `source` mean the same; keep one of them"},
  };
  for (const auto& [text, fault] : cases) {
    EXPECT_THAT(read_scheduled(text).faults, testing::Contains(testing::HasSubstr(fault))) << text;
  }
}

}  // namespace
}  // namespace weir
