// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NoReferences final : public References {
 public:
  Result<std::string> resolve(std::string_view, std::string_view name) const override {
    return "resolved " + std::string(name);
  }
};

struct Reading {
  std::optional<Definition> definition;
  std::vector<std::string> faults;
};

Reading read(const std::string& head) {
  const std::string text =
      head + "source: {connection: d, api: a}\ntarget: {connection: m, api: b}\n";
  Faults faults;
  Reading reading;
  reading.definition = read_definition("receipts", text, NoReferences(), faults);
  for (const Fault& fault : faults) {
    reading.faults.push_back(to_string(fault));
  }
  return reading;
}

TEST(Definition, HasDefaults) {
  const Reading reading = read("");
  ASSERT_TRUE(reading.definition);
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_EQ(reading.definition->name, "receipts");
  EXPECT_EQ(reading.definition->title, "receipts");
  EXPECT_EQ(reading.definition->schedule.has_value(), false);
  EXPECT_EQ(reading.definition->sync.by, WindowKind::modified);
  EXPECT_EQ(reading.definition->sync.from, std::nullopt);
  EXPECT_EQ(reading.definition->sync.overlap, std::chrono::days(1));
  EXPECT_FALSE(reading.definition->at_least_once);
  EXPECT_TRUE(reading.definition->source.id_check);
}

TEST(Definition, ReadsItsSettings) {
  const Reading reading = read(
      "name: dd-收款单-->mysql(鸿巢)收款单(销售收款)\nschedule: {cron: \"*/10 * * * *\"}\n"
      "sync: {by: created, from: 2026-01-01, overlap: 36h}\ndelivery: at_least_once\n");
  ASSERT_TRUE(reading.definition) << reading.faults.front();
  EXPECT_EQ(reading.definition->title, "dd-收款单-->mysql(鸿巢)收款单(销售收款)");
  EXPECT_EQ(reading.definition->schedule->text, "*/10 * * * *");
  EXPECT_EQ(reading.definition->sync.by, WindowKind::created);
  EXPECT_EQ(format_day(*reading.definition->sync.from), "2026-01-01");
  EXPECT_EQ(reading.definition->sync.overlap, std::chrono::days(2));
  EXPECT_TRUE(reading.definition->at_least_once);
}

TEST(Definition, HasWaitsOfItsOwnOrNone) {
  EXPECT_EQ(read("").definition->retry, std::nullopt);
  EXPECT_EQ(read("retry: off\n").definition->retry, RetryWaits());
  EXPECT_EQ(read("retry: [1m]\n").definition->retry, RetryWaits{std::chrono::minutes(1)});
  EXPECT_THAT(read("name: x\nretry: [1m, 2]\n").faults,
              ElementsAre(HasSubstr("pipelines/receipts:2: error: `retry`: `2` is no duration")));
}

TEST(Definition, OverlapIsDaysOrHours) {
  const std::pair<const char*, int> cases[] = {{"0d", 0}, {"3d", 3}, {"12h", 1}, {"24h", 1}};
  for (const auto& [text, days] : cases) {
    const Reading reading = read(std::string("sync: {overlap: ") + text + "}\n");
    ASSERT_TRUE(reading.definition) << text;
    EXPECT_EQ(reading.definition->sync.overlap, std::chrono::days(days)) << text;
  }
  for (const char* text : {"1", "d", "-1d", "1w", "1.5d", "99999d", "1dd"}) {
    EXPECT_THAT(read(std::string("sync: {overlap: ") + text + "}\n").faults,
                ElementsAre(HasSubstr("`overlap` must be a number of days or hours")))
        << text;
  }
}

TEST(Definition, FindsAllFaultsAtOnce) {
  const Reading reading = read(
      "titel: x\nschedule: {cron: hourly}\nsync:\n  by: modifed\n  from: 2026-02-30\n"
      "delivery: exactly\nalerts: {nothing_for: soon}\n");
  EXPECT_FALSE(reading.definition);
  EXPECT_THAT(
      reading.faults,
      ::testing::UnorderedElementsAre(
          HasSubstr("pipelines/receipts:1: error: `titel` is no setting here"),
          HasSubstr("pipelines/receipts:4: error: `by` must be one of `created`, `modified`, "
                    "`full`, and is `\"modifed\"`; did you mean `modified`?"),
          HasSubstr("pipelines/receipts:5: error: `sync.from`: `2026-02-30` is no day"),
          HasSubstr("pipelines/receipts:6: error: `delivery` must be one of"),
          HasSubstr("pipelines/receipts:7: error: `nothing_for` must be a length of time")));
}

TEST(Definition, NeedsBothSides) {
  Faults faults;
  EXPECT_FALSE(read_definition("a", "name: x\n", NoReferences(), faults));
  EXPECT_EQ(faults.size(), 2U);
  faults.clear();
  EXPECT_FALSE(read_definition("a", "- x\n", NoReferences(), faults));
  EXPECT_EQ(faults.size(), 1U);
  faults.clear();
  EXPECT_FALSE(
      read_definition("a", "source: 5\ntarget: {connection: c}\n", NoReferences(), faults));
  EXPECT_EQ(faults.size(), 2U);
}

}  // namespace
}  // namespace weir
