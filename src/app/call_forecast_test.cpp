// SPDX-License-Identifier: Apache-2.0
#include "app/call_forecast.h"

#include "journal/sqlite/sqlite_journal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace weir {
namespace {

Timestamp shanghai(std::string_view text) {
  const TimeZone zone = TimeZone::find("Asia/Shanghai").value();
  return zone.to_utc(parse_business_time(text, zone).value());
}

CallForecast foretell(std::int64_t used, std::string_view cron, double calls_a_start,
                      std::string_view now) {
  const TimeZone zone = TimeZone::find("Asia/Shanghai").value();
  const auto forecast = forecast_calls(
      {"2026-11", used, 5000}, {{Cron::parse(cron).value(), calls_a_start}}, zone, shanghai(now));
  return forecast.value();
}

TEST(CallForecasts, TheScheduleGoesOnFromWhatIsUsed) {
  // 144 starts a day; twelve and a half days are left.
  const CallForecast well = foretell(2000, "*/10 * * * *", 1, "2026-11-18 12:00");
  EXPECT_EQ(well.expected, 2000 + 72 + 12 * 144);
  EXPECT_FALSE(well.used_up_on);
  EXPECT_TRUE(well.comfortable());
  const CallForecast bad = foretell(2000, "*/10 * * * *", 2, "2026-11-18 12:00");
  ASSERT_TRUE(bad.used_up_on);
  EXPECT_EQ(format_day(*bad.used_up_on), "2026-11-28");
  EXPECT_FALSE(bad.comfortable());
}

TEST(CallForecasts, OnTheLastDayOnlyItsRestCounts) {
  EXPECT_EQ(foretell(4000, "0 * * * *", 10, "2026-11-30 18:00").expected, 4060);
}

TEST(CallForecasts, BetweenTheLimitAndItsMarginNothingChanges) {
  const CallForecast close = foretell(4900, "@yearly", 1, "2026-11-18 12:00");
  EXPECT_FALSE(close.used_up_on);
  EXPECT_FALSE(close.comfortable());
}

TEST(CallForecasts, WhatIsUsedUpIsSoToday) {
  EXPECT_EQ(format_day(*foretell(5000, "@yearly", 1, "2026-11-18 00:30").used_up_on), "2026-11-18");
}

TEST(CallForecasts, TheFirstDayIsTooEarlyUnlessHalfIsUsed) {
  EXPECT_TRUE(foretell(2499, "* * * * *", 1, "2026-11-01 23:59").too_early);
  EXPECT_FALSE(foretell(2500, "* * * * *", 1, "2026-11-01 00:10").too_early);
  EXPECT_FALSE(foretell(0, "* * * * *", 1, "2026-11-02 00:00").too_early);
  EXPECT_EQ(foretell(0, "@daily", 1, "2026-11-09 08:00").month_began_at,
            shanghai("2026-11-01 00:00"));
}

TEST(CallForecasts, WithoutALimitThereIsNone) {
  EXPECT_FALSE(forecast_calls({"2026-11", 7, {}}, {}, TimeZone::utc(), Timestamp()));
}

TEST(CallForecasts, AStartCostsWhatItCostOfLateWithoutTheFirstLoad) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "call_forecasts";
  std::filesystem::remove_all(folder);
  JournalOptions options;
  options.folder = folder;
  const auto journal = open_sqlite_journal(options).value();
  const PipelineId pipeline = journal->pipeline("receipts").value();
  const Timestamp now = shanghai("2026-11-18 12:00");
  const auto run = [&](std::chrono::hours ago, std::string_view status, std::int64_t requests) {
    const RunId id = journal->begin_run(pipeline, {now - ago, ""}).value();
    EXPECT_TRUE(journal->end_run(
        id, now - ago, fmt::format(R"({{"status":"{}","requests":{}}})", status, requests)));
  };
  using std::chrono::hours;
  EXPECT_EQ(calls_a_start(*journal, "receipts", now), 1);
  run(hours(100), "parked", 3000);
  EXPECT_EQ(calls_a_start(*journal, "receipts", now), 1);
  run(hours(99), "succeeded", 900);
  EXPECT_EQ(calls_a_start(*journal, "receipts", now), 1);
  run(hours(98), "succeeded", 1);
  run(hours(97), "succeeded", 0);  // a retry asks nothing
  run(hours(96), "failed", 4);
  EXPECT_EQ(calls_a_start(*journal, "receipts", now), 2.5);
  EXPECT_EQ(calls_a_start(*journal, "receipts", now + hours(24 * 7 - 97)), 4);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weir
