// SPDX-License-Identifier: Apache-2.0
#include "core/time_zone.h"

#include <date/tz.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

using ::testing::HasSubstr;

TimeZone zone(std::string_view name) {
  auto found = TimeZone::find(name);
  EXPECT_TRUE(found) << name;
  return found ? *found : TimeZone::utc();
}

std::string business(std::string_view text, std::string_view name = "Asia/Shanghai") {
  const auto local = parse_business_time(text, zone(name));
  return local ? format_local(*local) : "refused";
}

Timestamp utc(std::string_view text) {
  const auto moment = parse_utc(text);
  EXPECT_TRUE(moment) << text;
  return moment.value_or(Timestamp());
}

TEST(TimeZone, IsFoundByName) {
  EXPECT_EQ(zone("Asia/Shanghai").name(), "Asia/Shanghai");
  EXPECT_EQ(zone("UTC").name(), "UTC");
  EXPECT_EQ(zone("Etc/UTC").name(), "UTC");
}

TEST(TimeZone, AnUnknownNameNamesTheNearest) {
  const std::pair<const char*, const char*> cases[] = {
      {"Asia/Shangai", "did you mean `Asia/Shanghai`?"},
      {"asia/shanghai", "did you mean `Asia/Shanghai`?"},
      {"Shanghai", "did you mean `Asia/Shanghai`?"},
      {"China/Shanghai", "did you mean `Asia/Shanghai`?"},
      {"", "write a name such as"},
      {"+08:00", "is no time zone"}};
  for (const auto& [name, expected] : cases) {
    const auto found = TimeZone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid_config);
    EXPECT_THAT(found.error().message, HasSubstr(expected)) << name;
  }
}

TEST(TimeZone, ConvertsBothWays) {
  const TimeZone shanghai = zone("Asia/Shanghai");
  const Timestamp moment = utc("2026-01-04T16:00:00.000Z");
  EXPECT_EQ(format_local(shanghai.to_local(moment)), "2026-01-05 00:00:00");
  EXPECT_EQ(shanghai.to_utc(shanghai.to_local(moment)), moment);
  EXPECT_EQ(format_day(shanghai.day_of(moment)), "2026-01-05");
  EXPECT_EQ(format_day(TimeZone::utc().day_of(moment)), "2026-01-04");
  EXPECT_EQ(shanghai.offset_at(moment), "+08:00");
  EXPECT_EQ(TimeZone::utc().offset_at(moment), "+00:00");
  EXPECT_EQ(zone("America/New_York").offset_at(moment), "-05:00");
  EXPECT_EQ(zone("Asia/Kolkata").offset_at(moment), "+05:30");
  EXPECT_EQ(shanghai.offset_at(utc("1990-07-01T00:00:00.000Z")), "+09:00");
}

// Apia left out 30 December 2011 as a whole; Lord Howe changes by half an hour.
TEST(TimeZone, EachWallTimeIsTheMomentThatTheZoneDataSay) {
  const std::pair<const char*, const char*> changes[] = {
      {"America/New_York", "2026-11-01T06:00:00.000Z"},
      {"Europe/Berlin", "2026-03-29T01:00:00.000Z"},
      {"Pacific/Apia", "2011-12-30T10:00:00.000Z"},
      {"Australia/Lord_Howe", "2026-04-04T15:00:00.000Z"}};
  for (const auto& [name, change] : changes) {
    const TimeZone tested = zone(name);
    const date::time_zone* const data = date::locate_zone(name);
    const std::chrono::milliseconds there = utc(change).time_since_epoch();
    // In both directions, for what was asked before must make no difference.
    for (const int direction : {1, -1}) {
      for (std::chrono::minutes past{-6 * 24 * 60}; past < std::chrono::hours(6 * 24);
           past += std::chrono::minutes(25)) {
        const std::chrono::milliseconds digits = there + direction * past;
        const auto expected = data->to_sys(date::local_time<std::chrono::milliseconds>(digits),
                                           date::choose::earliest);
        EXPECT_EQ(tested.to_utc(LocalTime(digits)), expected) << name << ' ' << past.count();
      }
    }
  }
}

// Berlin 2026: 29 March 02:00 -> 03:00, 25 October 03:00 -> 02:00.
TEST(TimeZone, EachMomentHasTheOffsetOfItsPeriodInWhateverOrder) {
  const TimeZone shanghai = zone("Asia/Shanghai");
  const TimeZone new_york = zone("America/New_York");
  const std::pair<const char*, const char*> moments[] = {
      {"2026-03-08T06:59:59.999Z", "-05:00"}, {"2026-03-08T07:00:00.000Z", "-04:00"},
      {"2026-11-01T05:59:59.999Z", "-04:00"}, {"2026-11-01T06:00:00.000Z", "-05:00"},
      {"2026-03-08T06:59:59.000Z", "-05:00"}, {"1883-11-18T17:00:00.000Z", "-05:00"},
      {"2030-07-01T00:00:00.000Z", "-04:00"}};
  for (const auto& [moment, offset] : moments) {
    EXPECT_EQ(new_york.offset_at(utc(moment)), offset) << moment;
    EXPECT_EQ(new_york.offset_at(utc(moment)), offset) << moment;
  }
  EXPECT_EQ(shanghai.offset_at(utc("2026-03-08T07:00:00.000Z")), "+08:00");
  EXPECT_EQ(new_york.offset_at(utc("2026-03-08T07:00:00.000Z")), "-04:00");
}

TEST(Days, AreWrittenWithFourDigitsAndMore) {
  using std::chrono::month;
  const auto day = [](int year) { return format_day(Day(std::chrono::year(year) / month(2) / 3)); };
  EXPECT_EQ(day(0), "0000-02-03");
  EXPECT_EQ(day(987), "0987-02-03");
  EXPECT_EQ(day(9999), "9999-02-03");
  EXPECT_EQ(day(10000), "10000-02-03");
  EXPECT_EQ(day(-1), "-001-02-03");
}

TEST(TimeZone, ASkippedTimeIsTheMomentAfterTheGapADoubleOneTheEarlier) {
  const TimeZone berlin = zone("Europe/Berlin");
  const auto moment = [&](const char* text) {
    return format_utc(berlin.to_utc(*parse_business_time(text, berlin)));
  };
  EXPECT_EQ(moment("2026-03-29 01:59:59"), "2026-03-29T00:59:59.000Z");
  EXPECT_EQ(moment("2026-03-29 02:30:00"), "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(moment("2026-03-29 03:00:00"), "2026-03-29T01:00:00.000Z");
  EXPECT_EQ(moment("2026-10-25 02:30:00"), "2026-10-25T00:30:00.000Z");
  EXPECT_EQ(format_local(berlin.to_local(utc("2026-10-25T01:30:00.000Z"))), "2026-10-25 02:30:00");
}

TEST(BusinessTime, KnowsEveryForm) {
  EXPECT_EQ(business("1767542400000"), "2026-01-05 00:00:00");
  EXPECT_EQ(business("1767542400"), "2026-01-05 00:00:00");
  EXPECT_EQ(business("2026-01-05"), "2026-01-05 00:00:00");
  EXPECT_EQ(business("2026/01/05"), "2026-01-05 00:00:00");
  EXPECT_EQ(business("2026/1/5 9:31"), "2026-01-05 09:31:00");
  EXPECT_EQ(business("20260105"), "2026-01-05 00:00:00");
  EXPECT_EQ(business("20260105093107"), "2026-01-05 09:31:07");
  EXPECT_EQ(business("2026-01-05 09:31"), "2026-01-05 09:31:00");
  EXPECT_EQ(business("2026-01-05 09:31:07"), "2026-01-05 09:31:07");
  EXPECT_EQ(business("2026-01-05T09:31"), "2026-01-05 09:31:00");
  EXPECT_EQ(business("2026-01-05T09:31:07.999"), "2026-01-05 09:31:07");
  EXPECT_EQ(business(" 2026-01-05\n"), "2026-01-05 00:00:00");
}

TEST(BusinessTime, AnInstantMovesToTheZone) {
  EXPECT_EQ(business("2026-01-05T09:31Z"), "2026-01-05 17:31:00");
  EXPECT_EQ(business("2026-01-05T09:31:00+08:00"), "2026-01-05 09:31:00");
  EXPECT_EQ(business("2026-01-05T09:31:00.123-0500"), "2026-01-05 22:31:00");
  EXPECT_EQ(business("2026-01-05 09:31:00 +08"), "2026-01-05 09:31:00");
  EXPECT_EQ(business("1767542400000", "America/New_York"), "2026-01-04 11:00:00");
}

TEST(BusinessTime, MillisecondsBeforeThisCenturyHaveFewerDigits) {
  EXPECT_EQ(business("978278400000"), "2001-01-01 00:00:00");
  EXPECT_EQ(business("473356800000"), "1985-01-01 00:00:00");
  EXPECT_EQ(business("-86400000000", "UTC"), "1967-04-07 00:00:00");
}

TEST(BusinessTime, RefusesWhatIsNone) {
  for (const char* text : {"",
                           " ",
                           "abc",
                           "2026-02-30",
                           "2026-13-01",
                           "2026-00-10",
                           "2026-01-05 24:00",
                           "2026-01-05 09:60",
                           "2026-01-05 09:31:60",
                           "2026-01-05 9",
                           "2026-01/05",
                           "2026-1",
                           "20260230",
                           "2026-01-05T",
                           "2026-01-05x09:31",
                           "2026-01-05T09:31:00.",
                           "12345678901234567",
                           "2026-01-05T09:31+99:00",
                           "2026-01-05Z",
                           "1.5",
                           "1e12",
                           "12:30",
                           "-",
                           "26-01-05"}) {
    EXPECT_EQ(business(text), "refused") << text;
  }
  const auto refused = parse_business_time("2026-02-30", TimeZone::utc());
  EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
  EXPECT_THAT(refused.error().message, HasSubstr("`2026-02-30`"));
}

TEST(Days, AreStrict) {
  EXPECT_EQ(format_day(*parse_day("2024-02-29")), "2024-02-29");
  for (const char* text : {"2026-02-29", "2026-1-05", "20260105", "2026/01/05", "2026-01-05 ",
                           "2026-01-5x", " 026-01-05", ""}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(Moments, GoOutAndComeBack) {
  const Timestamp moment(std::chrono::milliseconds(1767542400123));
  EXPECT_EQ(format_utc(moment), "2026-01-04T16:00:00.123Z");
  EXPECT_EQ(utc(format_utc(moment)), moment);
  const Timestamp early(std::chrono::milliseconds(-1));
  EXPECT_EQ(format_utc(early), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(utc(format_utc(early)), early);
  EXPECT_FALSE(parse_utc("2026-01-05T09:31:00"));
  EXPECT_FALSE(parse_utc("2026-01-05"));
}

}  // namespace
}  // namespace weir
