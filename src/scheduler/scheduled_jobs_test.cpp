// SPDX-License-Identifier: Apache-2.0
#include "scheduler/scheduled_jobs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

class NoJobReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return std::string(name);
  }
};

struct Planned {
  std::vector<ScheduledJob> jobs;
  std::string kinds;  // "read@2 deliver@4": with the lines of their schedules
  std::string said;
};

Planned planned(const std::string& whole, const std::string& source, const std::string& target) {
  const std::string text = fmt::format(
      "name: x\n{}\nsource:\n  connection: d\n  api: a\n  {}\n"
      "target:\n  connection: m\n  api: b\n  {}\n",
      whole, source, target);
  Faults faults;
  const auto definition = read_definition("p", text, NoJobReferences(), faults);
  EXPECT_TRUE(definition) << text;
  Planned result;
  faults.clear();
  result.jobs = scheduled_jobs(*definition, faults);
  for (const ScheduledJob& job : result.jobs) {
    result.kinds +=
        fmt::format("{}{}@{}", result.kinds.empty() ? "" : " ", to_string(job.kind), job.at.line);
  }
  for (const Fault& fault : faults) {
    result.said += to_string(fault) + "\n";
  }
  return result;
}

const std::string every_ten_minutes = "schedule: {cron: \"*/10 * * * *\"}";
const std::string by_night = "schedule: {cron: \"0 2 * * *\"}";
const std::string exported = "crontab: \"23 2 * * *\"";
const std::string with_remedy =
    "omissionRemedy: {crontab: \"10 3 * * *\", takeOverRequest: [{field: a, value: b}]}";

TEST(ScheduledJobs, ASidesOwnIsAboveTheOneBesideThem) {
  struct Case {
    std::string whole, source, target, kinds;
    bool apart, delivers;
  };
  const Case cases[] = {
      {"", "", "", "", false, false},
      {every_ten_minutes, "", "", "run@2", false, true},
      {"", by_night, exported, "read@6 deliver@10", true, true},
      {every_ten_minutes, by_night, "", "read@6 deliver@2", true, true},
      {every_ten_minutes, "", by_night, "read@2 deliver@10", true, true},
      {every_ten_minutes, with_remedy, "", "run@2 remedy@6", false, true},
      {every_ten_minutes, with_remedy, by_night, "read@2 deliver@10 remedy@6", true, true},
      {"", with_remedy, "", "remedy@6", false, true},
  };
  for (const Case& each : cases) {
    const Planned found = planned(each.whole, each.source, each.target);
    EXPECT_EQ(found.kinds, each.kinds);
    EXPECT_EQ(found.said, "") << each.kinds;
    EXPECT_EQ(sides_apart(found.jobs), each.apart) << each.kinds;
    EXPECT_EQ(delivers(found.jobs), each.delivers) << each.kinds;
  }
}

TEST(ScheduledJobs, WhatASideWaitsForInVainIsSaid) {
  const Planned reads = planned("", by_night, "");
  EXPECT_EQ(reads.kinds, "read@6");
  EXPECT_FALSE(delivers(reads.jobs));
  EXPECT_THAT(reads.said, testing::HasSubstr("6: warning: by this schedule the source is read, and "
                                             "nothing delivers what was read"));
  EXPECT_THAT(planned("", "", exported).said,
              testing::HasSubstr("10: warning: by this schedule what was read is delivered, and "
                                 "nothing reads the source"));
  EXPECT_THAT(planned(every_ten_minutes, by_night, exported).said,
              testing::HasSubstr("2: warning: this `schedule` has no effect"));
}

TEST(ScheduledJobs, ALineThatNeverComesIsAFaultAtItsPlace) {
  const Planned found =
      planned("schedule: {cron: \"0 25 * * *\"}",
              "omissionRemedy: {crontab: \"0 0 31 2 *\", takeOverRequest: {a: b}}",
              "crontab: \"61 * * * *\"");
  EXPECT_EQ(found.kinds, "");
  EXPECT_THAT(found.said, testing::HasSubstr("2: error: `cron`: "));
  EXPECT_THAT(found.said, testing::HasSubstr("6: error: `crontab`: "));
  EXPECT_THAT(found.said, testing::HasSubstr("10: error: `crontab`: "));
}

}  // namespace
}  // namespace weir
